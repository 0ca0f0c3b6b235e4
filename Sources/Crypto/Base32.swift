/// Base32 without padding (RFC 4648 §6), as authenticator applications take keys.
public enum Base32 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

  /// Eight characters for five bytes, no padding.
  public static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    var group: UInt32 = 0
    var bits = 0
    for byte in bytes {
      group = (group << 8 | UInt32(byte)) & 0xFFFF
      bits += 8
      while bits >= 5 {
        bits -= 5
        text.append(alphabet[Int(group >> UInt32(bits)) & 31])
      }
    }
    if bits > 0 { text.append(alphabet[Int(group << UInt32(5 - bits)) & 31]) }
    return String(decoding: text, as: UTF8.self)
  }
}
