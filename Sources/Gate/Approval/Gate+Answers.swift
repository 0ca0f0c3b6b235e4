public import Approvals
import Catalog
public import Identity
import JSON
import Ledger
import MCP
import Reactor

/// What people say of calls that wait for them.
extension Gate {
  /// As records name what was asked.
  private static let answerMethod = "approvals/answer"
  private static let claimInterval: Duration = .milliseconds(5)
  private static let claimTries = 400

  /// Takes a person's answer, or refuses it: whether it counts at all, whether policy lets this
  /// person answer, and whether the call is allowed with the answers so far. All of it is on
  /// record. On the loop.
  /// - Returns: the approval as it is then. It is pending still when policy wants more.
  public func answer(
    _ id: String, by person: Person, _ verdict: Answer.Verdict, reason: String?,
    via: Answer.Channel
  ) async throws(ApprovalRefusal) -> Approval {
    guard let book = approvals else { throw .unknown(id) }
    try await claim(id, in: book)
    defer { book.release(id) }
    let approval = try book.approval(id)
    let answer = Answer(person: person, verdict: verdict, at: Self.now, reason: reason, via: via)
    do throws(ApprovalRefusal) {
      try approval.check(answer)
      try mayAnswer(approval, answer)
    } catch {
      _ = await isWritten(stageRefusal(error, of: answer, to: approval))
      throw error
    }
    if let change = change(since: approval) {
      await void(id, because: change)
      throw .voided(id, reason: change)
    }
    switch verdict {
    case .deny: return try await deny(approval, answer, in: book)
    case .approve: return try await approve(approval, answer, in: book)
    }
  }

  private func claim(_ id: String, in book: ApprovalBook) async throws(ApprovalRefusal) {
    for _ in 0..<Self.claimTries {
      if book.claim(id) { return }
      do { try await loop.sleep(for: Self.claimInterval) } catch { break }
    }
    throw .busy(id)
  }

  /// Whether policy lets the person answer.
  private func mayAnswer(_ approval: Approval, _ answer: Answer) throws(ApprovalRefusal) {
    let decision = snapshot.decider.decideAnswer(answer, to: approval)
    guard decision.verdict != .allow else { return }
    throw .policy(approval.id, policies: decision.policies, advice: decision.advice)
  }

  /// Why what it is bound to is no more; nil when it still is.
  private func change(since approval: Approval) -> String? {
    guard approval.terms.policyVersion == snapshot.boundPolicyVersion else {
      return "the policies changed"
    }
    guard let tool = tool(of: approval) else {
      // A server that comes back later may have it again.
      return nil
    }
    return tool.digest == approval.terms.pin ? nil : "the definition of the tool changed"
  }

  private func tool(of approval: Approval) -> Tool? {
    snapshot.catalog[approval.terms.tool]
  }

  private func deny(
    _ approval: Approval, _ answer: Answer, in book: ApprovalBook
  ) async throws(ApprovalRefusal) -> Approval {
    let denied = try await book.change(approval.id) { one throws(ApprovalRefusal) in
      try one.answer(answer)
    }
    // It is denied, on record or not.
    _ = await record(.denied, denied, by: answer.person.name, reason: denied.denial?.reason)
    return denied
  }

  /// A yes is on record before it counts.
  private func approve(
    _ approval: Approval, _ answer: Answer, in book: ApprovalBook
  ) async throws(ApprovalRefusal) -> Approval {
    var next = approval
    try next.answer(answer)
    let verdict = decide(next)
    guard verdict == .allow || verdict == .ask else {
      let reason = "policy denies the call with this answer"
      await void(approval.id, because: reason)
      throw .voided(approval.id, reason: reason)
    }
    let isOwn = next.confirmation?.person.name == answer.person.name
    let position = stage(
      isOwn ? .confirmed : .approved, next, by: answer.person.name,
      reason: next.answers.last?.reason)
    guard await isDurable(position) else { throw .ledger }
    return try await book.change(approval.id) { one throws(ApprovalRefusal) in
      try one.answer(answer)
      if verdict == .allow { try one.approve(at: answer.at) }
    }
  }

  /// What policy says of the call with the answers so far.
  private func decide(_ approval: Approval) -> PolicyDecision.Verdict {
    let terms = approval.terms
    let caller = caller(
      approval.ask.requester
        ?? Identity.Principal(
          agent: terms.agent, human: terms.human, roles: terms.roles, tenant: terms.tenant))
    let word = CallApproval(approval)
    guard let tool = tool(of: approval),
      let arguments = try? JSONDocument(parsing: approval.ask.arguments, limits: .ceiling).root,
      let entities = entities(of: caller, in: snapshot)
    else { return .ask }
    return snapshot.decider.decideCall(
      tool, arguments: arguments, caller: caller, entities: entities,
      client: ClientDescription(
        transport: ClientTransport(rawValue: approval.ask.transport) ?? .http, version: .latest,
        name: approval.ask.clientName, softwareVersion: approval.ask.clientVersion,
        origin: approval.ask.origin),
      authentication: word.authentication ?? caller.authentication, approval: word.told,
      quota: quotaLeft(for: caller.principal, tool, in: snapshot)
    ).verdict
  }

  private func stageRefusal(
    _ refusal: ApprovalRefusal, of answer: Answer, to approval: Approval
  ) -> LedgerPosition? {
    let person = answer.person
    var call = LedgerCall(approval)
    call.method = Self.answerMethod
    call.transport = answer.via.rawValue
    call.principal = LedgerPrincipal(
      human: person.name, tenant: person.tenant, roles: person.roles)
    return stage(
      .refused(
        RefusedRecord(
          call: call, refusal: .approval,
          reason: "\(approval.id): \(refusal.word): \(refusal.description)")))
  }
}
