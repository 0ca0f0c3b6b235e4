/// What evaluating an expression can come to: a value of some kinds, or a failure.
struct Possibilities: OptionSet, Sendable {
  let rawValue: UInt16

  static let isTrue = Possibilities(rawValue: 1)
  static let isFalse = Possibilities(rawValue: 1 << 1)
  static let long = Possibilities(rawValue: 1 << 2)
  static let string = Possibilities(rawValue: 1 << 3)
  static let entity = Possibilities(rawValue: 1 << 4)
  static let set = Possibilities(rawValue: 1 << 5)
  static let record = Possibilities(rawValue: 1 << 6)
  static let decimal = Possibilities(rawValue: 1 << 7)
  static let ipaddr = Possibilities(rawValue: 1 << 8)
  static let datetime = Possibilities(rawValue: 1 << 9)
  static let duration = Possibilities(rawValue: 1 << 10)
  static let failure = Possibilities(rawValue: 1 << 11)

  static let bool: Possibilities = [.isTrue, .isFalse]
  static let anyValue = Possibilities(rawValue: 1 << 11 - 1)
  /// What `<` and its like compare.
  static let ordered: Possibilities = [.long, .datetime, .duration]

  static func truth(_ bool: Bool) -> Possibilities { bool ? .isTrue : .isFalse }

  init(rawValue: UInt16) { self.rawValue = rawValue }

  init(_ value: Value) {
    if case .bool(let bool) = value { self = .truth(bool) } else { self.init(value.kind) }
  }

  init(_ kind: ValueKind) {
    switch kind {
    case .bool: self = .bool
    case .long: self = .long
    case .string: self = .string
    case .entity: self = .entity
    case .set: self = .set
    case .record: self = .record
    case .decimal: self = .decimal
    case .ipaddr: self = .ipaddr
    case .datetime: self = .datetime
    case .duration: self = .duration
    }
  }

  var mayFail: Bool { contains(.failure) }
  /// The kinds of value that it can come to.
  var values: Possibilities { intersection(.anyValue) }

  /// The kind of all values that it can come to, if that is one.
  var onlyKind: ValueKind? {
    let kinds: [ValueKind] = [
      .bool, .long, .string, .entity, .set, .record, .decimal, .ipaddr, .datetime, .duration,
    ]
    guard !values.isEmpty else { return nil }
    return kinds.first { values.isSubset(of: Possibilities($0)) }
  }
}
