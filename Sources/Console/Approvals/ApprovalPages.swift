public import Approvals
public import Gate
internal import Glibc
internal import Identity

/// The pages on which people see what waits for them, and answer it.
public struct ApprovalPages: Sendable {
  /// Where the queue is.
  public static let path = LocalPath("/console/approvals")

  /// The part of the console that they are.
  public static let section = ConsoleSection("Approvals", at: path)

  private let desk: ApprovalDesk
  private let fromNowOn: FromNowOnRoutes

  /// Pages over a desk.
  public init(_ desk: ApprovalDesk, grants: FromNowOnDesk) {
    self.desk = desk
    fromNowOn = FromNowOnRoutes(desk: desk, grants: grants)
  }

  /// The pages and their form.
  public var routes: [ConsoleRoute] {
    [
      ConsoleRoute(.get, "/console/approvals") { request in queue(request) },
      ConsoleRoute(.get, "/console/approvals/*") { request in await show(request) },
      ConsoleRoute(.post, "/console/approvals/*") { request in await answer(request) },
    ] + fromNowOn.routes
  }

  static func path(of id: String) -> LocalPath? {
    LocalPath(checking: "\(path)/\(id)")
  }

  private static var now: Int64 { Int64(time(nil)) }

  // MARK: - Queue

  private func queue(_ request: ConsoleRequest) -> ConsoleResponse {
    guard let person = request.person else { return .signInFirst }
    let seen = desk.book.all.filter { $0.isVisible(to: person) }.reversed()
    let isOpen = request.query["state"] != "ended"
    return .page(
      ApprovalQueuePage(
        approvals: seen.filter { $0.isOpen == isOpen }, isOpen: isOpen, now: Self.now
      ).page)
  }

  // MARK: - One approval

  private func show(_ request: ConsoleRequest) async -> ConsoleResponse {
    guard let person = request.person else { return .signInFirst }
    guard let approval = visible(request.parts.first ?? "", to: person) else { return .noApproval }
    return await page(of: approval, for: person, request)
  }

  private func visible(_ id: String, to person: Person) -> Approval? {
    guard let approval = try? desk.book.approval(id), approval.isVisible(to: person) else {
      return nil
    }
    return approval
  }

  private func page(
    of approval: Approval, for person: Person, _ request: ConsoleRequest,
    refusal: ApprovalRefusal? = nil
  ) async -> ConsoleResponse {
    let view = await desk.view(approval)
    return .page(
      ApprovalPage(
        view: view, isRequester: approval.isRequested(by: person),
        noToYes: await desk.objection(.approve, person, approval),
        noToNo: await desk.objection(.deny, person, approval),
        fromNowOn: await fromNowOn.path(approval, for: person), now: Self.now,
        formToken: request.formToken, refusal: refusal, reason: request.fields["reason"] ?? ""
      ).page)
  }

  private func answer(_ request: ConsoleRequest) async -> ConsoleResponse {
    guard let person = request.person else { return .signInFirst }
    guard let approval = visible(request.parts.first ?? "", to: person),
      let here = Self.path(of: approval.id)
    else { return .noApproval }
    guard let verdict = request.fields["verdict"].flatMap(Answer.Verdict.init) else {
      return .problem(400, "Not understood", "The form says neither yes nor no.")
    }
    let reason = request.fields["reason"].flatMap { $0.isEmpty ? nil : $0 }
    switch await desk.answer(approval.id, person, verdict, reason, .console) {
    case .success: return .redirect(to: here)
    case .failure(let refusal):
      // As it is by now: what was refused may be so since it changed.
      guard let current = visible(approval.id, to: person) else { return .noApproval }
      return await page(of: current, for: person, request, refusal: refusal)
    }
  }
}

extension ConsoleResponse {
  static let noApproval = ConsoleResponse.problem(
    404, "No such approval", "There is no approval of this name, or none for you.")

  fileprivate static let signInFirst = ConsoleResponse.problem(
    403, "Sign in first", "This page is for people who signed in.")
}
