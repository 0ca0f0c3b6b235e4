/// A Cedar value.
///
/// Equality is Cedar's `==`: values of different kinds differ, strings are compared byte by byte,
/// sets without regard to order.
public enum Value: Sendable {
  /// `true` or `false`.
  case bool(Bool)
  /// A signed 64-bit integer.
  case long(Int64)
  /// A string of Unicode scalar values.
  case string(String)
  /// A reference to an entity, which need not exist.
  case entity(EntityUID)
  /// A set.
  case set(ValueSet)
  /// A record.
  case record(Record)
  /// A value of an extension type.
  case `extension`(ExtensionValue)
}

/// What kind of value something is, as error messages name it.
public enum ValueKind: String, Sendable {
  /// `true` or `false`.
  case bool
  /// A signed 64-bit integer.
  case long
  /// A string.
  case string
  /// A reference to an entity.
  case entity
  /// A set.
  case set
  /// A record.
  case record
  /// A fixed-point number with four digits.
  case decimal
  /// An IP address or a range of them.
  case ipaddr
  /// A moment in time.
  case datetime
  /// A span of time.
  case duration
}

extension Value {
  /// The kind of this value.
  public var kind: ValueKind {
    switch self {
    case .bool: .bool
    case .long: .long
    case .string: .string
    case .entity: .entity
    case .set: .set
    case .record: .record
    case .extension(let value): value.kind
    }
  }
}

extension Value: Hashable {
  /// Cedar's `==`.
  public static func == (left: Value, right: Value) -> Bool {
    switch (left, right) {
    case (.bool(let a), .bool(let b)): a == b
    case (.long(let a), .long(let b)): a == b
    case (.string(let a), .string(let b)): a.hasSameBytes(as: b)
    case (.entity(let a), .entity(let b)): a == b
    case (.set(let a), .set(let b)): a == b
    case (.record(let a), .record(let b)): a == b
    case (.extension(let a), .extension(let b)): a == b
    default: false
    }
  }

  /// Feeds kind and content.
  public func hash(into hasher: inout Hasher) {
    switch self {
    case .bool(let value): hasher.combine(value)
    case .long(let value): hasher.combine(value)
    case .string(let value): value.hashBytes(into: &hasher)
    case .entity(let value): hasher.combine(value)
    case .set(let value): hasher.combine(value)
    case .record(let value): hasher.combine(value)
    case .extension(let value): hasher.combine(value)
    }
  }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral
{
  /// Makes a string.
  public init(stringLiteral value: String) { self = .string(value) }
  /// Makes an integer.
  public init(integerLiteral value: Int64) { self = .long(value) }
  /// Makes a boolean.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension Value: CustomStringConvertible {
  /// The value as a policy could write it, record members sorted by name.
  public var description: String {
    switch self {
    case .bool(let value): return value ? "true" : "false"
    case .long(let value): return String(value)
    case .string(let value): return Quoting.quote(value)
    case .entity(let value): return value.description
    case .set(let value):
      return "[" + value.values.map(\.description).joined(separator: ", ") + "]"
    case .record(let value):
      let members = value.members.map { "\(Quoting.quote($0.name.text)): \($0.value)" }
      return "{" + members.joined(separator: ", ") + "}"
    case .extension(let value): return value.description
    }
  }
}
