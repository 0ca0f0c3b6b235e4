public import Approvals
import Catalog
import Cedar
import Configuration
import Identity
import JSON
public import Ledger
public import Logging
public import MCP
public import Orders
public import Reactor

/// The one enforcement point. Every request of every client passes here; there is no second path.
/// One for each loop, all with the same snapshot.
public final class Gate: RequestHandler, @unchecked Sendable {  // confined to its loop
  /// A recognised caller.
  public typealias Principal = Caller

  /// How long a request waits at most that finds upstreams being started. The catalog lets it wait
  /// for each a few seconds from its start.
  static let settlingMax: Duration = .seconds(10)
  static let settlingInterval: Duration = .milliseconds(10)
  /// Callers that are kept: those of issued tokens come and go.
  static let callersMax = 20_000

  let loop: EventLoop
  let ledger: Ledger
  let inFlight: InFlightCalls
  let log: Logger
  /// Seals what clients carry for us.
  let seal: StateSeal
  let subscriptions: SubscriptionHub
  let index: CatalogIndex
  /// What callers were listed.
  let listings: ListedDefinitions
  /// With what clients were told to get another token.
  let challenges: StepUpChallenges
  /// Calls that wait for people; nil when an ask is a denial.
  let approvals: ApprovalBook?
  /// How many calls of this loop are held while people are asked.
  var heldCalls = 0
  /// Under what the sweep found nothing to do.
  var swept: (epoch: UInt64, version: String)?
  /// What people ordered.
  let orders: Orders
  /// What was used of quotas.
  let quotas: QuotaBook
  /// Whether anything is stopped; one load.
  var hasStops: Bool { orders.stops.isAny }
  /// What new calls see.
  public private(set) var snapshot: GateSnapshot
  private var ids = CallIDSource()
  private var callers: [Identity.Principal: Caller] = [:]
  var recentTokens = RecentTokens()
  /// With each its caller, so that no other can come to have its address.
  private var entities: [ObjectIdentifier: (caller: Caller, entities: Entities)] = [:]
  /// What upstreams may ask of callers, as far as it was needed.
  var askable: [Askable: ClientCapabilities] = [:]
  var lists = ListCache()
  var verdicts = ToolVerdicts.Cache()
  var reads = ReadCache()
  var recordedRounds = RecordedRounds()
  /// Of which servers callers may see something, as far as it was needed.
  var visible: [Askable: Bool] = [:]
  var underWay = CallsUnderWay()
  /// The stops as they were last seen.
  var knownStops: (epoch: UInt64, stops: StopSet) = (0, StopSet())
  /// What callers are told at endpoints.
  var instructions = BoundedCache<Visit, String>(entries: 1_000, bytes: 4 << 20)

  /// A gate on `loop`; `ledger`, `inFlight`, `keys`, `subscriptions`, `index`, `listings`,
  /// `challenges`, `approvals`, `orders` and `quotas` are those of the whole process.
  public init(
    loop: EventLoop, snapshot: GateSnapshot, ledger: Ledger, inFlight: InFlightCalls,
    keys: StateKeys, subscriptions: SubscriptionHub, index: CatalogIndex,
    listings: ListedDefinitions, challenges: StepUpChallenges, approvals: ApprovalBook? = nil,
    orders: Orders = Orders(), quotas: QuotaBook = QuotaBook(), log: Logger
  ) {
    self.loop = loop
    self.snapshot = snapshot
    self.ledger = ledger
    self.inFlight = inFlight
    seal = StateSeal(keys: keys)
    self.subscriptions = subscriptions
    self.index = index
    self.listings = listings
    self.challenges = challenges
    self.approvals = approvals
    self.orders = orders
    self.quotas = quotas
    self.log = log
  }

  /// From now on new calls see `snapshot`; calls under way keep the one they began with. Any
  /// thread.
  public func replace(_ snapshot: GateSnapshot) {
    loop.execute {
      self.forgetReads(before: snapshot)
      self.snapshot = snapshot
      self.lists.removeAll()
      self.verdicts.removeAll()
      self.entities.removeAll(keepingCapacity: true)
      self.askable.removeAll(keepingCapacity: true)
      self.visible.removeAll(keepingCapacity: true)
      self.instructions.removeAll()
      self.recentTokens.removeAll()
      let known = Set(snapshot.directory.agents)
      self.callers = self.callers.filter { known.contains($0.key) }
    }
  }

