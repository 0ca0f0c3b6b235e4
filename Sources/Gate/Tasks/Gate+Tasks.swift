import Catalog
import Cedar
import Configuration
import JSON
import Ledger
import MCP
import Reactor

/// Calls that go on after their answers. A task's id, as clients know it, says whose it is and
/// where it runs, so nothing is kept of it here.
extension Gate {
  /// The answer to a call that its upstream goes on with as a task; nil when the client did not ask
  /// for that, or the upstream does not offer it.
  func begin(task result: JSONNode, _ call: Call, _ subject: Subject) -> Exchange? {
    guard case .tool(let tool) = subject, call.declaresTasks,
      tool.upstream.status.peer?.capabilities.extensions[ProtocolExtension.tasks] != nil,
      let inner = result[member: "taskId"]?.string,
      inner.utf8.count <= SealedTask.innerBytesMax
    else { return nil }
    let task = SealedTask(
      server: tool.server, inner: inner, principal: call.caller.key, tool: tool.upstreamName)
    guard let id = try? task.id(sealedBy: seal, at: Self.now) else { return nil }
    return .task(result, answer: TaskState.write(result, id: id))
  }

  /// `tasks/get` and the rest, of either era.
  @inline(never)
  func task(_ method: TaskMethod, _ call: Call) async -> MCPResponse {
    guard call.hasTasks else { return .failure(await refuseTasks(call)) }
    guard let params = call.request.params, let id = params[member: "taskId"]?.string else {
      return await invalid(call, "params.taskId must be a string")
    }
    if method == .update, let problem = InputResponses.problem(in: params) {
      return await invalid(call, problem)
    }
    guard let (found, tool) = find(task: id, of: call) else {
      return await invalid(call, "Unknown task", as: .invalidState)
    }
    if !isIdentified(tool.server, in: call) {
      switch await awaitIdentity(call, about: .tool(tool)) {
      case .call(let identified): return await task(method, identified)
      case .ended(let response): return response
      }
    }
    return await task(method, found, of: tool, id: id, call)
  }

  /// The task of an id, and the tool that it came from. One answer for what there is not and what
  /// is another's: an id tells nothing of others.
  func find(task id: String, of call: Call) -> (SealedTask, Tool)? {
    guard
      let found = SealedTask(
        id: id, sealedBy: seal, at: Self.now, in: call.request.client.version.era),
      found.principal == call.caller.key,
      let server = call.view.servers.first(where: { $0.name == found.server }),
      let tool = server.tools[found.tool],
      call.request.client.version.era == .stateless || tool.mayHaveSessionTasks
    else { return nil }
    return (found, tool)
  }

  /// The client asks about tasks and did not declare the extension.
  func refuseTasks(_ call: Call) async -> JSONRPCError {
    let code = JSONRPCError.Code.missingRequiredClientCapability
    await refuse(call, .malformed, code: code, "the client did not declare the tasks extension")
    return JSONRPCError(
      code: code, message: "\(call.request.method) needs the client capability for tasks",
      data: TaskMethod.requiredCapabilities)
  }

  private func task(
    _ method: TaskMethod, _ task: SealedTask, of tool: Tool, id: String, _ call: Call
  ) async -> MCPResponse {
    // Stops.
    let subject = Subject.tool(tool)
    if hasStops, let stop = stop(of: call, about: subject) {
      return await refuseStopped(call, about: subject, by: stop)
    }
    underWay.note(subject, of: call)

    // Bounds.
    guard call.caller.calls.begin(limit: call.snapshot.inFlightPerAgent) else {
      return await throttle(call, about: subject)
    }
    defer { call.caller.calls.end() }
    // What ends work is never one too many.
    if method != .cancel, !call.snapshot.quotas.isEmpty,
      let answer = await takeQuota(call, about: subject)
    {
      return answer
    }
    defer { if call.quota != nil { endQuota(call) } }

    // Policy, on record before anything happens.
    let decision = decide(call, onTaskOf: tool)
    let position = stage(
      decision, of: call, about: subject, call.request.params?[member: "inputResponses"])
    let isFirm = method.changes && tool.effect != .read && decision.verdict == .allow
    guard isFirm ? await isDurable(position) : await isWritten(position) else {
      return deny(call, subject, .ledger)
    }
    guard decision.verdict == .allow else { return deny(call, subject, Denial.Reason(decision)) }

    // Upstream.
    let sentAt = MonotonicTime.read()
    var exchange: Exchange
    var turn: UpstreamHealth.Turn?
    do {
      // Who waits for a task to end learns nothing of how its server does.
      turn = method == .result ? nil : try tool.upstream.health?.begin(at: sentAt)
      let reply = try await tool.upstream.call(request(of: call, task, tool), notices: nil)
      if let turn { tool.upstream.health?.answered(turn, reply, at: .read()) }
      call.quota?.resultBytes = reply.bytes
      switch reply {
      case .error(let error): exchange = .error(error)
      case .result(let result):
        exchange = method == .result ? .result(result) : state(result, id: id, call, subject)
      }
    } catch {
      if let turn { tool.upstream.health?.failed(turn, error, at: .read()) }
      exchange =
        stopThatEnded(call, about: subject).map { .stopped($0, error) } ?? .failed(error)
    }

    // The outcome is on record before it is told.
    guard await isWritten(stage(exchange, of: call, about: subject, sentAt: sentAt)) else {
      return deny(call, subject, .ledger)
    }
    switch exchange {
    case .result(let result):
      let rewriter = call.view.usesOwnIDs ? nil : ResultRewriter(server: tool.server)
      return .built(SessionTaskState.payload(result, id: id, rewriter: rewriter))
    case .error(let error): return .relayedError(error)
    case .failed(.timedOut(let limit)) where method == .result:
      return .failure(
        JSONRPCError(
          code: JSONRPCError.Code.internalError,
          message: "the task has not ended within \(limit): ask for its result again"))
    case .failed(let error): return deny(call, subject, .upstream(error))
    case .asked(_, let answer), .task(_, let answer): return .built(answer)
    case .stopped(let stop, _, let state): return deny(call, subject, .stopped(stop, state))
    case .denied(_, let method, let decision):
      return deny(call, subject, .question(method: method, policies: decision.policies))
    case .unrecorded: return deny(call, subject, .ledger)
    }
  }

