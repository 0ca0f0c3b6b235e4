/// A function or method of an extension type. `ip("…")` is written as a function, all that take a
/// value of the type as methods: `ip("…").isIpv4()`.
enum ExtensionFunction: UInt8, CaseIterable, Sendable {
  case decimal, ip, datetime, duration
  case lessThan, lessThanOrEqual, greaterThan, greaterThanOrEqual
  case isIpv4, isIpv6, isLoopback, isMulticast, isInRange
  case offset, durationSince, toDate, toTime
  case toMilliseconds, toSeconds, toMinutes, toHours, toDays

  /// The name in a policy.
  var name: String { ExtensionFunction.names[Int(rawValue)] }

  // Finding the name of a case is slow, and the parser looks for functions by name.
  private static let names = allCases.map { String(describing: $0) }

  /// Whether it makes a value from a string.
  var isConstructor: Bool { rawValue <= ExtensionFunction.duration.rawValue }

  /// How many arguments it takes between the parentheses. A call with another number parses, and
  /// is an error when it is evaluated: so says the language.
  var argumentCount: Int {
    switch self {
    case .decimal, .ip, .datetime, .duration, .lessThan, .lessThanOrEqual, .greaterThan,
      .greaterThanOrEqual, .isInRange, .offset, .durationSince:
      1
    default: 0
    }
  }

  /// The kind of the value that the method is called on; nil for constructors.
  var receiver: ValueKind? {
    switch self {
    case .decimal, .ip, .datetime, .duration: nil
    case .lessThan, .lessThanOrEqual, .greaterThan, .greaterThanOrEqual: .decimal
    case .isIpv4, .isIpv6, .isLoopback, .isMulticast, .isInRange: .ipaddr
    case .offset, .durationSince, .toDate, .toTime: .datetime
    case .toMilliseconds, .toSeconds, .toMinutes, .toHours, .toDays: .duration
    }
  }

  /// The function of this name, if there is one.
  static func named(_ name: String, constructor: Bool) -> ExtensionFunction? {
    allCases.first { $0.isConstructor == constructor && $0.name == name }
  }
}
