import Catalog
import Crypto
import Identity
import Ledger
import Logging
public import MCP

/// Recognising callers, and recording those who are not.
extension Gate {
  /// The caller of a credential; nil for a stranger, and for a token that has to be verified first.
  public func recognise(_ credential: Credential) -> Caller? {
    switch credential {
    case .bearer(let token):
      if let known = recentTokens[token] { return known }
      return recogniseToken(PresentedToken(token))
    case .bound(let credential): return recogniseBound(credential)
    case .localUser(let user):
      return snapshot.directory.principal(localUser: user).map(caller)
    case .none: return snapshot.directory.anonymous.map(caller)
    }
  }

  @inline(never)
  private func recogniseToken(_ presented: PresentedToken) -> Caller? {
    if let principal = snapshot.directory.principal(bearer: presented.digest) {
      let caller = caller(principal)
      recentTokens.insert(presented.text, caller)
      return caller
    }
    guard let authority = snapshot.authority else { return nil }
    let epoch = authority.epoch
    return authority.known(presented).map { keep(presented.text, $0, authority, epoch) }
  }

  /// The caller of a token that this gateway made. Its use is noted, so it is not recognised
  /// without knowing from where.
  private func useToken(_ token: String, from peer: String?) -> Caller? {
    guard AgentTokenText.isWellFormed(token), let tokens = snapshot.agentTokens else { return nil }
    let epoch = tokens.epoch
    guard let used = tokens.use(SHA256.hash(utf8: token), from: peer) else { return nil }
    let caller = caller(used.principal)
    recentTokens.insert(
      token, caller, issued: IssuedUntil(by: tokens, epoch: epoch, until: used.until))
    return caller
  }

  @inline(never)
  private func recogniseBound(_ credential: BoundCredential) -> Caller? {
    guard credential.isBearer else {
      return snapshot.authority?.known(PresentedToken(credential)).map { caller($0.principal) }
    }
    return recentTokens[credential.token] ?? recogniseToken(PresentedToken(credential))
  }

  private func keep(
    _ token: String, _ verified: VerifiedToken, _ authority: TokenAuthority, _ epoch: UInt64
  ) -> Caller {
    let caller = caller(verified.principal)
    if verified.isBearer, !authority.isPast(verified.countsUntil) {
      recentTokens.insert(
        token, caller,
        issued: IssuedUntil(by: authority, epoch: epoch, until: verified.countsUntil))
    }
    return caller
  }

  /// Recognises a caller; a failure is recorded.
  public func authenticate(
    _ credential: Credential, transport: ClientTransport, peer: String?
  ) async throws(AuthenticationFailure) -> Caller {
    if let caller = recognise(credential) { return caller }
    let refused: Refused
    switch credential {
    case .bearer(let token):
      switch await take(PresentedToken(token), isBearer: true, from: peer) {
      case .success(let caller): return caller
      case .failure(let reason): refused = reason
      }
    case .bound(let credential):
      let presented = PresentedToken(credential)
      switch await take(presented, isBearer: credential.isBearer, from: peer) {
      case .success(let caller): return caller
      case .failure(let reason): refused = reason
      }
    case .localUser:
      refused = Refused("only the user who runs this gateway may connect this way")
    case .none: refused = Refused("a bearer token is required: Authorization: Bearer …")
    }
    await recordStranger(refused, transport, peer)
    throw refused.failure
  }

  private func take(
    _ presented: PresentedToken, isBearer: Bool, from peer: String?
  ) async -> Result<Caller, Refused> {
    if isBearer, let caller = useToken(presented.text, from: peer) { return .success(caller) }
    guard let authority = snapshot.authority else {
      return .failure(
        Refused(
          isBearer
            ? "the bearer token is not one of this gateway's agents"
            : "this gateway takes no tokens of the scheme DPoP"))
    }
    let epoch = authority.epoch
    do throws(TokenRefusal) {
      let verified = try await authority.verify(presented)
      return .success(keep(presented.text, verified, authority, epoch))
    } catch {
      log.debug("a token was refused", [("reason", "\(error)")])
      return .failure(Refused(error))
    }
  }

  /// What a stranger is told, and what is on record.
  private struct Refused: Error {
    let failure: AuthenticationFailure
    let reason: String

    init(_ text: String) {
      failure = AuthenticationFailure(message: text)
      reason = text
    }

    init(_ refusal: TokenRefusal) {
      failure = AuthenticationFailure(refusal)
      reason = "\(refusal)"
    }
  }

  /// What this gateway is to authorization servers.
  public var protectedResource: ProtectedResource? { snapshot.protectedResource }

  @inline(never)
  private func recordStranger(
    _ refused: Refused, _ transport: ClientTransport, _ peer: String?
  ) async {
    let record = RefusedRecord(
      call: LedgerCall(transport: transport.rawValue), refusal: .authentication, peer: peer,
      code: transport == .http ? refused.failure.status : nil, reason: refused.reason)
    _ = await isWritten(stage(.refused(record)))
  }

