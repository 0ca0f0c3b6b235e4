import Configuration
import Crypto
import JSON
import Logging
import Synchronization

/// Asks an issuer about its tokens (RFC 7662). Any thread.
///
/// Of one token one question is under way. Who comes meanwhile shares the next one, so that nobody
/// is told what was true before they came: a token that was revoked is refused from then on.
final class Introspector: Sendable {
  /// How long a refusal counts, in seconds.
  static let refusalLifetime: Int64 = 10
  /// Questions under way.
  static let askingMax = 64
  /// Questions under way at which no other is begun about a token that was not taken lately.
  static let strangersMax = 32
  /// Who waits for the next question about one token.
  static let waitingMax = 1024
  static let refusedMax = 10_000

  private typealias Outcome = Result<TokenClaims, TokenRefusal>
  private typealias Waiter = UnsafeContinuation<Turn, Never>

  /// What somebody who wants to know of a token is to do.
  private enum Turn {
    /// Ask, and tell the others.
    case asks(others: [Waiter])
    case answered(Outcome)
  }

  private struct State {
    /// Of each token that is asked about, who waits for the next question.
    var asking: [SHA256Digest: [Waiter]] = [:]
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

  /// For how many seconds an answer counts.
  var answerLifetime: Int64 { endpoint.cache.components.seconds }

  /// What the issuer says of a token.
  /// - Parameter isKnown: whether it was taken lately.
  func claims(
    of token: String, digest: SHA256Digest, isKnown: Bool
  ) async throws(TokenRefusal) -> TokenClaims {
    switch await turn(digest, isKnown: isKnown) {
    case .answered(let outcome): return try outcome.get()
    case .asks(let others):
      let outcome: Outcome
      do throws(TokenRefusal) {
        outcome = .success(try await ask(token, digest))
      } catch {
        outcome = .failure(error)
      }
      passTurn(digest)
      for other in others { other.resume(returning: .answered(outcome)) }
      return try outcome.get()
    }
  }

  private func turn(_ digest: SHA256Digest, isKnown: Bool) async -> Turn {
    let now = clock.steady()
    return await withUnsafeContinuation { continuation in
      let turn: Turn? = state.withLock { state in
        if let until = state.refused[digest], now < until {
          return .answered(.failure(.inactive(issuer: issuer.name)))
        }
        if let waiting = state.asking[digest], waiting.count < Self.waitingMax {
          state.asking[digest]?.append(continuation)
          return nil
        }
        guard state.asking[digest] == nil,
          state.asking.count < (isKnown ? Self.askingMax : Self.strangersMax)
        else { return .answered(.failure(.introspectionUnavailable(issuer: issuer.name))) }
        state.asking[digest] = []
        return .asks(others: [])
      }
      if let turn { continuation.resume(returning: turn) }
    }
  }

  /// Has the next question asked, if somebody waits for it.
  private func passTurn(_ digest: SHA256Digest) {
    let waiting = state.withLock { state in
      let waiting = state.asking[digest] ?? []
      state.asking[digest] = waiting.isEmpty ? nil : []
      return waiting
    }
    waiting.first?.resume(returning: .asks(others: Array(waiting.dropFirst())))
  }

  private func ask(
    _ token: String, _ digest: SHA256Digest
  ) async throws(TokenRefusal) -> TokenClaims {
    let answer: IssuerAnswer
    switch await documents.ask(request(token)) {
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
      refuse(digest, clock.steady())
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