  /// Serves one request. On the loop; cancelling the task cancels the call.
  public func handle(
    _ request: MCPRequest, as caller: Caller, notifying notifier: ClientNotifier
  ) async -> MCPResponse {
    guard let call = begin(request, caller) else { return await unknownEndpoint(request, caller) }
    if hasStops, let stop = stop(of: call) {
      return await refuseStopped(call, by: stop).answer
    }
    call.place = underWay.begin(call)
    defer { underWay.end(call) }
    switch request.method {
    case "tools/call":
      if call.view.hasMetaTools, let tool = MetaTool(calledBy: request) {
        return await self.call(tool, call, notifier)
      }
      return await callTool(call, notifier)
    case "prompts/get": return await getPrompt(call, notifier)
    case "resources/read": return await readResource(call, notifier)
    case "completion/complete": return await complete(call, notifier)
    default:
      if let list = CatalogList(method: request.method) { return await self.list(list, call) }
      if let method = TaskMethod(rawValue: request.method),
        method.isKnown(in: request.client.version)
      {
        return await task(method, call)
      }
      return await unknownMethod(call)
    }
  }

  /// Nil when there is no such endpoint for the caller.
  @inline(never)
  func begin(_ request: MCPRequest, _ caller: Caller) -> Call? {
    guard let view = snapshot.view(at: request.endpoint, for: caller) else { return nil }
    // Over HTTP that was looked at before.
    if snapshot.hasRequirements, request.client.transport == .stdio,
      snapshot.shortfall(of: caller, at: request.endpoint) != nil
    {
      return nil
    }
    return Call(
      id: ids.next(), request: request, caller: caller, snapshot: snapshot, view: view,
      startedAt: MonotonicTime.read(),
      trace: request.meta?[member: "traceparent"]?.string.flatMap { TraceContext(of: $0) },
      authentication: caller.authentication)
  }

  /// The id of a call of our own making.
  func nextID() -> String { ids.next() }

  @inline(never)
  func unknownEndpoint(_ request: MCPRequest, _ caller: Caller) async -> MCPResponse {
    let reason =
      snapshot.shortfall(of: caller, at: request.endpoint)?.failure(canSignIn: false).message
      ?? "there is no such endpoint for this agent"
    let call = LedgerCall(
      transport: request.client.transport.rawValue, method: request.method,
      principal: caller.recorded, profile: request.endpoint.profile,
      server: request.endpoint.server)
    let code = JSONRPCError.Code.invalidRequest
    _ = await isWritten(
      stage(
        .refused(
          RefusedRecord(call: call, refusal: .unknownProfile, code: code, reason: reason))))
    return .failure(JSONRPCError(code: code, message: reason))
  }

  @inline(never)
  private func unknownMethod(_ call: Call) async -> MCPResponse {
    await refuse(call, .unknownMethod, code: JSONRPCError.Code.methodNotFound, "unknown method")
    return .failure(
      JSONRPCError(
        code: JSONRPCError.Code.methodNotFound,
        message: "this gateway does not relay the method \(call.request.method.prefix(64))"))
  }

  // MARK: - The way of a call

