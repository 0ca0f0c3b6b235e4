/// Bytes and byte classes of HTTP's grammar (RFC 9110 §5.6, RFC 9112).
enum ASCII {
  static let tab: UInt8 = 9
  static let lineFeed: UInt8 = 10
  static let carriageReturn: UInt8 = 13
  static let space: UInt8 = 32
  static let comma: UInt8 = 44
  static let colon: UInt8 = 58
  static let semicolon: UInt8 = 59

  @inline(__always)
  static func lowercase(_ byte: UInt8) -> UInt8 {
    byte &- 65 < 26 ? byte | 0x20 : byte
  }

  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }

  @inline(__always)
  static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab }

  /// A byte of a field value or reason phrase: visible, white space, or above ASCII.
  @inline(__always)
  static func isText(_ byte: UInt8) -> Bool { (byte >= 32 && byte != 127) || byte == tab }

  /// A byte of a token (RFC 9110 §5.6.2): letters, digits and !#$%&'*+-.^_`|~
  @inline(__always)
  static func isToken(_ byte: UInt8) -> Bool {
    guard byte < 128 else { return false }
    let bits: UInt64 = byte < 64 ? 0x03ff_6cfa_0000_0000 : 0x57ff_ffff_c7ff_fffe
    return bits >> UInt64(byte & 63) & 1 == 1
  }

  static func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: byte - 48
    case 65...70: byte - 55
    case 97...102: byte - 87
    default: nil
    }
  }
}
