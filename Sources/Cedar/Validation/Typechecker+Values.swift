/// Sets, records and what extensions make.
extension Typechecker {
  mutating func set(_ elements: [Expression.ID], _ id: Expression.ID) -> Judgement {
    if elements.isEmpty {
      guard isStrict else { return Judgement(type: .set(nil)) }
      if isNew(.emptySet, id) {
        add(
          .emptySet, id, "the type of `[]` cannot be told in strict mode",
          help: "test with `.isEmpty()`, or leave the comparison out")
      }
      return Judgement()
    }
    var element: CheckedType?
    var isKnown = true
    for id in elements {
      guard let next = judge(id).type else {
        isKnown = false
        continue
      }
      guard let before = element else {
        element = next
        continue
      }
      if let common = bounds.join(before, next) {
        element = common
        continue
      }
      isKnown = false
      if bounds.effort > 0, isNew(.incompatibleTypes, id) {
        add(
          .incompatibleTypes, id,
          "this element is a `\(next)`, those before it are `\(before)`",
          help: differenceHelp(before, next) ?? "the elements of a set have one type")
      }
    }
    return Judgement(type: isKnown ? .set(element) : nil)
  }

  mutating func record(
    _ members: [(name: AttributeName, value: Expression.ID)]
  ) -> Judgement {
    var shape: [AttributeName: RecordShape.Member] = [:]
    for member in members {
      guard let type = judge(member.value).type else { continue }
      shape[member.name] = RecordShape.Member(type: type, isRequired: true)
    }
    guard shape.count == members.count else { return Judgement() }
    return Judgement(type: .record(RecordShape(members: shape)))
  }

  mutating func call(
    _ function: ExtensionFunction, _ arguments: [Expression.ID], _ id: Expression.ID
  ) -> Judgement {
    let result = Judgement(type: function.resultType)
    let expected = function.parameters
    guard arguments.count == expected.count else {
      if isNew(.argumentCount, id) {
        let own = function.isConstructor ? 0 : 1
        add(
          .argumentCount, id,
          "`\(function.name)` takes \(expected.count - own) argument"
            + "\(expected.count - own == 1 ? "" : "s"), found \(arguments.count - own)")
      }
      return result
    }
    for (argument, type) in zip(arguments, expected) {
      let judgement = expect(.exactly(type), argument, by: function.name)
      if function.isConstructor, judgement.type != nil { checkConstructor(function, argument) }
    }
    return result
  }

  private mutating func checkConstructor(
    _ function: ExtensionFunction, _ argument: Expression.ID
  ) {
    guard case .literal(.string(let text)) = tree[argument].kind else {
      if isStrict, isNew(.nonliteralArgument, argument) {
        add(
          .nonliteralArgument, argument,
          "strict validation needs a string literal as the argument of `\(function.name)`",
          help: "let the schema declare the attribute as `\(function.resultType)`")
      }
      return
    }
    guard function.make(from: text) == nil, isNew(.invalidArgument, argument) else { return }
    add(
      .invalidArgument, argument,
      "the string \(Quoting.quote(String(text.unicodeScalars.prefix(60)))) is no "
        + "`\(function.resultType)`", help: function.example)
  }
}

extension ExtensionFunction {
  /// The types of the arguments, that of the value on which a method is called first.
  var parameters: [CheckedType] {
    switch self {
    case .decimal, .ip, .datetime, .duration: [.string]
    case .lessThan, .lessThanOrEqual, .greaterThan, .greaterThanOrEqual:
      [.extension(.decimal), .extension(.decimal)]
    case .isIpv4, .isIpv6, .isLoopback, .isMulticast: [.extension(.ipaddr)]
    case .isInRange: [.extension(.ipaddr), .extension(.ipaddr)]
    case .offset: [.extension(.datetime), .extension(.duration)]
    case .durationSince: [.extension(.datetime), .extension(.datetime)]
    case .toDate, .toTime: [.extension(.datetime)]
    case .toMilliseconds, .toSeconds, .toMinutes, .toHours, .toDays: [.extension(.duration)]
    }
  }

  /// The type of the result.
  var resultType: CheckedType {
    switch self {
    case .decimal: .extension(.decimal)
    case .ip: .extension(.ipaddr)
    case .datetime, .offset, .toDate: .extension(.datetime)
    case .duration, .durationSince, .toTime: .extension(.duration)
    case .lessThan, .lessThanOrEqual, .greaterThan, .greaterThanOrEqual, .isIpv4, .isIpv6,
      .isLoopback, .isMulticast, .isInRange:
      .either
    case .toMilliseconds, .toSeconds, .toMinutes, .toHours, .toDays: .long
    }
  }

  /// What a constructor reads.
  var example: String? {
    switch self {
    case .decimal: "one to four digits follow the point: `decimal(\"12.50\")`"
    case .ip: "an address or a range: `ip(\"10.0.0.1\")`, `ip(\"10.0.0.0/8\")`, `ip(\"::1\")`"
    case .datetime:
      "a date or a moment: `datetime(\"2026-01-31\")`, "
        + "`datetime(\"2026-01-31T12:00:00Z\")`"
    case .duration:
      "days, hours, minutes, seconds, milliseconds in this order: "
        + "`duration(\"1d2h30m\")`"
    default: nil
    }
  }
}
