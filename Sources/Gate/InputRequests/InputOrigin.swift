import JSON
import MCP

/// Tells whoever is asked which server asks, where several servers stand behind one endpoint.
///
/// The message of an elicitation is preceded by `[server] ` and else left byte for byte; the
/// `_meta` of every request says it for programs, under `dev.sallyport/server`. At the endpoint of
/// one server nothing is changed: its name is in the address.
enum InputOrigin {
  /// Writes the `inputRequests` of a result as they are relayed.
  static func write(
    _ requests: JSONNode, from server: String, at endpoint: Endpoint, to writer: inout JSONWriter
  ) {
    if case .server = endpoint { return writer.raw(requests.raw) }
    writer.beginObject()
    for (key, request) in requests.memberNodes {
      writer.name(key)
      writer.beginObject()
      writer.members(of: request) { !$0.equals("params") }
      writer.name("params")
      let isElicitation = request[member: "method"]?.equals("elicitation/create") == true
      write(request[member: "params"], of: server, named: isElicitation, to: &writer)
      writer.endObject()
    }
    writer.endObject()
  }

  private static func write(
    _ params: JSONNode?, of server: String, named: Bool, to writer: inout JSONWriter
  ) {
    writer.beginObject()
    let meta = params?[member: "_meta"]
    if let params {
      writer.members(of: params) { name in
        !name.equals("_meta") && !(named && name.equals("message"))
      }
      if named, let message = params[member: "message"] {
        writer.name("message")
        // A server's name has no character that JSON escapes.
        writer.raw(Array("\"[\(server)] ".utf8) + message.raw.dropFirst())
      }
    }
    writer.name("_meta")
    writer.beginObject()
    if let meta, meta.kind == .object {
      writer.members(of: meta) { !$0.equals(MetaKey.server) }
    }
    writer.name(MetaKey.server)
    writer.string(server)
    writer.endObject()
    writer.endObject()
  }
}
