import Crypto

/// Seals what a client carries for us and brings back: nobody can read or change it, and what was
/// sealed for one purpose opens for no other. Pure; the time is given.
///
/// A token is base64url (RFC 4648 §5) of the form 1, the day whose key it is under as four bytes,
/// big-endian, and a message sealed with AES-256-GCM.
struct StateSeal: Sendable {
  /// What a token is for.
  enum Purpose: String {
    case continuation, task, approval
    case sessionTask = "session task"
  }

  /// Characters of a token.
  static let tokenBytesMax = 256 << 10
  private static let form: UInt8 = 1
  private static let headBytes = 5

  let keys: StateKeys

  /// - Parameter now: seconds since 1970 UTC.
  /// - Throws: when the cipher cannot be used at all.
  func seal(
    _ content: [UInt8], for purpose: Purpose, at now: Int64
  ) throws(AEADError) -> String {
    let day = StateKeys.day(of: now)
    let head = Self.head(day)
    let sealed = try AES256GCM.seal(
      content, key: keys.key(ofDay: day), authenticating: head + Array(purpose.rawValue.utf8))
    return Base64URL.encode(head + sealed)
  }

  /// What a token holds; nil for one that is not ours, was changed or is for something else.
  func open(_ token: String, for purpose: Purpose, at now: Int64) -> [UInt8]? {
    guard token.utf8.count <= Self.tokenBytesMax, let bytes = Base64URL.decode(token),
      bytes.count > Self.headBytes, bytes[0] == Self.form
    else { return nil }
    let day = bytes[1..<Self.headBytes].reduce(0) { $0 << 8 | UInt32($1) }
    // The clocks of replicas are not quite the same.
    guard day <= StateKeys.day(of: now) &+ 1 else { return nil }
    return try? AES256GCM.open(
      Array(bytes[Self.headBytes...]), key: keys.key(ofDay: day),
      authenticating: Self.head(day) + Array(purpose.rawValue.utf8))
  }

  private static func head(_ day: UInt32) -> [UInt8] {
    [form] + (0..<4).map { UInt8(truncatingIfNeeded: day >> UInt32(24 - 8 * $0)) }
  }
}
