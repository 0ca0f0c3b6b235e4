/// What a client shows to prove who it is.
public enum Credential: Sendable {
  case none
  case bearer(String)
  /// A token with the proof that its holder made for this request.
  case bound(BoundCredential)
  /// A process on this host, known by its Unix user.
  case localUser(UInt32)
}

/// A token that may be bound to its holder, as it came: of the scheme `DPoP` (RFC 9449 §7.1), or of
/// the scheme `Bearer` over a connection with a client's certificate (RFC 8705 §3).
public final class BoundCredential: Sendable {
  /// The token.
  public let token: String
  /// Whether the scheme was `Bearer`.
  public let isBearer: Bool
  /// The `DPoP` field; nil when there was none.
  public let proof: String?
  /// The SHA-256 of the client's certificate, base64url; nil when it showed none.
  public let certificate: String?
  /// The method of the request.
  public let method: String
  /// The path of the request, without query.
  public let path: String

  /// What a request shows.
  public init(
    token: String, isBearer: Bool, proof: String?, certificate: String?, method: String,
    path: String
  ) {
    self.token = token
    self.isBearer = isBearer
    self.proof = proof
    self.certificate = certificate
    self.method = method
    self.path = path
  }
}

/// Why a credential was not accepted; safe to show to the client.
public struct AuthenticationFailure: Error, Sendable {
  /// One sentence; tells nothing of other credentials.
  public let message: String
  /// What is wrong, in the words of RFC 6750 §3.1 and RFC 9449 §7.1; nil when nothing was shown.
  public let error: Code?
  /// The scopes that are needed.
  public let scopes: [String]
  /// The authentication context classes of which one would do (RFC 9470 §3).
  public let contexts: [String]
  /// How long ago the person may have authenticated, in seconds (RFC 9470 §3).
  public let maxAge: Int64?
  /// Whether the token must come with a proof of its holder's key.
  public let wantsProof: Bool

  /// The HTTP status to answer with.
  public var status: Int { error?.status ?? 401 }

  /// What can be wrong with a credential.
  public enum Code: String, Sendable {
    case invalidToken = "invalid_token"
    case insufficientScope = "insufficient_scope"
    case invalidProof = "invalid_dpop_proof"
    /// The person must authenticate anew, or in a stronger way (RFC 9470 §3).
    case insufficientAuthentication = "insufficient_user_authentication"
    /// Another token would not do either.
    case forbidden = "access_denied"
    /// Nothing as far as is known: whoever could say so does not answer.
    case unavailable = "temporarily_unavailable"

    fileprivate var status: Int {
      switch self {
      case .invalidToken, .invalidProof, .insufficientAuthentication: 401
      case .insufficientScope, .forbidden: 403
      case .unavailable: 503
      }
    }
  }

  /// A failure with its reason.
  public init(
    message: String, error: Code? = nil, scopes: [String] = [], contexts: [String] = [],
    maxAge: Int64? = nil, wantsProof: Bool = false
  ) {
    self.message = message
    self.error = error
    self.scopes = scopes
    self.contexts = contexts
    self.maxAge = maxAge
    self.wantsProof = wantsProof || error == .invalidProof
  }
}

/// Whether a credential that was taken is to be looked at again.
public struct CredentialStanding: Sendable {
  /// Whether it may have ended or been taken back. Cheap, never waits; on the handler's loop.
  public let isDoubtful: @Sendable () -> Bool

  /// A credential that is doubtful when `isDoubtful` says so.
  public init(isDoubtful: @escaping @Sendable () -> Bool) { self.isDoubtful = isDoubtful }
}

/// What a client must do before a request is served: get another token (RFC 9470, RFC 6750 §3.1).
///
/// A class: challenges are rare, and every response keeps room for one.
public final class Challenge: Sendable {
  /// What the HTTP answer says.
  public let failure: AuthenticationFailure
  /// What stands in its body.
  public let error: JSONRPCError

  /// A challenge.
  public init(_ failure: AuthenticationFailure, _ error: JSONRPCError) {
    self.failure = failure
    self.error = error
  }
}

/// A request that was turned away before it became an `MCPRequest`.
public struct RefusedRequest: Sendable {
  /// What was wrong, as one word.
  public enum Kind: String, Sendable {
    case malformed, tooLarge, badOrigin, badHost, unknownSession, unsupported, throttled
  }
  /// What was wrong.
  public var kind: Kind
  /// What was wrong, bounded to 512 bytes; never holds payload.
  public var reason: String
  /// How it came in.
  public var transport: ClientTransport
  /// The method and the peer's address, where known.
  public var method: String?
  /// The peer's address or process, where known.
  public var peer: String?

  /// A request that was turned away.
  public init(
    kind: Kind, reason: String, transport: ClientTransport, method: String? = nil,
    peer: String? = nil
  ) {
    self.kind = kind
    self.reason = reason
    self.transport = transport
    self.method = method
    self.peer = peer
  }
}

