/// Which requests a client may send in which era (MCP 2026-07-28 changelog; reference §1.5).
/// Whether the gateway serves a known method is for what stands behind the face to say.
enum MethodTable {
  static func isKnown(_ method: String, in era: Era) -> Bool {
    switch method {
    case "tools/call", "tools/list", "prompts/list", "prompts/get", "resources/list",
      "resources/templates/list", "resources/read", "completion/complete":
      true
    case "tasks/get", "tasks/cancel":
      true
    case "server/discover", "subscriptions/listen", "tasks/update":
      era == .stateless
    case "initialize", "ping", "logging/setLevel", "resources/subscribe",
      "resources/unsubscribe", "tasks/result":
      era == .session
    default: false
    }
  }

  /// Whether its answer can be that something is asked of the client (MCP 2026-07-28,
  /// basic/patterns/mrtr).
  static func mayAsk(_ method: String) -> Bool {
    method == "tools/call" || method == "prompts/get" || method == "resources/read"
  }

  /// The member of `params` that the `Mcp-Name` header repeats, for methods that have one.
  static func mirroredMember(of method: String) -> StaticString? {
    switch method {
    case "tools/call", "prompts/get": "name"
    case "resources/read": "uri"
    case "tasks/get", "tasks/update", "tasks/cancel": "taskId"
    default: nil
    }
  }
}