  @inline(never)
  func callTool(
    _ asked: Call, _ notifier: ClientNotifier, isPinChecked: Bool = false
  ) async -> MCPResponse {
    var call = asked
    // Route.
    guard let params = call.request.params, let tool = route(call, params) else {
      return await unrouted(call, notifier)
    }

    // Stops.
    let subject = Subject.tool(tool)
    if hasStops, let stop = stop(of: call, about: subject) {
      return await refuseStopped(call, about: subject, by: stop)
    }
    underWay.note(subject, of: call)

    // Pin.
    if !isPinChecked, let pin = tool.pin, pin.needsLook {
      return await callPinned(call, tool, pin, notifier)
    }

    // Arguments.
    guard let arguments = ToolArguments.node(in: params) else { return deny(call, tool, .ledger) }
    if !tool.parameterHeaders.isEmpty, let error = mismatch(call, tool, arguments) {
      return await reject(call, tool, error)
    }
    let violations = ToolArguments.violations(of: arguments, for: tool)
    guard violations.isEmpty else { return await reject(call, tool, violations) }

    // A task.
    if params[member: "task"] != nil, let error = await refuseAsTask(call, tool) {
      return .failure(error)
    }

    // Answers to what was asked before.
    if call.approval == nil, bringsAnswers(params) {
      switch await resume(call, about: .tool(tool)) {
      case .call(let resumed): call = resumed
      case .failure(let error): return .failure(error)
      case .unanswered: return deny(call, tool, .unanswered)
      }
    }

    // Bounds. A call with an approval is counted as the call that asked for it.
    guard call.approval != nil || call.caller.calls.begin(limit: call.snapshot.inFlightPerAgent)
    else { return await throttle(call, about: .tool(tool)) }
    defer { if call.approval == nil { call.caller.calls.end() } }
    if call.approval == nil, !call.snapshot.quotas.isEmpty,
      let answer = await takeQuota(call, about: subject)
    {
      return answer
    }
    defer { if call.quota != nil { endQuota(call) } }

    // Policy.
    let decision = decide(call, tool, arguments)

    // The decision is on record before anything happens; firmly, unless the tool only reads.
    let position = stage(decision, of: call, tool, arguments)
    let isFirm = decision.verdict == .allow && (tool.effect != .read || call.approval != nil)
    guard isFirm ? await isDurable(position) : await isWritten(position) else {
      return deny(call, tool, .ledger)
    }
    guard decision.verdict == .allow else {
      if hides(tool, from: call) { return unknown(tool.name, call) }
      guard decision.verdict == .ask, approvals != nil, challenge(of: call, decision) == nil else {
        return deny(call, tool, decision)
      }
      return await seekApproval(call, tool, arguments, decision, notifier)
    }

    // Upstream.
    let sentAt = MonotonicTime.read()
    let exchange = await exchange(call, about: .tool(tool), notifier)

    // The outcome is on record before it is told.
    guard await isWritten(stage(exchange, of: call, tool, sentAt: sentAt)) else {
      return deny(call, tool, .ledger)
    }
    switch exchange {
    case .result(let result): return .relayed(shown(result, to: call, tool))
    case .error(let error): return .relayedError(error)
    case .failed(let error): return deny(call, tool, .upstream(error))
    case .asked(_, let answer), .task(_, let answer): return .built(answer)
    case .stopped(let stop, _, let state): return deny(call, subject, .stopped(stop, state))
    case .denied(_, let method, let decision):
      return deny(call, tool, .question(method: method, policies: decision.policies))
    case .unrecorded: return deny(call, tool, .ledger)
    }
  }

  @inline(never)
  private func callPinned(
    _ call: Call, _ tool: Tool, _ pin: ToolPin, _ notifier: ClientNotifier
  ) async -> MCPResponse {
    switch await checkPin(call, tool, pin) {
    case .call(let checked): await callTool(checked, notifier, isPinChecked: true)
    case .denied(let reason): deny(call, tool, reason)
    }
  }

  // MARK: - Its stages

  func route(_ call: Call, _ params: JSONNode) -> Tool? {
    params[member: "name"]?.string.flatMap { call.view.tool($0) }
  }

  @inline(never)
  func unrouted(_ call: Call, _ notifier: ClientNotifier) async -> MCPResponse {
    guard let name = call.request.params?[member: "name"]?.string else {
      await refuse(
        call, .malformed, code: JSONRPCError.Code.invalidParams, "params.name is missing")
      return .failure(
        JSONRPCError(
          code: JSONRPCError.Code.invalidParams, message: "params.name must be a string"))
    }
    if !call.view.isSettled, let settled = await settled(call) {
      return await callTool(settled, notifier)
    }
    if call.view.withholds(.tools, name) {
      noteQuarantined("tool", name, call)
      await refuse(
        call, .quarantined, code: JSONRPCError.Code.invalidParams, "nobody has approved this tool",
        tool: name)
    } else {
      await refuse(
        call, .unknownTool, code: JSONRPCError.Code.invalidParams, "unknown tool", tool: name)
    }
    if call.through != nil { return unknown(name, call) }
    let help = call.view.hasMetaTools ? "search_tools finds" : "tools/list names"
    return .failure(
      JSONRPCError(
        code: JSONRPCError.Code.invalidParams,
        message: "Unknown tool: \(name.prefix(128)). \(help) those there are."))
  }

  /// For the operator alone: the caller is told no more than of what is not there.
  @inline(never)
  func noteQuarantined(_ what: String, _ name: String, _ call: Call) {
    log.warning(
      "a quarantined \(what) was asked for",
      [("name", String(name.prefix(128))), ("agent", call.caller.principal.agent)])
  }

  @inline(never)
  private func reject(
    _ call: Call, _ tool: Tool, _ violations: [ToolArguments.Violation]
  ) async -> MCPResponse {
    await refuse(call, violations, tool)
    return deny(call, tool, .arguments(violations: violations.map(\.text)))
  }

