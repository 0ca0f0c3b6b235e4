import Configuration
import Crypto
import JSON
import Logging
import Synchronization

/// Asks an issuer about its tokens (RFC 7662). Any thread.
final class Introspector: Sendable {
  /// How long an answer counts, in seconds, whatever it says: so long may a token that was revoked
  /// still be taken.
  static let lifetime: Int64 = 60
  /// How long a refusal counts.
  static let refusalLifetime: Int64 = 10
  /// Questions under way.
  static let askingMax = 64
  static let refusedMax = 10_000

  private struct State {
    var asking = 0
    var refused: [SHA256Digest: Int64] = [:]
  }

  private let issuer: Configuration.Issuer
  private let endpoint: Configuration.Issuer.Introspection
  private let documents: any IssuerDocuments
  private let clock: TokenClock
  private let log: Logger
  private let state = Mutex(State())

  init(
    _ issuer: Configuration.Issuer, _ endpoint: Configuration.Issuer.Introspection,
    documents: any IssuerDocuments, clock: TokenClock, log: Logger
  ) {
    self.issuer = issuer
    self.endpoint = endpoint
    self.documents = documents
    self.clock = clock
    self.log = log
  }

  /// What the issuer says of a token.
  func claims(of token: String, digest: SHA256Digest) async throws(TokenRefusal) -> TokenClaims {
    let now = clock.steady()
    let mayAsk = try state.withLock { (state) throws(TokenRefusal) in
      if let until = state.refused[digest], now < until { throw .inactive(issuer: issuer.name) }
      guard state.asking < Self.askingMax else { return false }
      state.asking += 1
      return true
    }
    guard mayAsk else { throw .introspectionUnavailable(issuer: issuer.name) }
    let result = await documents.ask(request(token))
    state.withLock { $0.asking -= 1 }
    let answer: IssuerAnswer
    switch result {
    case .success(let success): answer = success
    case .failure(let error):
      log.warning(
        "an issuer was not able to tell of a token",
        [("issuer", issuer.name), ("reason", error.reason)])
      throw .introspectionUnavailable(issuer: issuer.name)
    }
    let root: JSONNode
    do throws(TokenRefusal) {
      root = try CompactJWS.object(answer.body, "introspection")
    } catch {
      throw .introspectionUnavailable(issuer: issuer.name)
    }
    guard root[member: "active"]?.bool == true else {
      refuse(digest, now)
      throw .inactive(issuer: issuer.name)
    }
    return try TokenClaims(root)
  }

  private func refuse(_ digest: SHA256Digest, _ now: Int64) {
    state.withLock { state in
      if state.refused.count >= Self.refusedMax { state.refused = [:] }
      state.refused[digest] = now + Self.refusalLifetime
    }
  }

  private func request(_ token: String) -> IssuerRequest {
    let credentials =
      Self.encoded(endpoint.clientID) + ":" + Self.encoded(endpoint.clientSecret.reveal())
    return IssuerRequest(
      url: endpoint.url,
      form: Array("token=\(Self.encoded(token))&token_type_hint=access_token".utf8),
      authorization: "Basic \(Base64.encode(Array(credentials.utf8)))",
      allowsPrivateAddresses: issuer.allowsPrivateAddresses,
      certificateAuthorities: issuer.certificateAuthorities)
  }

  /// As in forms (RFC 6749, appendix B).
  static func encoded(_ text: String) -> String {
    var encoded: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "*"):
        encoded.append(byte)
      default:
        encoded.append(UInt8(ascii: "%"))
        encoded += Hex.encode([byte]).uppercased().utf8
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }
}
