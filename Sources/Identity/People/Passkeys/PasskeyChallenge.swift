import Crypto

/// What an authenticator is asked to sign: random, for a time, for one purpose and one browser, and
/// taken once. It carries its own proof, so that asking for many keeps nothing here.
struct PasskeyChallenge: Sendable {
  /// For how many seconds it is taken.
  static let lifetime: Int64 = 300
  private static let randomBytes = 16
  private static let byteCount = randomBytes + 8 + SHA256Digest.byteCount

  private let key: [UInt8]

  init(key: [UInt8] = SecureRandom.bytes(32)) { self.key = key }

  func make(_ purpose: ClientData.Purpose, for binding: String, now: Int64) -> [UInt8] {
    let head =
      SecureRandom.bytes(Self.randomBytes)
      + (0..<8).map { UInt8(truncatingIfNeeded: now >> (56 - 8 * $0)) }
    return head + proof(of: head, purpose, binding).bytes
  }

  /// Until when a challenge counts, in seconds since the epoch; nil when it was not made here, for
  /// this purpose and this browser, or is over.
  func end(
    of challenge: [UInt8], _ purpose: ClientData.Purpose, for binding: String, now: Int64
  ) -> Int64? {
    guard challenge.count == Self.byteCount else { return nil }
    let split = Self.randomBytes + 8
    let head = Array(challenge[..<split])
    guard let shown = SHA256Digest(bytes: Array(challenge[split...])),
      proof(of: head, purpose, binding).isEqualInConstantTime(to: shown)
    else { return nil }
    let made = head[Self.randomBytes...].reduce(Int64(0)) { $0 << 8 | Int64($1) }
    let end = made + Self.lifetime
    return now < end && made <= now + 60 ? end : nil
  }

  private func proof(
    of head: [UInt8], _ purpose: ClientData.Purpose, _ binding: String
  ) -> SHA256Digest {
    let binding = SHA256.hash(utf8: binding).bytes
    return HMACSHA256.authenticate(head + binding + Array(purpose.rawValue.utf8), key: key)
  }
}

/// Challenges that were taken, as long as they could be shown again. As many as sign-ins succeed.
struct TakenChallenges {
  static let countMax = 100_000
  private var ends: [SHA256Digest: Int64] = [:]

  /// False when it was taken before, or when there is no room to remember it.
  mutating func take(_ challenge: [UInt8], until end: Int64, now: Int64) -> Bool {
    if ends.count >= Self.countMax { ends = ends.filter { $0.value > now } }
    guard ends.count < Self.countMax else { return false }
    return ends.updateValue(end, forKey: SHA256.hash(challenge)) == nil
  }
}
