/// Base64 with the standard alphabet and padding (RFC 4648 §4), as signed notes use it.
public enum Base64 {
  /// The text of `bytes`, padded to a multiple of four characters.
  public static func encode(_ bytes: [UInt8]) -> String {
    var text = Base64URL.encode(bytes)
    text = String(
      decoding: text.utf8.map { byte in
        switch byte {
        case UInt8(ascii: "-"): UInt8(ascii: "+")
        case UInt8(ascii: "_"): UInt8(ascii: "/")
        default: byte
        }
      }, as: UTF8.self)
    return text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
  }

  /// The bytes of `text`; nil for anything that ``encode(_:)`` does not write: each byte string has
  /// one text only.
  public static func decode(_ text: some StringProtocol) -> [UInt8]? {
    let characters = Array(text.utf8)
    guard characters.count.isMultiple(of: 4) else { return nil }
    let padding = characters.reversed().prefix { $0 == UInt8(ascii: "=") }.count
    guard padding <= 2 else { return nil }
    var plain: [UInt8] = []
    plain.reserveCapacity(characters.count)
    for character in characters.dropLast(padding) {
      switch character {
      case UInt8(ascii: "+"): plain.append(UInt8(ascii: "-"))
      case UInt8(ascii: "/"): plain.append(UInt8(ascii: "_"))
      case UInt8(ascii: "-"), UInt8(ascii: "_"): return nil
      default: plain.append(character)
      }
    }
    return Base64URL.decode(String(decoding: plain, as: UTF8.self))
  }
}
