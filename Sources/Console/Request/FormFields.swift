/// The fields of a form or of a query (`application/x-www-form-urlencoded`, WHATWG URL §5.1).
public struct FormFields: Sendable, Equatable {
  /// Fields of one form.
  static let fieldsMax = 64

  private var values: [String: [String]] = [:]

  /// No fields.
  public init() {}

  /// Nil for more fields than a form of ours has, escapes that are none, and bytes that are no
  /// UTF-8.
  public init?(_ text: some Collection<UInt8>) {
    let pairs = text.split(separator: UInt8(ascii: "&"))
    guard pairs.count <= Self.fieldsMax else { return nil }
    for pair in pairs {
      let parts = pair.split(
        separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = Self.decoded(parts[0]),
        let value = parts.count == 2
          ? Self.decoded(parts[1]) : ""
      else { return nil }
      values[name, default: []].append(value)
    }
  }

  /// The value of a field; nil without one, and when it stands more than once.
  public subscript(name: String) -> String? {
    guard let all = values[name], all.count == 1 else { return nil }
    return all[0]
  }

  /// All values of a field, in order.
  public func all(_ name: String) -> [String] { values[name] ?? [] }

  private static func decoded(_ text: some Collection<UInt8>) -> String? {
    var bytes: [UInt8] = []
    var rest = text[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit)
        else { return nil }
        bytes.append(high << 4 | low)
      default: bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    Character(UnicodeScalar(byte)).hexDigitValue.map(UInt8.init)
  }
}
