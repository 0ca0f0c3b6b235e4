import JSON

/// Compares a header with the value in the body that it repeats (MCP 2026-07-28, SEP-2243).
enum MirroredHeader {
  private static let prefix = "=?base64?".utf8
  private static let suffix = "?=".utf8

  /// Whether the header stands for exactly this string. A header in the form `=?base64?…?=` is
  /// base64 of the value's UTF-8; only the canonical encoding is equal.
  static func matches(_ header: String, _ value: JSONNode) -> Bool {
    let text = header.utf8
    guard text.first == prefix.first else { return value.equals(header) }
    let encodedCount = text.count - prefix.count - suffix.count
    if encodedCount >= 0, text.starts(with: prefix),
      text.dropFirst(text.count - suffix.count).elementsEqual(suffix)
    {
      guard let string = value.string else { return false }
      let encoded = text.dropFirst(prefix.count).prefix(encodedCount)
      return encoded.elementsEqual(base64(string.utf8))
    }
    return value.equals(header)
  }

  /// Standard base64 with padding (RFC 4648 §4).
  static func base64(_ bytes: some Collection<UInt8>) -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var encoded: [UInt8] = []
    encoded.reserveCapacity((bytes.count + 2) / 3 * 4)
    var group: UInt32 = 0
    var held = 0
    for byte in bytes {
      group = group << 8 | UInt32(byte)
      held += 1
      guard held == 3 else { continue }
      for shift in [18, 12, 6, 0] { encoded.append(alphabet[Int(group >> UInt32(shift) & 63)]) }
      group = 0
      held = 0
    }
    if held > 0 {
      group <<= UInt32(8 * (3 - held))
      for shift in [18, 12, 6, 0].prefix(held + 1) {
        encoded.append(alphabet[Int(group >> UInt32(shift) & 63)])
      }
      encoded.append(contentsOf: repeatElement(0x3D, count: 3 - held))
    }
    return encoded
  }
}
