import Crypto
import JSON

/// What an answer of the issuer is held against: sealed into `state`, for one browser, for a time,
/// to be used once. Nothing is kept here of those who only began.
struct SignInState: Sendable, Equatable {
  /// For how many seconds a sign-in may take.
  static let lifetime: Int64 = 600
  private static let bytesMax = 4096

  /// What the ID token must repeat.
  var nonce: String
  /// The secret of PKCE (RFC 7636 §4.1).
  var verifier: String
  /// Where the answer goes.
  var redirect: String
  /// Where the person goes then.
  var next: String
  var begunAt: Int64
  /// How long ago the person may have authenticated, in seconds.
  var maxAge: Int64?

  init(redirect: String, next: String, begunAt: Int64, maxAge: Int64?) {
    nonce = Base64URL.encode(SecureRandom.bytes(32))
    verifier = Base64URL.encode(SecureRandom.bytes(32))
    self.redirect = redirect
    self.next = next
    self.begunAt = begunAt
    self.maxAge = maxAge
  }

  /// The challenge of the verifier (S256, RFC 7636 §4.2).
  var challenge: String { SHA256.hash(utf8: verifier).base64URL }

  func sealed(with key: [UInt8], for visit: String) -> String? {
    var writer = JSONWriter()
    writer.beginArray()
    for text in [nonce, verifier, redirect, next] { writer.string(text) }
    writer.int(begunAt)
    writer.int(maxAge ?? -1)
    writer.endArray()
    return (try? AES256GCM.seal(writer.bytes, key: key, authenticating: Array(visit.utf8)))
      .map { Base64URL.encode($0) }
  }

  /// Nil for what was not sealed here for this browser, or is over.
  init?(_ text: String, key: [UInt8], visit: String, now: Int64) {
    guard text.utf8.count <= Self.bytesMax, let sealed = Base64URL.decode(text),
      let bytes = try? AES256GCM.open(sealed, key: key, authenticating: Array(visit.utf8)),
      let root = try? JSONDocument(parsing: bytes).root,
      let begunAt = root[element: 4]?.int64, let maxAge = root[element: 5]?.int64,
      (begunAt...begunAt + Self.lifetime).contains(now)
    else { return nil }
    func part(_ index: Int) -> String { root[element: index]?.string ?? "" }
    (nonce, verifier, redirect, next) = (part(0), part(1), part(2), part(3))
    self.begunAt = begunAt
    self.maxAge = maxAge < 0 ? nil : maxAge
  }
}

/// What was used and may not be used again, for as long as it would be taken.
struct UsedOnce: Sendable {
  /// So many are remembered; at the bound nothing is taken until old ones are forgotten.
  static let countMax = 100_000

  private var present: Set<SHA256Digest> = []
  private var past: Set<SHA256Digest> = []
  private var turnsAt: Int64 = 0
  private let period: Int64

  /// - Parameter period: how long, in seconds, each must be remembered at least.
  init(period: Int64) { self.period = period }

  /// Whether it is new; it is not from then on.
  mutating func use(_ text: String, now: Int64) -> Bool {
    if now >= turnsAt {
      past = now < turnsAt + period ? present : []
      present = []
      turnsAt = now + period
    }
    let digest = SHA256.hash(utf8: text)
    guard present.count < Self.countMax, !past.contains(digest) else { return false }
    return present.insert(digest).inserted
  }
}
