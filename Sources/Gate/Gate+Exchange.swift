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
    switch reply {
    case .error(let error): return .error(error)
    case .result(let result):
      call.quota?.resultBytes = result.raw.count
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
      timeout: subject.timeout, capabilities: capabilities(of: call, towards: subject.server),
      logLevel: call.request.logLevel, parameterHeaders: parameterHeaders(of: call, subject),
      traceparent: call.trace?.traceparent, principal: call.caller.key,
      clientEra: call.request.client.version.era)
  }

  /// A state leaves as the upstream gave it, or not at all.
  private func edits(of call: Call, _ subject: Subject) -> [UpstreamRequest.Edit] {
    guard let continuation = call.continuation else { return subject.edits }
    return subject.edits
      + [UpstreamRequest.Edit(member: "requestState", value: continuation.inner)]
  }

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
