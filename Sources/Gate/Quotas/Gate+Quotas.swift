import Catalog
import Configuration
import Identity
import JSON
import Ledger
import MCP
import Reactor

/// Quotas at the gate: before policy, so what is denied counts too.
extension Gate {
  /// Takes what a call needs of the quotas that cover it; the call holds it until `endQuota`.
  /// - Returns: the answer to a call that may not pass, which is on record.
  @inline(never)
  func takeQuota(_ call: Call, about subject: Subject) async -> MCPResponse? {
    let who = call.caller.principal
    var request = QuotaRequest(
      agent: who.agent, human: who.human, tenant: who.tenant, tool: nil,
      upstream: subject.server, bytes: call.request.messageBytes, onlyReads: true)
    if case .tool(let tool) = subject {
      request.tool = tool.name
      request.onlyReads = tool.effect == .read
    }
    switch quotas.take(request, call.snapshot.quotas, at: MonotonicTime.read().nanoseconds) {
    case .success(let hold):
      call.quota = hold
      return nil
    case .failure(let refusal):
      let reason = Denial.Reason.quota(refusal)
      await refuse(call, .throttled, code: nil, refusal.recorded, about: subject)
      guard case .tool(let tool) = subject else { return deny(call, subject, reason) }
      return Denial(
        reason: reason, tool: call.view.id(of: tool), server: tool.server, callID: call.id
      ).response
    }
  }

  /// The call is over.
  @inline(never)
  func endQuota(_ call: Call) {
    call.quota?.end(at: MonotonicTime.read().nanoseconds)
    call.quota = nil
  }

  /// What was used of the quotas in force.
  public var quotaUses: [QuotaUse] {
    quotas.uses(of: snapshot.quotas, at: MonotonicTime.read().nanoseconds)
  }
}

extension QuotaRefusal {
  /// As records say why.
  var recorded: String { "quota \(quota): \(measure.rawValue)" }

  /// For the model: why, and when to come back.
  var inWords: String {
    let what =
      switch measure {
      case .calls: "its calls are used up"
      case .concurrency: "as many calls as it allows are under way"
      case .bytes: "its bytes are used up"
      case .cost: "its units of cost are used up"
      case .state: "this gateway has no room to count it"
      }
    guard let retryAfter else {
      return "the quota \(quota) never allows so much at once. Repeating it will not help."
    }
    return "the quota \(quota) does not allow it now: \(what). Call again in \(retryAfter) s."
  }
}
