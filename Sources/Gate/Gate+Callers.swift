import Catalog
import Identity
import Ledger
public import MCP

/// Recognising callers, and recording those who are not.
extension Gate {
  /// The caller of a credential; nil for a stranger.
  public func recognise(_ credential: Credential) -> Caller? {
    switch credential {
    case .bearer(let token):
      if let known = recentTokens[token] { return known }
      guard let principal = snapshot.directory.principal(bearer: token) else { return nil }
      let caller = caller(principal)
      recentTokens.insert(token, caller)
      return caller
    case .localUser(let user):
      return snapshot.directory.principal(localUser: user).map(caller)
    case .none: return snapshot.directory.anonymous.map(caller)
    }
  }

  /// Recognises a caller; a failure is recorded.
  public func authenticate(
    _ credential: Credential, transport: ClientTransport, peer: String?
  ) async throws(AuthenticationFailure) -> Caller {
    if let caller = recognise(credential) { return caller }
    let failure =
      switch credential {
      case .bearer: "the bearer token is not one of this gateway's agents"
      case .localUser: "only the user who runs this gateway may connect this way"
      case .none: "a bearer token is required: Authorization: Bearer …"
      }
    await recordStranger(failure, transport, peer)
    throw AuthenticationFailure(message: failure)
  }

  @inline(never)
  private func recordStranger(
    _ failure: String, _ transport: ClientTransport, _ peer: String?
  ) async {
    let record = RefusedRecord(
      call: LedgerCall(transport: transport.rawValue), refusal: .authentication, peer: peer,
      code: transport == .http ? 401 : nil, reason: failure)
    _ = await isWritten(stage(.refused(record)))
  }

  /// What a session is bound to.
  public func sessionKey(of caller: Caller) -> String { caller.key }

  /// What to say of this gateway.
  public func describe(to caller: Caller, at endpoint: Endpoint) -> ServerDescription? {
    guard let view = snapshot.view(at: endpoint, for: caller) else { return nil }
    let instructions = instructions(to: caller, at: endpoint, view)
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
    if entities(of: caller) != nil {
      instructions.insert(text, for: visit, bytes: text.utf8.count)
    }
    return text
  }

  /// Whether some item of a server may be listed to a caller; made once for each and snapshot.
  private func maySee(_ server: CatalogServer, _ caller: Caller) -> Bool {
    let key = Askable(caller: ObjectIdentifier(caller), server: server.name)
    if let known = visible[key] { return known }
    guard let entities = entities(of: caller) else { return false }
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

  /// Calls under way on all loops.
  public var callsInFlight: Int { inFlight.total }
}
