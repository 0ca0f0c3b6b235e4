/// A value for a parameter of a statement.
public enum SQLValue: Sendable, Equatable {
  case null
  case integer(Int64)
  case text(String)
  case blob([UInt8])

  /// The text, or null.
  public init(_ text: String?) { self = text.map { .text($0) } ?? .null }
  /// The number, or null.
  public init(_ number: Int64?) { self = number.map { .integer($0) } ?? .null }
  /// The bytes, or null.
  public init(_ bytes: [UInt8]?) { self = bytes.map { .blob($0) } ?? .null }
}

extension SQLValue: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
  /// A number.
  public init(integerLiteral value: Int64) { self = .integer(value) }
  /// A text.
  public init(stringLiteral value: String) { self = .text(value) }
}
