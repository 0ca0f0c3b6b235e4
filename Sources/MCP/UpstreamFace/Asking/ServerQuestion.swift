import JSON

/// A request that a server of the session era makes of its client (MCP 2025-11-25, client/).
struct ServerQuestion: Sendable {
  let id: RequestID
  let method: String
  let params: JSONNode?

  /// The JSON text of `params` as the stateless era has them: without what names the question to
  /// this server alone.
  var paramsForClients: [UInt8]? { params.map(Self.paramsForClients) }

  /// As above, of any such object.
  static func paramsForClients(_ params: JSONNode) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: params.raw.count)
    writer.beginObject()
    writer.members(of: params) { !$0.equals("elicitationId") && !$0.equals("task") }
    writer.endObject()
    return writer.bytes
  }

  /// Whether it is something that a client can be asked for at all. What a task of 2025-11-25 asks
  /// is put to nobody: the calls that are under way need not be of its principal.
  var isForClients: Bool {
    if params?.isOfTask == true { return false }
    return switch method {
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

extension JSONNode {
  /// Whether these `params` say that they belong to a task (MCP 2025-11-25, basic/utilities/tasks).
  var isOfTask: Bool { self[member: "_meta"]?[member: MetaKey.relatedTask] != nil }
}
