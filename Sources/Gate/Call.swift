import MCP
import Reactor

/// One request on its way through the gate. A class: the stages suspend often, and what a task
/// keeps over a suspension is copied.
final class Call: Sendable {
  let id: String
  let request: MCPRequest
  let caller: Caller
  /// The whole call sees one snapshot, whatever is replaced meanwhile.
  let snapshot: GateSnapshot
  /// What its endpoint shows.
  let view: EndpointView
  let startedAt: MonotonicTime

  init(
    id: String, request: MCPRequest, caller: Caller, snapshot: GateSnapshot, view: EndpointView,
    startedAt: MonotonicTime
  ) {
    self.id = id
    self.request = request
    self.caller = caller
    self.snapshot = snapshot
    self.view = view
    self.startedAt = startedAt
  }
}
