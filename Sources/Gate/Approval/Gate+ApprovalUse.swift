import Approvals
import Catalog
import JSON
import Ledger
import MCP

/// An approval becomes one execution.
extension Gate {
  /// Makes the call that was approved. It is looked at anew, in the newest snapshot: whatever is
  /// another than was approved voids the approval. It is used up, in the file and in the ledger,
  /// before a byte goes upstream.
  func use(
    _ approval: Approval, for asked: Call, _ notifier: ClientNotifier
  ) async -> MCPResponse {
    guard let book = approvals, let params = asked.request.params,
      let view = snapshot.view(at: asked.request.endpoint, for: asked.caller)
    else { return await unknownEndpoint(asked.request, asked.caller) }
    var call = Call(asked, seeing: snapshot, view)
    guard var tool = route(call, params) else { return await unrouted(call, notifier) }
    if hasStops, let stop = stop(of: call, about: .tool(tool)) {
      return await refuseStopped(call, about: .tool(tool), by: stop)
    }
    if let pin = tool.pin, pin.needsLook {
      switch await checkPin(call, tool, pin) {
      case .denied(let reason): return deny(call, tool, reason)
      case .call(let checked):
        guard let now = route(checked, params) else { return await unrouted(checked, notifier) }
        (call, tool) = (checked, now)
      }
    }
    guard let arguments = ToolArguments.node(in: params) else { return deny(call, tool, .ledger) }
    let (terms, _) = terms(of: call, tool, arguments)
    let approved = Call(call, as: nextID(), with: CallApproval(approval))
    if terms == approval.terms {
      let decision = decide(approved, tool, arguments)
      guard decision.verdict == .allow else {
        _ = await isWritten(stage(decision, of: approved, tool, arguments))
        await void(approval.id, because: "policy does not allow the call any more")
        return deny(approved, tool, decision)
      }
    }
    do throws(ApprovalRefusal) {
      let used = try await book.change(approval.id) { one throws(ApprovalRefusal) in
        try one.use(by: approved.id, on: terms, at: Self.now)
      }
      guard await isDurable(stage(.used, used, about: approved.id)) else {
        return deny(approved, tool, .ledger)
      }
      let response = await callTool(approved, notifier, isPinChecked: true)
      // Only now the ledger has all of it.
      if ledger.status.error == nil { await keepOnRecord([used]) }
      return response
    } catch {
      await refuse(approved, .approval, code: nil, error.description, tool: tool)
      if case .otherTerms = error { await void(approval.id, because: "its call is another now") }
      return deny(approved, tool, .approvalRefused(error))
    }
  }
}
