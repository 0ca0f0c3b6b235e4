public import Identity

/// What whoever shows approvals and takes answers needs of the rest of the gateway. Any thread.
public struct ApprovalDesk: Sendable {
  /// The approvals.
  public var book: ApprovalBook
  /// What people are shown of one.
  public var view: @Sendable (Approval) async -> ApprovalView
  /// Where one can be answered.
  public var link: @Sendable (_ id: String) -> String
  /// What an answer would meet, before it is given; nil when nothing but a missing reason would
  /// refuse it.
  public var objection: @Sendable (_ to: Answer.Verdict, Person, Approval) async -> ApprovalRefusal?
  /// Takes an answer, with all that follows from it.
  public var answer:
    @Sendable (
      _ id: String, Person, Answer.Verdict, _ reason: String?, Answer.Channel
    ) async -> Result<Approval, ApprovalRefusal>

  /// A desk of its parts.
  public init(
    book: ApprovalBook, view: @escaping @Sendable (Approval) async -> ApprovalView,
    link: @escaping @Sendable (_ id: String) -> String,
    objection:
      @escaping @Sendable (_ to: Answer.Verdict, Person, Approval) async -> ApprovalRefusal?,
    answer:
      @escaping @Sendable (
        _ id: String, Person, Answer.Verdict, _ reason: String?, Answer.Channel
      ) async -> Result<Approval, ApprovalRefusal>
  ) {
    self.book = book
    self.view = view
    self.link = link
    self.objection = objection
    self.answer = answer
  }
}
