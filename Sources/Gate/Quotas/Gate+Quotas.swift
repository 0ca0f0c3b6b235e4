import Catalog
import Configuration
public import Identity
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
    var request = QuotaRequest(call.caller.principal, subject, bytes: call.request.messageBytes)
    if let method = TaskMethod(rawValue: call.request.method) {
      request.isFollowUp = true
      request.onlyReads = request.onlyReads || !method.changes
    }
    switch quotas.take(request, call.snapshot.quotas, at: MonotonicTime.read().nanoseconds) {
    case .success(let hold):
      call.quota = hold
      return nil
    case .failure(let refusal):
      await refuse(
        call, .throttled, code: JSONRPCError.Code.throttled, refusal.recorded, about: subject)
      return deny(call, subject, .quota(refusal))
    }
  }

  /// Turns away a request of an agent that has as many under way as it may have.
  @inline(never)
  func throttle(_ call: Call, about subject: Subject) async -> MCPResponse {
    await refuse(
      call, .throttled, code: JSONRPCError.Code.throttled, "too many calls under way",
      about: subject)
    return deny(call, subject, .throttled(limit: call.snapshot.inFlightPerAgent))
  }

  /// The call is over.
  @inline(never)
  func endQuota(_ call: Call) {
    call.quota?.end(at: MonotonicTime.read().nanoseconds)
    call.quota = nil
  }

  /// Counts what a client is told of a task without asking.
  func chargeQuota(_ bytes: Int, to call: Call, about subject: Subject) {
    guard !call.snapshot.quotas.isEmpty else { return }
    let request = QuotaRequest(call.caller.principal, subject, bytes: 0)
    quotas.charge(
      bytes, to: request, call.snapshot.quotas, at: MonotonicTime.read().nanoseconds)
  }

  /// Looks up what policies are told of the quotas that cover a call.
  @inline(never)
  func noteQuota(of call: Call, _ tool: Tool) {
    call.quotaLeft = quotaLeft(for: call.caller.principal, tool, in: call.snapshot)
  }

  /// What is left of the quotas that cover a call of a tool; nil when no policy asks.
  /// - Parameter next: whether the call is still to take its part.
  func quotaLeft(
    for who: Identity.Principal, _ tool: Tool, in seen: GateSnapshot, takingNext next: Bool = false
  ) -> LedgerQuota? {
    guard seen.decider.readsQuota, !seen.quotas.isEmpty else { return nil }
    return quotas.left(
      to: QuotaRequest(who, .tool(tool), bytes: 0), seen.quotas, takingNext: next,
      at: MonotonicTime.read().nanoseconds)
  }

  /// As `GateSnapshot.explanation`, of a call that is made now. On the loop.
  /// - Throws: as there.
  public func explanation(
    of explained: ExplainedRequest, by principal: Identity.Principal
  ) throws(GateSnapshotError) -> [UInt8] {
    var quota: LedgerQuota?
    if case .call(let name, _) = explained, let tool = snapshot.catalog[name] {
      quota = quotaLeft(for: principal, tool, in: snapshot, takingNext: true)
    }
    return try snapshot.explanation(of: explained, by: principal, quota: quota)
  }

  /// How many quotas are in force.
  public var quotaCount: Int { snapshot.quotas.rules.count }

  /// Why what is used is not kept over a restart; nil when it is.
  public var quotaProblem: String? { quotas.keepingProblem }

  /// How many changes of what is used would be lost with the process.
  public var unkeptQuotaCount: Int { quotas.unkeptCount }

  /// What was used of the quotas in force.
  public var quotaUses: [QuotaUse] {
    quotas.uses(of: snapshot.quotas, at: MonotonicTime.read().nanoseconds)
  }
}

extension QuotaRequest {
  init(_ who: Principal, _ subject: Subject, bytes: Int) {
    self.init(
      agent: who.agent, human: who.human, tenant: who.tenant, tool: nil,
      upstream: subject.server, bytes: bytes, onlyReads: true)
    if case .tool(let tool) = subject {
      self.tool = tool.name
      onlyReads = tool.effect == .read
    }
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
