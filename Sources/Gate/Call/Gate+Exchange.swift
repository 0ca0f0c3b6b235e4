import Catalog
import JSON
import MCP
import Reactor

/// The one way to an upstream: every method that is relayed is forwarded here, after its decision
/// is on record.
extension Gate {
  @inline(never)
  func exchange(
    _ call: Call, about subject: Subject, _ notifier: ClientNotifier
  ) async -> Exchange {
    if hasStops, let stop = stop(of: call, about: subject) {
      return .stopped(stop, nil, .notMade)
    }
    let notices = CallNotices(for: call.request, from: subject.server, to: notifier)
    defer { notices?.end() }
    let upstream = subject.upstream
    var turn: UpstreamHealth.Turn?
    let reply: UpstreamReply
    do {
      turn = try upstream.health?.begin(at: .read())
      reply = try await upstream.call(request(of: call, about: subject), notices: notices?.sink)
    } catch {
      if let turn { upstream.health?.failed(turn, error, at: .read()) }
      if let stop = stopThatEnded(call, about: subject) { return .stopped(stop, error) }
      return .failed(error)
    }
    if let turn { upstream.health?.answered(turn, reply, at: .read()) }
    if let stop = stopThatEnded(call, about: subject) { return .stopped(stop, reply, .answered) }
    call.quota?.resultBytes = reply.bytes
    switch reply {
    case .error(let error): return .error(error)
    case .result(let result):
      if case .tool(let tool) = subject, call.isTask(of: tool) {
        return begin(sessionTask: result, call, tool)
      }
      guard let type = result[member: "resultType"], !type.equals("complete") else {
        return .result(result)
      }
      return await goOn(result, type, call, subject)
    }
  }

  /// What is sent upstream for a call.
  @inline(never)
  private func request(of call: Call, about subject: Subject) -> UpstreamRequest {
    UpstreamRequest(
      method: call.request.method, params: call.request.params, target: subject.target,
      edits: edits(of: call, subject), wantsProgress: call.request.progressToken != nil,
      timeout: subject.timeout, capabilities: capabilities(of: call, about: subject),
      logLevel: call.request.logLevel, parameterHeaders: parameterHeaders(of: call, subject),
      traceparent: call.trace?.traceparent, principal: call.caller.key,
      clientEra: call.request.client.version.era)
  }

  /// A task asks its client nothing, so it is made where nothing can be asked.
  private func capabilities(of call: Call, about subject: Subject) -> ClientCapabilities {
    if case .tool(let tool) = subject, call.isTask(of: tool) { return .none }
    return capabilities(of: call, towards: subject.server)
  }

  /// A state leaves as the upstream gave it, or not at all; the wish for a task only where it can
  /// be granted.
  private func edits(of call: Call, _ subject: Subject) -> [UpstreamRequest.Edit] {
    var edits = subject.edits
    if let continuation = call.continuation {
      edits.append(UpstreamRequest.Edit(member: "requestState", value: continuation.inner))
    } else if call.awaited != nil {
      edits += Self.withoutState
    }
    if case .tool(let tool) = subject, call.request.params?[member: "task"] != nil,
      !call.isTask(of: tool)
    {
      edits.append(UpstreamRequest.Edit(member: "task", value: nil))
    }
    return edits
  }

  /// What a client brought for the gateway itself goes no further.
  private static let withoutState = [
    UpstreamRequest.Edit(member: "requestState", value: nil),
    UpstreamRequest.Edit(member: "inputResponses", value: nil),
  ]

  private func parameterHeaders(
    of call: Call, _ subject: Subject
  ) -> [(name: String, value: String)] {
    guard case .tool(let tool) = subject, !tool.parameterHeaders.isEmpty else { return [] }
    return tool.parameterHeaders.values(in: call.request.params?[member: "arguments"])
  }

  /// A result that does not end the call.
  @inline(never)
  private func goOn(
    _ result: JSONNode, _ type: JSONNode, _ call: Call, _ subject: Subject
  ) async -> Exchange {
    if type.equals("input_required"), call.request.method != TaskMethod.get.rawValue {
      return await ask(result, call, subject)
    }
    if type.equals("task"), let exchange = begin(task: result, call, subject) { return exchange }
    return .failed(
      .protocolViolation(reason: "its result is of a type that the client did not ask for"))
  }
}
