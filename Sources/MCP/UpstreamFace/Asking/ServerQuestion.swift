import JSON

/// A request that a server of the session era makes of its client (MCP 2025-11-25, client/).
struct ServerQuestion: Sendable {
  let id: RequestID
  let method: String
  let params: JSONNode?

  /// Whether it is something that a client can be asked for at all.
  var isForClients: Bool {
    switch method {
    case "sampling/createMessage", "roots/list", "elicitation/create": true
    default: false
    }
  }

  /// Whether a client with these capabilities can be asked.
  func isWithin(_ capabilities: ClientCapabilities) -> Bool {
    switch method {
    case "roots/list": capabilities.roots
    case "sampling/createMessage":
      capabilities.sampling
        && (params?[member: "tools"] == nil || capabilities.samplingTools)
    case "elicitation/create":
      params?[member: "mode"]?.equals("url") == true
        ? capabilities.elicitationURL : capabilities.elicitationForm
    default: false
    }
  }
}
