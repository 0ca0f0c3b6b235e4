/// The name of an attribute, of a record member or of a tag, with its hash computed once. Keep
/// names that are used for every request as constants.
public struct AttributeName: Hashable, Sendable, CustomStringConvertible,
  ExpressibleByStringLiteral
{
  /// The name itself.
  public let text: String
  let prehash: Int

  /// Makes a name; any string will do.
  public init(_ text: String) {
    self.text = text
    self.prehash = text.byteHash
  }

  /// Makes a name from a literal.
  public init(stringLiteral value: String) { self.init(value) }

  /// The name itself.
  public var description: String { text }

  /// Whether both names are the same bytes.
  @inline(__always)
  public static func == (left: AttributeName, right: AttributeName) -> Bool {
    left.prehash == right.prehash && left.text.hasSameBytes(as: right.text)
  }

  /// Feeds the precomputed hash.
  public func hash(into hasher: inout Hasher) { hasher.combine(prehash) }

  /// An order for sorted storage. It differs from process to process and is never shown.
  static func storageOrder(_ left: AttributeName, _ right: AttributeName) -> Bool {
    left.prehash != right.prehash
      ? left.prehash < right.prehash : left.text.precedesByBytes(right.text)
  }
}

extension AttributeName: Prehashed {}
