import Cedar
import JSON
import Ledger
import MCP
import Reactor

/// The way of a request about a prompt, a resource or a completion, once it is clear what it is
/// about: as that of a tool's call. Such a request counts as one that only reads.
extension Gate {
  /// What became of a request that was allowed.
  enum Relayed {
    case reply(UpstreamReply)
    /// It ended before; this is the answer.
    case ended(MCPResponse)
  }

  /// - Parameters:
  ///   - arguments: what of `params` is on record beside the subject.
  ///   - cached: an answer that makes asking the upstream needless; asked once policy allows it.
  func relay(
    _ asked: Call, about subject: Subject, arguments: JSONNode?, _ notifier: ClientNotifier,
    cached: (() -> JSONNode?)? = nil
  ) async -> Relayed {
    // Stops.
    if hasStops, let stop = stop(of: asked, about: subject) {
      return .ended(await refuseStopped(asked, about: subject, by: stop))
    }
    underWay.note(subject, of: asked)

    // Answers to what was asked before.
    var call = asked
    let isRetry = call.request.params.map(bringsAnswers) ?? false
    if isRetry {
      switch await resume(call, about: subject) {
      case .call(let resumed): call = resumed
      case .failure(let error): return .ended(.failure(error))
      case .unanswered: return .ended(deny(call, subject, .unanswered))
      }
    }

    // Bounds.
    guard call.caller.calls.begin(limit: call.snapshot.inFlightPerAgent) else {
      return .ended(await throttle(call, about: subject))
    }
    defer { call.caller.calls.end() }
    if !call.snapshot.quotas.isEmpty, let answer = await takeQuota(call, about: subject) {
      return .ended(answer)
    }
    defer { if call.quota != nil { endQuota(call) } }

    // Policy.
    let decision = decide(call, subject)

    // The decision is on record before anything happens.
    guard await isWritten(stage(decision, of: call, about: subject, arguments)) else {
      return .ended(deny(call, subject, .ledger))
    }
    guard decision.verdict == .allow else { return .ended(deny(call, subject, decision)) }

    // Upstream.
    let known = isRetry ? nil : cached?()
    let sentAt = known == nil ? MonotonicTime.read() : nil
    let exchange: Exchange
    if let known {
      call.quota?.resultBytes = known.raw.count
      exchange = .result(known)
    } else {
      exchange = await self.exchange(call, about: subject, notifier)
    }

    // The outcome is on record before it is told.
    guard await isWritten(stage(exchange, of: call, about: subject, sentAt: sentAt)) else {
      return .ended(deny(call, subject, .ledger))
    }
    switch exchange {
    case .result(let result): return .reply(.result(result))
    case .error(let error): return .reply(.error(error))
    case .failed(let error): return .ended(deny(call, subject, .upstream(error)))
    case .asked(_, let answer), .task(_, let answer): return .ended(.built(answer))
    case .stopped(let stop, _, let state): return .ended(deny(call, subject, .stopped(stop, state)))
    case .denied(_, let method, let decision):
      return .ended(
        deny(call, subject, .question(method: method, policies: decision.policies)))
    case .unrecorded: return .ended(deny(call, subject, .ledger))
    }
  }

  private func decide(_ call: Call, _ subject: Subject) -> PolicyDecision {
    guard let entities = entities(of: call) else { return .unknown }
    return call.snapshot.decider.decide(
      subject.action, on: subject.policySubject, caller: call.caller, entities: entities,
      client: call.request.client, authentication: call.authentication)
  }

  /// What policy did not allow.
  private func deny(_ call: Call, _ subject: Subject, _ decision: PolicyDecision) -> MCPResponse {
    guard let failure = challenge(of: call, decision) else {
      return deny(call, subject, Denial.Reason(decision))
    }
    let denial = Denial(
      reason: .challenged(failure, policies: decision.policies), tool: subject.id(in: call.view),
      server: subject.server, callID: call.id, isCall: false)
    return .challenge(Challenge(failure, denial.error))
  }

  func deny(_ call: Call, _ subject: Subject, _ reason: Denial.Reason) -> MCPResponse {
    Denial(
      reason: reason, tool: subject.id(in: call.view), server: subject.server, callID: call.id,
      isCall: call.request.method == "tools/call"
    ).answer
  }

  /// Turns away a request whose `params` are wrong, and says so on record.
  func invalid(
    _ call: Call, _ message: String, as refusal: RefusedRecord.Refusal = .malformed,
    data: [UInt8]? = nil
  ) async -> MCPResponse {
    let code = JSONRPCError.Code.invalidParams
    await refuse(call, refusal, code: code, message)
    return .failure(JSONRPCError(code: code, message: message, data: data))
  }
}
