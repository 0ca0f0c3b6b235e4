/// Why an approval was not asked for, answered or used: what happened, and what to do.
public enum ApprovalRefusal: Error, Sendable, Equatable, CustomStringConvertible {
  /// There is none of this name, or none that this person may know of.
  case unknown(String)
  /// It is answered, used or over.
  case over(String, Approval.State)
  /// Nobody said yes.
  case unanswered(String)
  /// The call is not the one that it is bound to.
  case otherTerms(String)
  /// The person is the one the agent acts for.
  case requester(String)
  /// Only the person the agent acts for can confirm a step-up.
  case notRequester(String)
  /// The person is of another tenant.
  case otherTenant(String)
  /// The person answered before.
  case answeredAlready(String, person: String)
  /// It has as many answers as it can have.
  case tooManyAnswers(String)
  /// A reason is required.
  case reasonRequired(String)
  /// The sign-in is older than the ask.
  case staleSignIn(String)
  /// Policy does not let the person answer.
  case policy(String, policies: [String], advice: [String])
  /// What it is bound to changed.
  case voided(String, reason: String)
  /// Another answer to it is being written down.
  case busy(String)
  /// An agent has as many pending as it may have.
  case tooManyOfAgent(String)
  /// There are as many as there may be, or their arguments take all the room there is.
  case full
  /// The arguments are larger than what people are shown.
  case argumentsTooLarge(Int)
  /// It cannot be written down.
  case ledger
  /// The file.
  case storage(String)

  /// One word for machines.
  public var word: String {
    switch self {
    case .unknown, .otherTenant: "unknown"
    case .over(_, let state): state.rawValue
    case .unanswered: "unanswered"
    case .otherTerms: "other_call"
    case .requester: "requester"
    case .notRequester: "not_requester"
    case .answeredAlready: "answered_already"
    case .tooManyAnswers: "too_many_answers"
    case .reasonRequired: "reason_required"
    case .staleSignIn: "stale_sign_in"
    case .policy: "denied"
    case .voided: "voided"
    case .busy: "busy"
    case .tooManyOfAgent: "too_many"
    case .full: "full"
    case .argumentsTooLarge: "arguments_too_large"
    case .ledger: "ledger_unavailable"
    case .storage: "storage"
    }
  }

  /// For a person.
  public var description: String {
    switch self {
    // Another tenant's approvals are none of this person's business.
    case .unknown(let id), .otherTenant(let id):
      "there is no approval \(Self.shown(id)); `sallyport approvals list` names those there are"
    case .over(let id, let state): "the approval \(Self.shown(id)) is over: \(Self.inWords(state))"
    case .unanswered(let id): "nobody has approved \(Self.shown(id)) yet"
    case .otherTerms(let id):
      "the approval \(Self.shown(id)) is for another call: agent, human, tool, arguments, "
        + "definition and policies must be those that were asked for; call again to ask anew"
    case .requester(let id):
      "the agent that asked for \(Self.shown(id)) acts for you, so another person must approve it; "
        + "you can deny it"
    case .notRequester(let id):
      "\(Self.shown(id)) is a step-up: only the person the agent acts for can confirm it"
    case .answeredAlready(let id, let person):
      "\(person) has answered \(Self.shown(id)) already; another person must answer now"
    case .tooManyAnswers(let id):
      "\(Self.shown(id)) has \(Approval.answersMax) answers and still not enough: see its policies"
    case .reasonRequired(let id):
      "policy requires a reason for the answer to \(Self.shown(id)): answer again with one"
    case .staleSignIn(let id):
      "\(Self.shown(id)) needs a sign-in that is newer than the request: sign in again, "
        + "then confirm"
    case .policy(let id, let policies, let advice):
      "you may not answer \(Self.shown(id)): "
        + (policies.isEmpty
          ? "no policy permits you the action approveCall on this tool"
          : "forbidden by policy \(policies.joined(separator: ", "))")
        + advice.map { ". \($0)" }.joined()
    case .voided(let id, let reason):
      "the approval \(Self.shown(id)) is void: \(reason); the agent must call again to ask anew"
    case .busy(let id): "another answer to \(Self.shown(id)) is being written down; try again"
    case .tooManyOfAgent(let agent):
      "\(ApprovalBook.pendingPerAgentMax) calls of \(agent) wait for approval already"
    case .full: "there is no room for another approval; answer some, or let them expire"
    case .argumentsTooLarge(let count):
      "the arguments have \(count) bytes, and a person is shown "
        + "\(ApprovalBook.argumentBytesMax) at most"
    case .ledger: "this gateway cannot record it at the moment; see its ledger"
    case .storage(let reason): reason
    }
  }

  private static func inWords(_ state: Approval.State) -> String {
    switch state {
    case .pending: "it still waits"
    case .approved: "it is approved already"
    case .denied: "it was denied"
    case .expired: "nobody answered or used it in time"
    case .voided: "what it was bound to changed"
    case .used: "its one call was made"
    }
  }

  /// What somebody else wrote, safe to show.
  private static func shown(_ id: String) -> String {
    String(id.unicodeScalars.prefix(64).filter { ApprovalID.isCharacter($0) }.map(Character.init))
  }
}