  /// What a session is bound to.
  public func sessionKey(of caller: Caller) -> String { caller.key }

  /// What to say of this gateway.
  public func describe(to caller: Caller, at endpoint: Endpoint) -> ServerDescription? {
    guard let view = snapshot.view(at: endpoint, for: caller) else { return nil }
    let instructions =
      hasStops && isStopped(callerKey: caller.key, at: endpoint)
      ? "" : instructions(to: caller, at: endpoint, view)
    return ServerDescription(
      name: Product.name, version: Product.version,
      instructions: instructions.isEmpty ? nil : instructions,
      capabilities: view.capabilities)
  }

  /// Who is where. The caller is held by `entities`, which is emptied at the same times.
  struct Visit: Hashable {
    let caller: ObjectIdentifier
    let endpoint: Endpoint
  }

  /// Asked for with each request at an endpoint of its own, so it is kept.
  private func instructions(
    to caller: Caller, at endpoint: Endpoint, _ view: EndpointView
  ) -> String {
    let visit = Visit(caller: ObjectIdentifier(caller), endpoint: endpoint)
    if let known = instructions[visit] { return known }
    let text = view.instructions { maySee($0, caller) }
    if entities(of: caller, in: snapshot) != nil {
      instructions.insert(text, for: visit, bytes: text.utf8.count)
    }
    return text
  }

  /// Whether some item of a server may be listed to a caller; made once for each and snapshot.
  private func maySee(_ server: CatalogServer, _ caller: Caller) -> Bool {
    let key = Askable(caller: ObjectIdentifier(caller), server: server.name)
    if let known = visible[key] { return known }
    guard let entities = entities(of: caller, in: snapshot) else { return false }
    let decider = snapshot.decider
    func any(_ items: [some CatalogItem], _ subject: (Int) -> PolicySubject) -> Bool {
      items.indices.prefix(Self.itemsLookedAtMax).contains {
        decider.mayBeListed(subject($0), caller: caller, entities: entities)
      }
    }
    let (tools, prompts) = (server.tools.items, server.prompts.items)
    let (resources, templates) = (server.resources.items, server.templates.items)
    let isVisible =
      any(tools) { .tool(tools[$0].name) } || any(prompts) { PolicySubject(prompts[$0]) }
      || any(resources) { PolicySubject(resources[$0]) }
      || any(templates) { PolicySubject(templates[$0].resource) }
    visible[key] = isVisible
    return isVisible
  }

  /// Of each list of a server, for whether something of it can be seen.
  private static let itemsLookedAtMax = 1_000

  /// Records what a face turned away.
  public func refused(_ request: RefusedRequest, principal: Caller?) async {
    let call = LedgerCall(
      transport: request.transport.rawValue, method: request.method,
      principal: principal.map { LedgerPrincipal($0.principal) })
    let refusal: RefusedRecord.Refusal =
      switch request.kind {
      case .malformed: .malformed
      case .tooLarge: .tooLarge
      case .badOrigin, .badHost: .origin
      case .unknownSession: .unknownSession
      case .unsupported: .unknownMethod
      case .throttled: .throttled
      }
    let record = RefusedRecord(
      call: call, refusal: refusal, peer: request.peer, reason: request.reason)
    _ = await isWritten(stage(.refused(record)))
  }
}

extension Gate {
  /// The person at the admin socket, who acts through no agent of the configuration.
  public func operatorCaller(named user: String) -> Caller {
    caller(Identity.Principal(agent: "operator", human: user, roles: ["operator"]))
  }

  /// Whether there is a profile of this name.
  public func hasProfile(_ name: String) -> Bool { snapshot.hasProfile(name) }

  /// What policies see as the environment.
  public var environment: String? { snapshot.environment }

  /// Calls under way on all loops.
  public var callsInFlight: Int { inFlight.total }
}

extension AuthenticationFailure {
  /// What a client learns of a refusal: its kind alone.
  init(_ refusal: TokenRefusal) {
    switch refusal.code {
    case .invalidToken:
      self.init(message: "the access token is not valid here", error: .invalidToken)
    case .invalidProof:
      self.init(message: "the DPoP proof is not valid for this request", error: .invalidProof)
    case .unavailable:
      self.init(message: "the access token cannot be checked at present", error: .unavailable)
    case .insufficientScope:
      var scopes: [String] = []
      if case .scope(_, let needed) = refusal { scopes = needed }
      self.init(
        message: "the access token lacks a scope", error: .insufficientScope, scopes: scopes)
    }
  }
}

extension PresentedToken {
  init(_ credential: BoundCredential) {
    self.init(
      credential.token,
      proof: credential.proof.map {
        HolderProof(text: $0, method: credential.method, path: credential.path)
      }, certificate: credential.certificate)
  }
}
