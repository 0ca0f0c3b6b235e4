/// Functions and methods of the extension types, on values.
extension Program {
  /// The function that a node calls, with as many arguments as it takes.
  func function(_ index: Int32, _ node: Node) throws(EvaluationFailure) -> ExtensionFunction {
    guard let function = ExtensionFunction(rawValue: UInt8(truncatingIfNeeded: node.first)) else {
      preconditionFailure("the compiler numbers functions by their raw value")
    }
    let count = Int(node.third) - (function.isConstructor ? 0 : 1)
    guard count == function.argumentCount else {
      throw failure(index, .argumentCount(function, found: count))
    }
    return function
  }

  /// Calls a constructor on its only argument, or a method on a receiver.
  func call(
    _ index: Int32, _ node: Node, _ function: ExtensionFunction, _ receiver: Value,
    _ argument: Value?
  ) throws(EvaluationFailure) -> Value {
    let first = operands[Int(node.second)]
    if function.isConstructor {
      let text = try string(receiver, at: first)
      guard let value = function.make(from: text) else {
        throw failure(index, .badArgument(function, text))
      }
      return .extension(value)
    }
    guard case .extension(let subject) = receiver else {
      throw wrongType(first, function.expectedReceiver, receiver)
    }
    switch (function, subject, argument) {
    case (.lessThan, .decimal(let a), .extension(.decimal(let b))?): return .bool(a < b)
    case (.lessThanOrEqual, .decimal(let a), .extension(.decimal(let b))?): return .bool(a <= b)
    case (.greaterThan, .decimal(let a), .extension(.decimal(let b))?): return .bool(a > b)
    case (.greaterThanOrEqual, .decimal(let a), .extension(.decimal(let b))?):
      return .bool(a >= b)
    case (.isIpv4, .ipaddr(let address), nil): return .bool(!address.isIPv6)
    case (.isIpv6, .ipaddr(let address), nil): return .bool(address.isIPv6)
    case (.isLoopback, .ipaddr(let address), nil): return .bool(address.isLoopback)
    case (.isMulticast, .ipaddr(let address), nil): return .bool(address.isMulticast)
    case (.isInRange, .ipaddr(let address), .extension(.ipaddr(let range))?):
      return .bool(address.isInRange(range))
    case (.offset, .datetime(let moment), .extension(.duration(let duration))?):
      guard let result = moment.offset(by: duration) else {
        throw failure(index, .overflow("`offset`"))
      }
      return .extension(.datetime(result))
    case (.durationSince, .datetime(let moment), .extension(.datetime(let other))?):
      guard let result = moment.durationSince(other) else {
        throw failure(index, .overflow("`durationSince`"))
      }
      return .extension(.duration(result))
    case (.toDate, .datetime(let moment), nil):
      guard let result = moment.date else { throw failure(index, .overflow("`toDate`")) }
      return .extension(.datetime(result))
    case (.toTime, .datetime(let moment), nil): return .extension(.duration(moment.time))
    case (.toMilliseconds, .duration(let duration), nil): return .long(duration.milliseconds)
    case (.toSeconds, .duration(let duration), nil): return .long(duration.milliseconds / 1000)
    case (.toMinutes, .duration(let duration), nil): return .long(duration.milliseconds / 60_000)
    case (.toHours, .duration(let duration), nil):
      return .long(duration.milliseconds / 3_600_000)
    case (.toDays, .duration(let duration), nil): return .long(duration.milliseconds / 86_400_000)
    default:
      guard subject.kind == function.receiver, let argument else {
        throw wrongType(first, function.expectedReceiver, receiver)
      }
      throw wrongType(
        operands[Int(node.second) + 1], function.expectedArgument, argument)
    }
  }
}

extension ExtensionFunction {
  /// The value that a constructor makes; nil when `text` is not in its format.
  func make(from text: String) -> ExtensionValue? {
    switch self {
    case .decimal: DecimalValue(text).map { .decimal($0) }
    case .ip: IPAddress(text).map { .ipaddr($0) }
    case .datetime: DatetimeValue(text).map { .datetime($0) }
    case .duration: DurationValue(text).map { .duration($0) }
    default: nil
    }
  }

  var expectedReceiver: StaticString {
    switch receiver {
    case .decimal: "a decimal"
    case .ipaddr: "an ipaddr"
    case .datetime: "a datetime"
    default: "a duration"
    }
  }

  var expectedArgument: StaticString { self == .offset ? "a duration" : expectedReceiver }
}
