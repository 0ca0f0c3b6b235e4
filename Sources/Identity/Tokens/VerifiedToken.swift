import Crypto

/// A token that was verified.
public final class VerifiedToken: Sendable {
  /// Whom it names.
  public let principal: Principal
  /// When it is over, in seconds since the epoch.
  public let expiresAt: Int64
  /// When it must be verified again, in seconds since the epoch; at once where its issuer is asked
  /// each time.
  public let countsUntil: Int64
  /// What its holder must prove.
  let binding: TokenClaims.Binding

  init(
    principal: Principal, expiresAt: Int64, countsUntil: Int64, binding: TokenClaims.Binding
  ) {
    self.principal = principal
    self.expiresAt = expiresAt
    self.countsUntil = min(expiresAt, countsUntil)
    self.binding = binding
  }

  /// Whether it is taken with each request without a look at the request.
  public var isBearer: Bool { binding == TokenClaims.Binding() }
}

/// The tokens that were verified lately, by their digests, until they are over: the last
/// ``keptMin`` at least, and twice as many at most.
struct VerifiedTokens: Sendable {
  static let keptMin = 10_000
  static let countMax = 2 * keptMin

  private var present: [SHA256Digest: VerifiedToken] = [:]
  private var past: [SHA256Digest: VerifiedToken] = [:]

  mutating func find(_ digest: SHA256Digest, now: Int64) -> VerifiedToken? {
    if let token = present[digest] {
      guard now >= token.expiresAt else { return token }
      present[digest] = nil
      return nil
    }
    guard let token = past.removeValue(forKey: digest), now < token.expiresAt else { return nil }
    insert(token, digest)
    return token
  }

  mutating func remove(_ digest: SHA256Digest) {
    present[digest] = nil
    past[digest] = nil
  }

  mutating func insert(_ token: VerifiedToken, _ digest: SHA256Digest) {
    if present.count >= Self.keptMin {
      past = present
      present = [:]
    }
    present[digest] = token
  }

  mutating func removeAll() { self = VerifiedTokens() }

  var count: Int { present.count + past.count }
}