  /// Why the headers of a call do not repeat its arguments, where they must: over HTTP in the
  /// stateless era.
  @inline(never)
  private func mismatch(_ call: Call, _ tool: Tool, _ arguments: JSONNode) -> JSONRPCError? {
    let client = call.request.client
    // Who calls through another tool repeats what that one's schema wants repeated: nothing.
    guard call.through == nil, client.transport == .http, client.version.era == .stateless else {
      return nil
    }
    return MirroredParameters.mismatch(
      of: call.request.parameterHeaders, with: arguments,
      declared: tool.parameterHeaders.parameters)
  }

  @inline(never)
  private func reject(_ call: Call, _ tool: Tool, _ error: JSONRPCError) async -> MCPResponse {
    await refuse(call, .malformed, code: error.code, error.message, tool: tool)
    return .failure(error)
  }

  /// The call with a snapshot in which every upstream of its endpoint has been tried once, or had
  /// its time. Before that a list would be short, and a tool unknown that is there a moment later.
  /// Nil when there was nothing to wait for, or that took too long.
  @inline(never)
  func settled(_ call: Call) async -> Call? {
    let deadline = loop.now + Self.settlingMax
    while loop.now < deadline {
      guard let view = snapshot.view(at: call.request.endpoint, for: call.caller) else {
        return nil
      }
      if view.isSettled { return Call(call, seeing: snapshot, view) }
      do { try await loop.sleep(for: Self.settlingInterval) } catch { return nil }
    }
    return nil
  }

  @inline(never)
  func decide(_ call: Call, _ tool: Tool, _ arguments: JSONNode) -> PolicyDecision {
    guard let entities = entities(of: call) else { return .unknown }
    if call.snapshot.decider.readsQuota { noteQuota(of: call, tool) }
    let decision = call.snapshot.decider.decideCall(
      tool, arguments: arguments, caller: call.caller, entities: entities,
      client: call.request.client, authentication: call.authentication,
      approval: call.approval?.told, quota: call.quotaLeft)
    let policies = call.snapshot.policies
    guard !policies.grants.isEmpty, decision.verdict == .allow else { return decision }
    return withoutIdle(decision, policies, for: call.caller.principal.human)
  }

  /// The result as the client's endpoint shows it; the same node when nothing is to be rewritten.
  @inline(never)
  private func shown(_ result: JSONNode, to call: Call, _ tool: Tool) -> JSONNode {
    call.view.usesOwnIDs ? result : ResultRewriter(server: tool.server).toolResult(result)
  }

  /// What policy did not allow.
  @inline(never)
  func deny(_ call: Call, _ tool: Tool, _ decision: PolicyDecision) -> MCPResponse {
    if let failure = challenge(of: call, decision) {
      let denial = Denial(
        reason: .challenged(failure, policies: decision.policies), tool: call.view.id(of: tool),
        server: tool.server, callID: call.id)
      return .challenge(Challenge(failure, denial.error))
    }
    return deny(call, tool, Denial.Reason(decision))
  }

  @inline(never)
  func deny(_ call: Call, _ tool: Tool, _ reason: Denial.Reason) -> MCPResponse {
    Denial(
      reason: reason, tool: call.view.id(of: tool), server: tool.server, callID: call.id
    ).answer
  }

  /// The snapshot's entities with the caller's over them; made once for each caller and snapshot.
  func entities(of call: Call) -> Entities? { entities(of: call.caller, in: call.snapshot) }

  func entities(of caller: Caller, in seen: GateSnapshot) -> Entities? {
    guard seen === snapshot else { return seen.decider.entities(for: caller) }
    let key = ObjectIdentifier(caller)
    if let known = entities[key] { return known.entities }
    guard let made = seen.decider.entities(for: caller) else { return nil }
    if entities.count >= Self.callersMax {
      entities.removeAll()
      askable.removeAll()
      visible.removeAll()
      instructions.removeAll()
    }
    entities[key] = (caller, made)
    return made
  }

  /// The caller of a principal; one object for each, so that what is made of it is kept.
  func caller(_ principal: Identity.Principal) -> Caller {
    if let known = callers[principal] { return known }
    if callers.count >= Self.callersMax { callers.removeAll() }
    let made = Caller(principal, calls: inFlight.counter(of: principal.agent))
    callers[principal] = made
    return made
  }
}

extension Endpoint {
  /// The profile's name, if it is one.
  var profile: String? { if case .profile(let name) = self { name } else { nil } }
  /// The server's name, if it is one's own.
  var server: String? { if case .server(let name) = self { name } else { nil } }
}
