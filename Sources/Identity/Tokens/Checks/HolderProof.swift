import Crypto
import JSON

/// What a client shows besides a bound token (RFC 9449 §4): that it holds the token's key.
public struct HolderProof: Sendable {
  /// The proof as it came.
  public var text: String
  /// The method of the request.
  public var method: String
  /// The path of the request, without query.
  public var path: String

  /// A proof with the request that it came with.
  public init(text: String, method: String, path: String) {
    self.text = text
    self.method = method
    self.path = path
  }

  /// How old a proof may be, in seconds.
  static let lifetime: Int64 = 120
  /// How far a client's clock may be ahead.
  static let skew: Int64 = 30
  private static let idBytes = 1...256

  /// Checks everything but whether it was used before (RFC 9449 §4.3).
  /// - Parameters:
  ///   - token: the digest of the token that it came with.
  ///   - thumbprint: of the key that the token is bound to.
  ///   - resource: the URL of this gateway.
  /// - Returns: what names this proof: nobody may use it again.
  func check(
    token: SHA256Digest, thumbprint: String, resource: String, now: Int64
  ) throws(TokenRefusal) -> SHA256Digest {
    let proof: CompactJWS
    do {
      proof = try CompactJWS(text)
    } catch {
      throw .proof("\(error)")
    }
    guard proof.type == "dpop+jwt" else { throw .proof("its type is not dpop+jwt") }
    guard let jwk = proof.header[member: "jwk"].flatMap(PublicJWK.init) else {
      throw .proof("it brings no public key that is usable")
    }
    guard jwk.algorithm == nil || jwk.algorithm == proof.algorithm.rawValue,
      jwk.key.isValid(proof.signature, for: proof.signed, by: proof.algorithm)
    else { throw .proof("its signature does not hold") }
    guard jwk.thumbprint == thumbprint else { throw .proof("its key is not the token's") }
    let claims: JSONNode
    do {
      claims = try CompactJWS.object(proof.payload, "payload")
    } catch {
      throw .proof("\(error)")
    }
    guard claims[member: "htm"]?.string == method else { throw .proof("it is for another method") }
    guard let target = claims[member: "htu"]?.string, Self.isSame(target, resource + path) else {
      throw .proof("it is for another URL")
    }
    guard claims[member: "ath"]?.string == token.base64URL else {
      throw .proof("it is for another token")
    }
    guard let issuedAt = claims[member: "iat"]?.double, issuedAt.isFinite,
      abs(issuedAt) < 1e12, Int64(issuedAt) <= now + Self.skew,
      Int64(issuedAt) >= now - Self.lifetime
    else { throw .proof("it was not made just now") }
    guard let id = claims[member: "jti"]?.string, Self.idBytes.contains(id.utf8.count) else {
      throw .proof("it has no jti")
    }
    return SHA256.hash(utf8: "\(thumbprint) \(id)")
  }

  /// Whether two URLs are the same, but for query and fragment, the case of scheme and host, and a
  /// port that needs no saying.
  static func isSame(_ left: String, _ right: String) -> Bool {
    guard let left = plain(left), let right = plain(right) else { return false }
    return left == right
  }

  private static func plain(_ url: String) -> String? {
    let url = url.prefix { $0 != "?" && $0 != "#" }
    let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count >= 3, parts[1].isEmpty else { return nil }
    let scheme = parts[0].lowercased()
    var host = parts[2].lowercased()
    if scheme == "https:", host.hasSuffix(":443") { host.removeLast(4) }
    if scheme == "http:", host.hasSuffix(":80") { host.removeLast(3) }
    return "\(scheme)//\(host)/\(parts.count > 3 ? parts[3] : "")"
  }
}

/// The proofs that were used lately. A proof that is older than all of them is refused by its time.
struct UsedProofs: Sendable {
  /// Proofs that are remembered; at the bound none is taken until old ones are forgotten.
  static let countMax = 100_000

  private var present: Set<SHA256Digest> = []
  private var past: Set<SHA256Digest> = []
  private var turnsAt: Int64 = 0

  /// Whether a proof is new; it is not from then on.
  mutating func use(_ proof: SHA256Digest, now: Int64) -> Bool {
    let period = HolderProof.lifetime + HolderProof.skew
    if now >= turnsAt {
      // What is in neither of two periods cannot be in time any more.
      past = now < turnsAt + period ? present : []
      present = []
      turnsAt = now + period
    }
    guard present.count < Self.countMax, !past.contains(proof) else { return false }
    return present.insert(proof).inserted
  }
}
