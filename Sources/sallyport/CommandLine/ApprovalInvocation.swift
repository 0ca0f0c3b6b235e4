/// What is to be seen of approvals, or said to one.
enum ApprovalInvocation: Sendable, Equatable {
  /// Nil are those in every state.
  case list(state: String?)
  case show(id: String)
  /// `fromNowOn`: for how many seconds a grant of such calls is given besides.
  case answer(id: String, Verdict, reason: String?, fromNowOn: Int64? = nil)
  case watch

  /// Yes or no.
  enum Verdict: String, Sendable {
    case approve, deny
  }
}
