import Approvals
import HTTP
import Identity
import JSON
import Ledger
import Reactor

/// Calls that wait for people. Whoever may use the socket sees them; only somebody who signed in
/// answers them. The same verbs as `sallyport approvals`.
extension AdminService {
  static let approvalsPath = "/v1/approvals"
  private static let answerBytesMax = 64 * 1024
  /// Approvals that ended, the newest, in a list.
  private static let endedMax = 200
  /// The longest wait for a change.
  private static let waitMax: Int64 = 60
  /// Between looks at whether something changed.
  private static let lookEvery = Duration.milliseconds(100)
  /// Requests that wait for a change at once.
  private static let watchersMax = 64

  func approvals(_ exchange: HTTPExchange) async {
    guard let desk = approvalDesk else {
      return answer(exchange, 404, error: "this gateway has no approvals")
    }
    let path = exchange.path.dropFirst(Self.approvalsPath.count).split(separator: "/")
      .map(String.init)
    switch (exchange.method, path.count) {
    case ("GET", 0): await list(exchange, desk)
    case ("GET", 1): await show(exchange, path[0], desk)
    case ("POST", 2) where path[1] == "answer": await take(exchange, path[0], desk)
    default:
      answer(exchange, 404, error: "no such endpoint: \(exchange.method) \(exchange.path)")
    }
  }

  private func list(_ exchange: HTTPExchange, _ desk: ApprovalDesk) async {
    guard let query = try? QueryParameters.parse(exchange.query ?? "") else {
      return answer(exchange, 400, error: "the query of the URL cannot be read")
    }
    var state: Approval.State?
    if let word = query["state"] {
      guard let known = Approval.State(rawValue: word) else {
        let states = Approval.State.allCases.map(\.rawValue).joined(separator: ", ")
        return answer(exchange, 400, error: "`state` takes one of \(states)")
      }
      state = known
    }
    if let after = query["after"] {
      guard let after = UInt64(after), let wait = Int64(query["wait"] ?? "0"),
        (0...Self.waitMax).contains(wait)
      else {
        return answer(
          exchange, 400,
          error: "`after` takes an `epoch`, and `wait` seconds from 0 to \(Self.waitMax)")
      }
      guard await change(after: after, within: wait, exchange, desk.book) else {
        return answer(exchange, 503, error: "too many requests wait for a change; try again")
      }
    }
    // Before the approvals: what changes in between is seen again, not missed.
    let epoch = desk.book.epoch
    answer(exchange, 200, Self.json(desk.book.all, state: state, epoch: epoch, desk))
  }

  /// Waits until something changed, or the time is over, or the client is gone.
  /// - Returns: false when too many wait already.
  private func change(
    after epoch: UInt64, within seconds: Int64, _ exchange: HTTPExchange, _ book: ApprovalBook
  ) async -> Bool {
    guard book.epoch == epoch, seconds > 0 else { return true }
    guard approvalWatchers < Self.watchersMax else { return false }
    approvalWatchers += 1
    defer { approvalWatchers -= 1 }
    let deadline = exchange.loop.now + .seconds(seconds)
    while book.epoch == epoch, exchange.loop.now < deadline, !exchange.hasEnded {
      do { try await exchange.loop.sleep(for: Self.lookEvery) } catch { return true }
    }
    return true
  }

  private static func json(
    _ all: [Approval], state: Approval.State?, epoch: UInt64, _ desk: ApprovalDesk
  ) -> [UInt8] {
    let wanted = all.filter { state == nil || $0.state == state }
    let open = wanted.filter(\.isOpen)
    let ended = wanted.filter { !$0.isOpen }
    var writer = JSONWriter(reservingCapacity: 512 * (open.count + min(ended.count, endedMax)))
    writer.beginObject()
    writer.name("epoch")
    writer.int(epoch)
    writer.name("approvals")
    writer.beginArray()
    // The newest first.
    for approval in (open + ended.suffix(endedMax)).sorted(by: {
      ($0.requestedAt, $0.id) > ($1.requestedAt, $1.id)
    }) {
      approval.writeSummary(link: desk.link(approval.id), to: &writer)
    }
    writer.endArray()
    writer.name("omitted")
    writer.int(max(0, ended.count - endedMax))
    writer.endObject()
    return writer.bytes
  }

  private func show(_ exchange: HTTPExchange, _ id: String, _ desk: ApprovalDesk) async {
    do {
      answer(exchange, 200, await desk.view(try desk.book.approval(id)).json)
    } catch {
      refuse(exchange, error)
    }
  }

  /// Takes a person's answer.
  private func take(_ exchange: HTTPExchange, _ id: String, _ desk: ApprovalDesk) async {
    guard let person = person(exchange) else {
      return answer(
        exchange, 401,
        error: "an answer needs somebody who signed in: `sallyport login`, then answer again")
    }
    let root: JSONNode
    do {
      root = try JSONDocument(
        parsing: try await exchange.readBody(limit: Self.answerBytesMax)
      ).root
    } catch {
      return answer(exchange, 400, error: "the body is not JSON: \(error)")
    }
    guard let verdict = root[member: "verdict"]?.string.flatMap(Answer.Verdict.init) else {
      return answer(exchange, 400, error: "`verdict` takes approve or deny")
    }
    let reason = root[member: "reason"]?.string
    let via = root[member: "via"]?.string.flatMap(Answer.Channel.init) ?? .api
    let lifetime = root[member: "fromNowOn"]?.int64
    if let lifetime, let refusal = await refusal(lifetime, id, person, verdict, desk) {
      return answer(exchange, refusal.status, error: refusal.reason)
    }
    switch await desk.answer(id, person, verdict, reason, via == .console ? .api : via) {
    case .success(let approval):
      let view = await desk.view(approval).json
      guard let lifetime, approval.state != .pending else { return answer(exchange, 200, view) }
      answer(
        exchange, 200, await give(lifetime, like: approval, by: person, with: view))
    case .failure(let refusal): refuse(exchange, refusal)
    }
  }

  private func refuse(_ exchange: HTTPExchange, _ refusal: ApprovalRefusal) {
    answer(exchange, refusal.httpStatus, error: refusal.description)
  }
}

/// How approvals stand.
extension AdminService {
  func writeApprovals(to writer: inout JSONWriter) {
    guard let desk = approvalDesk else { return }
    writer.name("approvals")
    writer.beginObject()
    writer.member("waiting", desk.book.pendingCount)
    if let report = notices?.report {
      if let webhook = report.webhook {
        writer.name("webhook")
        writer.beginObject()
        writer.member("waiting", webhook.waiting)
        writer.member("delivered", webhook.delivered)
        writer.member("failures", webhook.failures)
        writer.member("givenUp", webhook.givenUp)
        writer.member("lastFailure", webhook.lastFailure)
        writer.endObject()
      }
      if let started = report.notificationsStarted {
        writer.name("notifications")
        writer.beginObject()
        writer.member("started", started)
        writer.member("failures", report.notificationsFailed)
        writer.member("lastFailure", report.notificationFailure)
        writer.endObject()
      }
    }
    writer.endObject()
  }
}

extension ApprovalRefusal {
  /// The status that says it over HTTP.
  fileprivate var httpStatus: Int {
    switch self {
    case .unknown, .otherTenant: 404
    case .requester, .notRequester, .staleSignIn, .policy: 403
    case .reasonRequired, .argumentsTooLarge: 400
    case .ledger, .full, .tooManyOfAgent: 503
    case .storage: 500
    case .over, .unanswered, .otherTerms, .answeredAlready, .tooManyAnswers, .voided, .busy: 409
    }
  }
}
