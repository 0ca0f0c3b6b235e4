import MCP
import Reactor

/// One request on its way through the gate.
struct Call {
  let id: String
  let request: MCPRequest
  let caller: Caller
  /// The whole call sees one snapshot, whatever is replaced meanwhile.
  let snapshot: GateSnapshot
  let startedAt: MonotonicTime
}
