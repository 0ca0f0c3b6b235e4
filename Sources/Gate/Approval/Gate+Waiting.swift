import Approvals
import Catalog
import Configuration
import JSON
import Ledger
import MCP
import Reactor

/// What a client is told while people are asked.
extension Gate {
  /// Calls that one loop holds at a time; one more is told at once that it waits.
  static let heldCallsMax = 256
  private static let lookInterval: Duration = .milliseconds(50)
  private static let progressInterval: Duration = .seconds(5)

  /// By its kind: the client's person is shown the page first, else the call is held for a time.
  func wait(
    for approval: Approval, _ call: Call, _ tool: Tool, _ notifier: ClientNotifier
  ) async -> MCPResponse {
    let page = approval.page(at: call.snapshot.consoleURL)
    let canVisit = ClientCapabilities(call.request.client.capabilities).elicitationURL
    if let page, canVisit, call.awaited == nil {
      return inputRequired(approval, call, tool, page: page)
    }
    if !call.declinesToVisit {
      guard let now = await outcome(of: approval, call, page, notifier) else {
        return pending(approval, call, tool)
      }
      guard now.state == .pending else { return await follow(now, call, tool, notifier) }
    }
    // A client that carries state asks again by itself.
    if let state = call.awaited, state.round < WaitingState.roundsMax, canVisit,
      !call.declinesToVisit, call.request.client.version.era == .stateless
    {
      return inputRequired(approval, call, tool, page: nil)
    }
    return pending(approval, call, tool)
  }

  /// The approval as soon as it is answered or over, else when the call has been held long enough.
  /// Nil when the client has left.
  private func outcome(
    of approval: Approval, _ call: Call, _ page: String?, _ notifier: ClientNotifier
  ) async -> Approval? {
    guard heldCalls < Self.heldCallsMax, let book = approvals else { return approval }
    heldCalls += 1
    defer { heldCalls -= 1 }
    let start = loop.now
    let end = start + call.snapshot.approvalTerms.hold
    var next = start
    while true {
      if Self.now >= approval.deadline { await sweepApprovals() }
      guard let now = try? book.approval(approval.id) else { return nil }
      guard now.state == .pending, loop.now < end else { return now }
      if loop.now >= next {
        next = loop.now + Self.progressInterval
        tell(call, approval, page, since: start, notifier)
      }
      do { try await loop.sleep(for: Self.lookInterval) } catch { return nil }
    }
  }

  private func tell(
    _ call: Call, _ approval: Approval, _ page: String?, since start: MonotonicTime,
    _ notifier: ClientNotifier
  ) {
    guard let token = call.request.progressToken else { return }
    let seconds = loop.now.microseconds(since: start) / 1_000_000
    var writer = JSONWriter(reservingCapacity: 256)
    writer.beginObject()
    writer.name("jsonrpc")
    writer.string("2.0")
    writer.name("method")
    writer.string("notifications/progress")
    writer.name("params")
    writer.beginObject()
    writer.name("progressToken")
    writer.raw(token.raw)
    // It must grow, also when the upstream tells its own progress after this.
    writer.name("progress")
    writer.double(Double(seconds) / 1_000_000)
    writer.name("message")
    writer.string("waits for \(approval.askedInWords): \(page ?? approval.id)")
    writer.endObject()
    writer.endObject()
    notifier.send(writer.bytes)
  }

  // MARK: - Answers

  /// The client's person is to visit a page, or (nil) the client is to ask again.
  private func inputRequired(
    _ approval: Approval, _ call: Call, _ tool: Tool, page: String?
  ) -> MCPResponse {
    let state = WaitingState(
      approval: approval.id, principal: call.caller.key,
      request: RequestDigest.of(
        call.request.method, server: tool.server, target: Subject.tool(tool).target,
        params: call.request.params),
      round: (call.awaited?.round ?? 0) + 1)
    guard let token = try? state.token(sealedBy: seal, at: Self.now) else {
      return deny(call, tool, .ledger)
    }
    var writer = JSONWriter(reservingCapacity: 1024)
    writer.beginObject()
    writer.name("resultType")
    writer.string("input_required")
    if let page {
      writer.name("inputRequests")
      writer.beginObject()
      writer.name("approval")
      writer.beginObject()
      writer.name("method")
      writer.string("elicitation/create")
      writer.name("params")
      writer.beginObject()
      writer.name("mode")
      writer.string("url")
      writer.name("message")
      writer.string(
        "The call to \(call.view.id(of: tool)) waits for \(approval.askedInWords). "
          + "This page shows it.")
      writer.name("url")
      writer.string(page)
      writer.endObject()
      writer.endObject()
      writer.endObject()
    }
    writer.name("requestState")
    writer.string(token)
    writer.name("_meta")
    PendingCall(approval: approval, call: call, tool: tool).write(to: &writer)
    writer.endObject()
    return .built(writer.bytes)
  }

  private func pending(_ approval: Approval, _ call: Call, _ tool: Tool) -> MCPResponse {
    PendingCall(approval: approval, call: call, tool: tool).response
  }
}

extension Call {
  /// Whether the client's person would not see the page.
  fileprivate var declinesToVisit: Bool {
    guard let answer = request.params?[member: "inputResponses"]?[member: "approval"],
      let action = answer[member: "action"]
    else { return false }
    return !action.equals("accept")
  }
}

extension Approval {
  /// Where people answer it.
  func page(at console: String?) -> String? { console.map { "\($0)/console/approvals/\(id)" } }
}
