extension ApprovalNotice {
  /// What is told of an approval as it is now.
  /// - Parameter link: where it can be answered.
  public init(_ approval: Approval, link: String) {
    let event: Event =
      switch approval.state {
      case .pending: approval.answers.isEmpty ? .requested : .answered
      case .approved: .approved
      case .denied: .denied
      case .expired: .expired
      case .voided: .voided
      case .used: .used
      }
    self.init(
      approval: approval.id, event: event, answers: approval.answers.count,
      tool: approval.terms.tool, server: approval.terms.server, agent: approval.terms.agent,
      human: approval.terms.human, effect: approval.ask.effect, remedies: approval.ask.remedies,
      argumentsDigest: approval.terms.argumentsDigest,
      time: approval.endedAt ?? approval.answers.last?.at ?? approval.requestedAt,
      deadline: approval.deadline, link: link)
  }
}
