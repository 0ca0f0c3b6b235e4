public import Configuration
import Crypto
public import HTTP
import JSON
public import Logging
public import Reactor
import Synchronization

/// People who sign in by an issuer: authorization code with PKCE (OpenID Connect Core §3.1,
/// RFC 7636, RFC 9700 §2.1), and sign-outs that the issuer tells of. One for the process; any
/// thread.
public final class OpenIDSignIn: Sendable {
  /// How long metadata count, in seconds.
  private static let metadataLifetime: Int64 = 3600
  /// Codes that are being exchanged at a time.
  static let exchangesMax = 32

  private struct State {
    var exchanges = 0
    var metadata: OpenIDMetadata?
    var metadataUntil: Int64 = 0
    var states = UsedOnce(period: SignInState.lifetime)
    var logouts = UsedOnce(period: 2 * (IDTokenTerms.logoutLifetime + 300))
  }

  /// The configuration that it was made of.
  public let openID: Configuration.OpenID
  /// The provider's name in the configuration.
  public var name: String { openID.name }
  private let keys: IssuerKeys
  private let terms: IDTokenTerms
  private let documents: any IssuerDocuments
  private let clock: TokenClock
  private let log: Logger
  private let key = SecureRandom.bytes(AES256GCM.keyBytes)
  private let state = Mutex(State())

  /// - Parameter client: asks the issuer, on its `loop`.
  public convenience init(
    _ openID: Configuration.OpenID, loop: EventLoop, client: HTTPClient, log: Logger
  ) {
    self.init(
      openID, documents: HTTPIssuerDocuments(loop: loop, client: client), clock: .system, log: log)
  }

  init(
    _ openID: Configuration.OpenID, documents: any IssuerDocuments, clock: TokenClock, log: Logger
  ) {
    self.openID = openID
    self.documents = documents
    self.clock = clock
    self.log = log
    terms = IDTokenTerms(openID: openID)
    var issuer = Configuration.Issuer(name: openID.name, issuer: openID.issuer)
    issuer.keysURL = openID.keysURL
    issuer.algorithms = openID.algorithms
    issuer.allowsPrivateAddresses = openID.allowsPrivateAddresses
    issuer.certificateAuthorities = openID.certificateAuthorities
    keys = IssuerKeys(issuer, documents: documents, clock: clock, log: log, changed: {})
  }

  // MARK: - Signing in

  /// Where a browser is sent to sign in.
  /// - Parameters:
  ///   - visit: what the browser is known by; the answer is taken from it alone.
  ///   - redirect: where the issuer sends the browser back, as it is registered there.
  ///   - next: where the person goes then.
  ///   - maxAge: how long ago the person may have authenticated, in seconds; nil leaves that to the
  ///     issuer.
  public func begin(
    visit: String, redirect: String, next: String, maxAge: Int64? = nil
  ) async throws(OpenIDRefusal) -> String {
    let metadata = try await metadata()
    let begun = SignInState(
      redirect: redirect, next: next, begunAt: clock.wall(), maxAge: maxAge)
    guard let sealed = begun.sealed(with: key, for: visit) else { throw .state }
    var parameters = [
      ("response_type", "code"), ("client_id", openID.clientID), ("redirect_uri", redirect),
      ("scope", openID.scopes.joined(separator: " ")), ("state", sealed), ("nonce", begun.nonce),
      ("code_challenge", begun.challenge), ("code_challenge_method", "S256"),
    ]
    if let maxAge { parameters.append(("max_age", "\(maxAge)")) }
    if maxAge == 0 { parameters.append(("prompt", "login")) }
    return Self.url(metadata.authorizationURL, parameters)
  }

  /// What the issuer sent the browser back with.
  public struct Answer: Sendable {
    var state: String?
    var code: String?
    var issuer: String?
    var error: String?

    /// The parameters of the answer; nil for those that are missing.
    public init(state: String?, code: String?, issuer: String?, error: String?) {
      self.state = state
      self.code = code
      self.issuer = issuer
      self.error = error
    }
  }

  /// Somebody whom the issuer vouches for.
  public struct Outcome: Sendable, Equatable {
    /// The id of the `Sallyport::Human`.
    public var name: String
    /// The ids of their `Sallyport::Role`s.
    public var roles: [String]
    /// The id of their `Sallyport::Tenant`.
    public var tenant: String?
    /// How and when they authenticated there.
    public var authentication: Authentication
    /// What the issuer calls them.
    public var subject: String
    /// What the issuer calls this session of theirs.
    public var session: String?
    /// Where they go then.
    public var next: String
  }