  private func request(of call: Call, _ task: SealedTask, _ tool: Tool) -> UpstreamRequest {
    UpstreamRequest(
      method: call.request.method, params: call.request.params, target: .task(task.inner),
      timeout: tool.timeout,
      capabilities: call.declaresTasks ? capabilities(of: call, towards: tool.server) : .none,
      traceparent: call.trace?.traceparent, principal: call.caller.key)
  }

  /// The policy of the tool that a task came from: denied is what would be denied whatever its
  /// arguments are.
  func decide(_ call: Call, onTaskOf tool: Tool) -> PolicyDecision {
    guard let entities = entities(of: call),
      call.snapshot.decider.mayCall(tool, caller: call.caller, entities: entities)
    else { return .unknown }
    return PolicyDecision(verdict: .allow, policies: [], errors: [])
  }

  /// A task's state as the client is told it: its questions pass policy as those of a call do.
  private func state(
    _ result: JSONNode, id: String, _ call: Call, _ subject: Subject
  ) -> Exchange {
    guard call.declaresTasks else {
      return .task(result, answer: SessionTaskState.state(result, id: id))
    }
    let rewriter =
      call.view.usesOwnIDs ? nil : ResultRewriter(server: subject.server)
    guard result[member: "inputRequests"] != nil else {
      return .task(result, answer: TaskState.write(result, id: id, rewriter: rewriter))
    }
    do {
      let asked = try InputRequests(
        result, answering: TaskMethod.get.rawValue,
        declared: ClientCapabilities(call.request.client.capabilities))
      let round = RecordedRounds.Round(result, of: id, in: call)
      guard let questions = decide(asked, call, subject, recording: !recordedRounds.has(round))
      else { return .unrecorded }
      recordedRounds.insert(round)
      if let (method, decision) = questions.denied {
        return .denied(result, method: method, decision)
      }
      return .task(
        result,
        answer: TaskState.write(
          result, id: id, askedBy: subject.server, at: call.request.endpoint, rewriter: rewriter))
    } catch {
      return .failed(.protocolViolation(reason: error.reason))
    }
  }

  // MARK: - Telling

  /// What a listener is told of a task's state: what `tasks/get` would have answered, decided and
  /// recorded as there. Nil when it is not to be told.
  func told(_ state: JSONNode, of task: Listener.Item, to listener: Call) async -> [UInt8]? {
    let request = MCPRequest(
      method: TaskMethod.notification(in: listener.request.client.version.era), params: nil,
      client: listener.request.client,
      messageBytes: 0, endpoint: listener.request.endpoint)
    guard let call = begin(request, listener.caller),
      let (_, tool) = find(task: task.name, of: call),
      !hasStops || stop(of: call, about: .tool(tool)) == nil
    else { return nil }
    let subject = Subject.tool(tool)
    let decision = decide(call, onTaskOf: tool)
    var described = describe(call, subject)
    described.parent = listener.id
    guard
      await isWritten(stage(.decision(record(decision, of: call, described, arguments: nil)))),
      decision.verdict == .allow
    else { return nil }
    let exchange = self.state(state, id: task.name, call, subject)
    guard await isWritten(stage(exchange, of: call, about: subject, sentAt: call.startedAt)),
      case .task(_, let answer) = exchange
    else { return nil }
    chargeQuota(state.raw.count, to: call, about: subject)
    return answer
  }
}

extension Call {
  /// Whether its client may ask about tasks.
  var hasTasks: Bool { declaresTasks || request.client.version.hasSessionTasks }

  /// Whether its client takes tasks of the extension for results.
  var declaresTasks: Bool {
    request.client.version.era == .stateless
      && request.client.declares(extension: ProtocolExtension.tasks)
  }
}
