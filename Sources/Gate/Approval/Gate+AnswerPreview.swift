public import Approvals
public import Identity

extension Gate {
  /// What an answer of this person would meet, before they give it: whether it would count, and
  /// whether policy lets them answer. Nothing is recorded. On the loop.
  /// - Returns: nil when nothing but a missing reason would refuse it.
  public func objection(
    to verdict: Answer.Verdict, by person: Person, on approval: Approval, via: Answer.Channel
  ) -> ApprovalRefusal? {
    let answer = Answer(person: person, verdict: verdict, at: Self.now, reason: "–", via: via)
    do throws(ApprovalRefusal) {
      try approval.check(answer)
    } catch {
      return error
    }
    let decision = snapshot.decider.decideAnswer(answer, to: approval)
    guard decision.verdict != .allow else { return nil }
    return .policy(approval.id, policies: decision.policies, advice: decision.advice)
  }
}
