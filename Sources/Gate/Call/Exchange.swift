import JSON
import MCP
import Orders

extension UpstreamReply {
  /// Of the result, or of the error.
  var bytes: Int {
    switch self {
    case .result(let node), .error(let node): node.raw.count
    }
  }
}

/// What came of forwarding a call.
enum Exchange {
  /// A result that ends the call, to be relayed as it came.
  case result(JSONNode)
  /// A JSON-RPC error of the upstream.
  case error(JSONNode)
  case failed(UpstreamError)
  /// The upstream asks the client first. `answer` is what the client is told, with the state
  /// sealed.
  case asked(JSONNode, answer: [UInt8])
  /// The upstream goes on with it as a task. `answer` is what the client is told, with the id
  /// sealed.
  case task(JSONNode, answer: [UInt8])
  /// Policy does not let the upstream ask what it wants to know.
  indirect case denied(JSONNode, method: String, PolicyDecision)
  /// A person stopped it; with what the server answered, if it had.
  case stopped(Stop, UpstreamReply?, StoppedCall)
  /// Nothing may happen that cannot be written down.
  case unrecorded
}