  /// Takes the answer. A state is good for one browser and one answer, whatever comes of it.
  public func finish(_ answer: Answer, visit: String) async throws(OpenIDRefusal) -> Outcome {
    let now = clock.wall()
    guard let text = answer.state,
      let begun = SignInState(text, key: key, visit: visit, now: now),
      state.withLock({ $0.states.use(text, now: now) })
    else { throw .state }
    let metadata = try await metadata()
    guard answer.issuer == openID.issuer || answer.issuer == nil && !metadata.namesIssuer else {
      throw .issuer
    }
    if let error = answer.error { throw .denied(error) }
    guard let code = answer.code, (1...2_048).contains(code.utf8.count) else {
      throw .denied("it gave no code")
    }
    let mayAsk = state.withLock { state in
      guard state.exchanges < Self.exchangesMax else { return false }
      state.exchanges += 1
      return true
    }
    guard mayAsk else { throw .unavailable("too many sign-ins at a time") }
    defer { state.withLock { $0.exchanges -= 1 } }
    let tokens = try await exchange(code, begun, metadata)
    let (jws, claims) = try await verified(tokens.id)
    try terms.check(jws, claims, begun, accessToken: tokens.access, now: clock.wall())
    let person = try OpenIDPerson(claims, of: openID)
    return Outcome(
      name: person.name, roles: person.roles, tenant: person.tenant,
      authentication: person.authentication, subject: person.subject, session: person.session,
      next: begun.next)
  }

  private func exchange(
    _ code: String, _ begun: SignInState, _ metadata: OpenIDMetadata
  ) async throws(OpenIDRefusal) -> (id: String, access: String?) {
    let fields = [
      ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", begun.redirect),
      ("code_verifier", begun.verifier),
    ]
    let form = fields.map { "\($0)=\(Introspector.encoded($1))" }.joined(separator: "&")
    let credentials =
      Introspector.encoded(openID.clientID) + ":"
      + Introspector.encoded(openID.clientSecret.reveal())
    let body = try await ask(
      IssuerRequest(
        url: metadata.tokenURL, form: Array(form.utf8),
        authorization: "Basic \(Base64.encode(Array(credentials.utf8)))"))
    guard let root = try? JSONDocument(parsing: body).root,
      let id = root[member: "id_token"]?.string
    else { throw .unavailable("its token endpoint gave no ID token") }
    return (id, root[member: "access_token"]?.string)
  }

  private func verified(
    _ text: String
  ) async throws(OpenIDRefusal) -> (CompactJWS, TokenClaims) {
    do throws(TokenRefusal) {
      let jws = try CompactJWS(text)
      guard openID.algorithms.contains(jws.algorithm.rawValue) else {
        throw .algorithm(jws.algorithm.rawValue)
      }
      let claims = try TokenClaims(jws.payload)
      let candidates = try await keys.candidates(id: jws.keyID, algorithm: jws.algorithm)
      guard
        candidates.contains(where: {
          $0.isValid(jws.signature, for: jws.signed, by: jws.algorithm)
        })
      else { throw .signature(issuer: openID.name) }
      return (jws, claims)
    } catch {
      throw .token(error)
    }
  }

  // MARK: - Signing out

  /// Whose sessions a logout token ends (OpenID Connect Back-Channel Logout §2.6). Each is taken
  /// once.
  public func logout(_ token: String) async throws(OpenIDRefusal) -> OpenIDLogout {
    let (jws, claims) = try await verified(token)
    let now = clock.wall()
    let (logout, id) = try terms.checkLogout(jws, claims, now: now)
    guard state.withLock({ $0.logouts.use(id, now: now) }) else {
      throw .logout("it was used before")
    }
    return logout
  }

  /// Where a browser is sent to sign out at the issuer too; nil when it knows no such place.
  public func signOutURL(returningTo url: String) async -> String? {
    guard let end = try? await metadata().endSessionURL else { return nil }
    return Self.url(
      end, [("client_id", openID.clientID), ("post_logout_redirect_uri", url)])
  }

  // MARK: - Asking

  private func metadata() async throws(OpenIDRefusal) -> OpenIDMetadata {
    let now = clock.steady()
    let known = state.withLock { $0.metadataUntil > now ? $0.metadata : nil }
    if let known { return known }
    let body = try await ask(IssuerRequest(url: OpenIDMetadata.location(of: openID.issuer)))
    do throws(IssuerError) {
      let read = try OpenIDMetadata(body, of: openID)
      state.withLock { state in
        state.metadata = read
        state.metadataUntil = now + Self.metadataLifetime
      }
      return read
    } catch {
      log.warning(
        "the issuer of people cannot be used",
        [("issuer", openID.name), ("reason", error.reason)])
      throw .unavailable(error.reason)
    }
  }

  private func ask(_ request: IssuerRequest) async throws(OpenIDRefusal) -> [UInt8] {
    var request = request
    request.allowsPrivateAddresses = openID.allowsPrivateAddresses
    request.certificateAuthorities = openID.certificateAuthorities
    switch await documents.ask(request) {
    case .success(let answer): return answer.body
    case .failure(let error):
      log.warning(
        "the issuer of people did not answer",
        [("issuer", openID.name), ("reason", error.reason)])
      throw .unavailable(error.reason)
    }
  }

  private static func url(_ base: String, _ parameters: [(String, String)]) -> String {
    base + (base.utf8.contains(UInt8(ascii: "?")) ? "&" : "?")
      + parameters.map { "\($0)=\(Introspector.encoded($1))" }.joined(separator: "&")
  }
}
