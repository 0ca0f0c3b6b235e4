internal import Approvals
internal import Gate
internal import Glibc
internal import Identity
internal import Orders

/// «Allow this from now on»: the page that shows what it would give, and what it gave.
struct FromNowOnRoutes: Sendable {
  let desk: ApprovalDesk
  let grants: FromNowOnDesk

  var routes: [ConsoleRoute] {
    [
      ConsoleRoute(.get, "/console/approvals/*/from-now-on") { await show($0) },
      ConsoleRoute(.post, "/console/approvals/*/from-now-on") { await give($0) },
      ConsoleRoute(.get, "/console/approvals/*/grants/*") { granted($0) },
    ]
  }

  /// Where it is chosen for an approval; nil when this person is offered none.
  func path(_ approval: Approval, for person: Person) async -> LocalPath? {
    guard approval.state == .pending, case .success = await offer(approval, to: person) else {
      return nil
    }
    return Self.path(of: approval.id)
  }

  private static func path(of id: String) -> LocalPath? {
    LocalPath(checking: "\(ApprovalPages.path)/\(id)/from-now-on")
  }

  private func offer(
    _ approval: Approval, to person: Person, _ lifetimes: [Int64]? = nil, because: String? = nil
  ) async -> Result<GrantOffer, GrantRefusal> {
    if let objection = await desk.objection(.approve, person, approval) {
      return .failure(GrantRefusal(.denied, objection.description))
    }
    return await grants.offer(
      lifetimes ?? FromNowOnPage.choices.map(\.seconds), approval, person, because)
  }

  private func show(_ request: ConsoleRequest) async -> ConsoleResponse {
    guard let (person, approval) = asked(request) else { return .noApproval }
    return await page(approval, for: person, request)
  }

  private func asked(_ request: ConsoleRequest) -> (Person, Approval)? {
    guard let person = request.person, let id = request.parts.first,
      let approval = try? desk.book.approval(id), approval.isVisible(to: person)
    else { return nil }
    return (person, approval)
  }

  private func page(
    _ approval: Approval, for person: Person, _ request: ConsoleRequest, problem: String? = nil
  ) async -> ConsoleResponse {
    guard let here = Self.path(of: approval.id), let back = ApprovalPages.path(of: approval.id)
    else { return .noApproval }
    switch await offer(approval, to: person) {
    case .success(let offer):
      return .page(
        FromNowOnPage(
          approval: approval, offer: offer, now: Int64(time(nil)), path: here, back: back,
          formToken: request.formToken, problem: problem, reason: request.fields["reason"] ?? ""
        ).page)
    case .failure(let refusal): return .noGrant(refusal.reason)
    }
  }

  private func give(_ request: ConsoleRequest) async -> ConsoleResponse {
    guard let (person, approval) = asked(request),
      let back = ApprovalPages.path(of: approval.id)
    else { return .noApproval }
    let reason = request.fields["reason"] ?? ""
    guard reason.contains(where: { !$0.isWhitespace }) else {
      return await page(approval, for: person, request, problem: "A reason is needed.")
    }
    guard let seconds = request.fields["seconds"].flatMap({ Int64($0) }),
      (1...GrantDraft.lifetimeMax).contains(seconds)
    else {
      return await page(approval, for: person, request, problem: "Choose one of these times.")
    }
    if case .failure(let refusal) = await offer(approval, to: person, [seconds], because: reason) {
      return .noGrant(refusal.reason)
    }
    let answered: Approval
    switch await desk.answer(approval.id, person, .approve, reason, .console) {
    case .success(let approval): answered = approval
    case .failure(let refusal): return .noGrant(refusal.description)
    }
    // Others must say yes before anything passes; then whoever is last may open a grant.
    guard answered.state != .pending else { return .redirect(to: back) }
    switch await grants.give(seconds, answered, person, reason) {
    case .success(let grant):
      return .redirect(to: LocalPath(checking: "\(back)/grants/\(grant.id)") ?? back)
    case .failure(let refusal):
      return .noGrant("Your yes counts for this call alone. \(refusal.reason)")
    }
  }

  private func granted(_ request: ConsoleRequest) -> ConsoleResponse {
    guard let (person, approval) = asked(request),
      let back = ApprovalPages.path(of: approval.id)
    else { return .noApproval }
    guard let grant = request.parts.last.flatMap({ grants.grant($0) }),
      let giver = grant.draft.giver, giver.tenant == person.tenant
    else {
      return .problem(404, "No such grant", "It is not in force, or over, or revoked.")
    }
    return .page(GrantedPage(grant: grant, back: back).page)
  }
}

extension ConsoleResponse {
  fileprivate static func noGrant(_ reason: String) -> ConsoleResponse {
    .problem(409, "Not from now on", reason.prefix(1).uppercased() + reason.dropFirst())
  }
}
