import Identity

extension Approval {
  /// Whether an answer counts, as far as it is no matter of policy: state, time, who answers.
  ///
  /// The requester's human never approves: they confirm a step-up, with a sign-in that is newer
  /// than the ask, and they may always say no to what is done in their name.
  public func check(_ answer: Answer) throws(ApprovalRefusal) {
    let person = answer.person
    // First: somebody of another tenant learns nothing, not even that it is over.
    guard terms.isOfTenant(person) else { throw .otherTenant(id) }
    guard state == .pending else { throw .over(id, state) }
    guard answer.at < deadline else { throw .over(id, .expired) }
    guard
      !answers.contains(where: { $0.person.name.lowercased() == person.name.lowercased() })
    else { throw .answeredAlready(id, person: person.name) }
    guard answers.count < Self.answersMax else { throw .tooManyAnswers(id) }
    if ask.needsReason, answer.reason?.contains(where: { !$0.isWhitespace }) != true {
      throw .reasonRequired(id)
    }
    guard answer.verdict == .approve else { return }
    if terms.isRequester(person.name) {
      guard ask.remedies.contains(ApprovalAsk.stepUp) else { throw .requester(id) }
      guard let time = person.authentication.time, time > requestedAt else {
        throw .staleSignIn(id)
      }
    } else {
      guard ask.remedies.contains(ApprovalAsk.approval) else { throw .notRequester(id) }
    }
  }
}