/// What `initialize` and `server/discover` tell a client about this gateway.
public struct ServerDescription: Sendable {
  /// The name in `serverInfo`.
  public var name: String
  /// The version in `serverInfo`.
  public var version: String
  /// What to tell a model about the tools.
  public var instructions: String?
  /// What is offered at the endpoint.
  public var capabilities: ServerCapabilities
  /// What is told.
  public init(
    name: String, version: String, instructions: String?,
    capabilities: ServerCapabilities = ServerCapabilities()
  ) {
    self.name = name
    self.version = version
    self.instructions = instructions
    self.capabilities = capabilities
  }
}

/// Carries notifications about one request back to its client while the request is in flight.
/// `send` takes the JSON text of a whole notification in the client's own terms
/// (its progress token); it never waits and may drop when the client is too slow. What was sent
/// before `handle` returns, from whatever thread, reaches the client before the answer.
public struct ClientNotifier: Sendable {
  /// Takes one notification; never waits. Any thread.
  public let send: @Sendable (_ notification: [UInt8]) -> Void
  /// A notifier that gives each notification to `send`.
  public init(send: @escaping @Sendable ([UInt8]) -> Void) { self.send = send }
  /// For callers that want no notifications.
  public static let none = ClientNotifier { _ in }
}

/// What stands behind a client face: the gate.
///
/// A cancelled client (disconnect in the stateless era, `notifications/cancelled` elsewhere)
/// cancels the task in which `handle` runs; `handle` still returns, its answer is then discarded.
public protocol RequestHandler: Sendable {
  /// The effective identity of a caller.
  associatedtype Principal: Sendable

  /// The caller of a credential, when that can be told at once; nil when `authenticate` has to be
  /// asked.
  func recognise(_ credential: Credential) -> Principal?

  /// Recognises a caller. A failure has been recorded when this throws.
  func authenticate(_ credential: Credential, transport: ClientTransport, peer: String?)
    async
    throws(AuthenticationFailure) -> Principal

  /// Whether the credential of a caller is for an endpoint.
  func admits(_ principal: Principal, at endpoint: Endpoint) -> Bool

  /// Records that a caller was not admitted, and says why.
  func turnAway(
    _ principal: Principal, at endpoint: Endpoint, transport: ClientTransport, peer: String?
  ) async -> AuthenticationFailure

  /// What this gateway is to authorization servers; nil when it has none.
  var protectedResource: ProtectedResource? { get }

  /// A stable name of the principal, to which a session is bound.
  func sessionKey(of principal: Principal) -> String

  /// What to say of ourselves to this principal at an endpoint; nil when there is no such endpoint
  /// for it.
  func describe(to principal: Principal, at endpoint: Endpoint) -> ServerDescription?

  /// What a credential rests on, looked at anew: for streams that were opened with it. Nil when it
  /// does not count any more as that of this principal at this endpoint, which is on record then.
  func standing(
    of credential: Credential, as principal: Principal, at endpoint: Endpoint,
    transport: ClientTransport, peer: String?
  ) async -> CredentialStanding?

  /// Serves one request.
  func handle(_ request: MCPRequest, as principal: Principal, notifying: ClientNotifier) async
    -> MCPResponse

  /// Begins to tell a client of changes. `request` is that of `subscriptions/listen`, or the
  /// request of the session era that means the same for one resource or for a whole session;
  /// `tell` is called from any thread, in order, and never waits.
  func listen(
    for filter: SubscriptionFilter, request: MCPRequest, as principal: Principal,
    telling tell: @escaping @Sendable (ServerNotification) -> Void
  ) async -> Result<Listening, JSONRPCError>

  /// The roots of a session's client changed. `notification` says who and where that is. On the
  /// loop; never waits.
  func rootsChanged(_ notification: MCPRequest, as principal: Principal)

  /// Records a request that a face turned away.
  func refused(_ request: RefusedRequest, principal: Principal?) async
}

extension RequestHandler {
  /// Tells nothing at once.
  public func recognise(_ credential: Credential) -> Principal? { nil }

  /// Nobody is told.
  public func rootsChanged(_ notification: MCPRequest, as principal: Principal) {}

  /// Admits everybody everywhere.
  public func admits(_ principal: Principal, at endpoint: Endpoint) -> Bool { true }

  /// Says that the credential is for another endpoint.
  public func turnAway(
    _ principal: Principal, at endpoint: Endpoint, transport: ClientTransport, peer: String?
  ) async -> AuthenticationFailure {
    AuthenticationFailure(message: "the token is for another endpoint", error: .invalidToken)
  }

  /// What was taken once counts for ever.
  public func standing(
    of credential: Credential, as principal: Principal, at endpoint: Endpoint,
    transport: ClientTransport, peer: String?
  ) async -> CredentialStanding? { CredentialStanding { false } }

  /// There are no authorization servers.
  public var protectedResource: ProtectedResource? { nil }
}
