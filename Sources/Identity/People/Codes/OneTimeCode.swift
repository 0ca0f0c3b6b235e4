import Crypto

/// Codes of authenticator applications: six digits of HMAC-SHA-1, a new one every 30 seconds
/// (RFC 6238, RFC 4226).
public enum OneTimeCode {
  /// Seconds for which a code is shown.
  static let period: Int64 = 30
  /// Steps before and after the present one that are taken: clocks differ.
  static let window: Int64 = 1
  static let digits = 6
  static let keyBytes = 20

  /// A new key.
  static func makeKey() -> [UInt8] { SecureRandom.bytes(keyBytes) }

  /// The code of a step.
  static func code(key: [UInt8], step: Int64, digits: Int = digits) -> String {
    let message = (0..<8).map { UInt8(truncatingIfNeeded: step >> (56 - 8 * $0)) }
    let mac = HMACSHA1.authenticate(message, key: key)
    let offset = Int(mac[mac.count - 1] & 15)
    let number = mac[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
    let modulus = (0..<digits).reduce(UInt32(1)) { value, _ in value * 10 }
    let text = String(number % modulus)
    return String(repeating: "0", count: digits - text.utf8.count) + text
  }

  /// The step whose code was shown, if it is one of the window and newer than `last`: each counts
  /// once. Takes the same time whichever it is.
  static func step(of code: String, key: [UInt8], after last: Int64, now: Int64) -> Int64? {
    let shown = Array(code.utf8.filter { $0 != UInt8(ascii: " ") })
    guard shown.count == digits else { return nil }
    let present = now / period
    var found: Int64?
    for step in present - window...present + window {
      let isOne = ConstantTime.areEqual(Array(Self.code(key: key, step: step).utf8), shown)
      if isOne, step > last { found = step }
    }
    return found
  }

  /// What authenticator applications read (Key Uri Format).
  static func address(key: [UInt8], account: String, issuer: String) -> String {
    let label = "\(issuer):\(account)".utf8.reduce(into: "") { text, byte in
      let scalar = Unicode.Scalar(byte)
      text +=
        byte < 0x80 && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
        ? String(scalar)
        : "%" + String(byte >> 4, radix: 16, uppercase: true)
          + String(byte & 15, radix: 16, uppercase: true)
    }
    return "otpauth://totp/\(label)?secret=\(Base32.encode(key))&issuer=Sallyport"
  }
}
