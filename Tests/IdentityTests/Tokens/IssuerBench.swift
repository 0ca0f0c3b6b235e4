import Configuration
import Crypto
import Logging
import Synchronization

@testable import Identity

/// An issuer that answers from memory, and an authority that trusts it.
final class IssuerBench: IssuerDocuments {
  struct State {
    var documents: [String: String] = [:]
    var asked: [String] = []
    var forms: [String] = []
    var wall: Int64 = 1_800_000_000
    var steady: Int64 = 1000
    /// Whether questions wait, and those that do.
    var isHeld = false
    var held: [CheckedContinuation<Void, Never>] = []
  }

  static let issuer = "https://login.example.com/realms/corp"
  static let resource = "https://gateway.example.com"
  static let metadata =
    "https://login.example.com/.well-known/oauth-authorization-server/realms/corp"
  static let keys = "https://login.example.com/keys"
  static let yaml = """
    resource: https://gateway.example.com
    issuers:
      corp:
        issuer: https://login.example.com/realms/corp

    """

  let state = Mutex(State())

  var asked: [String] { state.withLock { $0.asked } }
  var now: Int64 { state.withLock { $0.wall } }

  init(keys: String? = nil) {
    let keys =
      keys
      ?? #"{"kid":"r",\#(SigningKey.rsa.jwk)},{"kid":"e",\#(SigningKey.p256.jwk)},"#
      + #"{"kid":"f",\#(SigningKey.p384.jwk)},{"kid":"d",\#(SigningKey.ed25519.jwk)}"#
    state.withLock { state in
      state.documents[Self.metadata] =
        #"{"issuer":"\#(Self.issuer)","jwks_uri":"\#(Self.keys)"}"#
      state.documents[Self.keys] = #"{"keys":[\#(keys)]}"#
    }
  }

  func authority(_ yaml: String = IssuerBench.yaml) throws -> TokenAuthority {
    let loaded = try Configuration.read(
      ConfigurationInput(
        path: "test.yaml", text: Array(yaml.utf8), environment: ["SECRET": "s/1"]))
    let clock = TokenClock(
      wall: { [self] in state.withLock { $0.wall } },
      steady: { [self] in state.withLock { $0.steady } })
    guard
      let authority = TokenAuthority(
        loaded.configuration, documents: self, clock: clock,
        log: Logger(component: "test", minimum: .error, format: .json))
    else { throw IssuerError("no issuers") }
    return authority
  }

  func pass(_ seconds: Int64) {
    state.withLock { state in
      state.wall += seconds
      state.steady += seconds
    }
  }

  /// Has questions wait from now on until they are let go. An answer is what was true when it was
  /// asked.
  func hold() { state.withLock { $0.isHeld = true } }

  /// Lets go what is held by now.
  func letGo() {
    let held = state.withLock { state in
      defer { state.held = [] }
      return state.held
    }
    for question in held { question.resume() }
  }

  func ask(_ request: IssuerRequest) async -> Result<IssuerAnswer, IssuerError> {
    let answer: Result<IssuerAnswer, IssuerError> = state.withLock { state in
      state.asked.append(request.url)
      if let form = request.form { state.forms.append(String(decoding: form, as: UTF8.self)) }
      guard let document = state.documents[request.url] else {
        return .failure(IssuerError("\(request.url): 404"))
      }
      return .success(IssuerAnswer(body: Array(document.utf8)))
    }
    await withCheckedContinuation { continuation in
      let isHeld = state.withLock { state in
        if state.isHeld { state.held.append(continuation) }
        return state.isHeld
      }
      if !isHeld { continuation.resume() }
    }
    return answer
  }

  func spawn(_ body: @escaping @Sendable () async -> Void) { Task { await body() } }

  /// Claims that are taken, with changes: a value of `nil` leaves a claim out.
  func claims(_ changes: [String: String?] = [:]) -> String {
    var claims: [String: String?] = [
      "iss": #""\#(Self.issuer)""#, "aud": #""\#(Self.resource)""#, "sub": #""alice""#,
      "client_id": #""claude""#, "exp": "\(now + 300)", "iat": "\(now)",
    ]
    claims.merge(changes) { $1 }
    let members = claims.sorted { $0.key < $1.key }.compactMap { name, value in
      value.map { #""\#(name)":\#($0)"# }
    }
    return "{\(members.joined(separator: ","))}"
  }

  func token(
    _ changes: [String: String?] = [:], _ algorithm: SignatureAlgorithm = .es256,
    header: String? = nil
  ) -> String {
    let kid: String =
      switch algorithm.keyKind {
      case .rsa: "r"
      case .p256: "e"
      case .p384: "f"
      case .ed25519: "d"
      }
    return SigningKey.of(algorithm).token(
      algorithm, header: header ?? #","kid":"\#(kid)","typ":"at+jwt""#, claims: claims(changes))
  }
}

extension TokenAuthority {
  /// The principal of a token, or why there is none.
  func outcome(_ token: String, proof: HolderProof? = nil) async -> Result<Principal, TokenRefusal>
  {
    do throws(TokenRefusal) {
      return .success(try await verify(PresentedToken(token, proof: proof)).principal)
    } catch {
      return .failure(error)
    }
  }

  func refusal(_ token: String, proof: HolderProof? = nil) async -> TokenRefusal? {
    if case .failure(let refusal) = await outcome(token, proof: proof) { refusal } else { nil }
  }

  func principal(_ token: String) async -> Principal? { try? await outcome(token).get() }
}
