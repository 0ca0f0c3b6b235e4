import JSON

/// Writes the answer that asks a client (MCP 2026-07-28, basic/patterns/mrtr).
enum InputRequired {
  struct Request: Sendable {
    let key: String
    let method: String
    /// The JSON text.
    let params: [UInt8]?
  }

  /// The `result` object.
  static func result(asking requests: [Request], state: String) -> [UInt8] {
    let size = requests.reduce(128) { $0 + ($1.params?.count ?? 0) + 64 }
    var writer = JSONWriter(reservingCapacity: size)
    writer.beginObject()
    writer.name("resultType")
    writer.string("input_required")
    writer.name("inputRequests")
    writer.beginObject()
    for request in requests {
      writer.name(request.key)
      writer.beginObject()
      writer.name("method")
      writer.string(request.method)
      if let params = request.params {
        writer.name("params")
        writer.raw(params)
      }
      writer.endObject()
    }
    writer.endObject()
    writer.name("requestState")
    writer.string(state)
    writer.endObject()
    return writer.bytes
  }
}

/// The error by which a server of 2025-11-25 says that a page has to be visited first. It has not
/// run the request (MCP 2025-11-25, client/elicitation).
enum URLElicitationRequired {
  static let code: Int64 = -32042

  /// The elicitations of such an error; empty for any other.
  static func elicitations(of error: JSONNode) -> [JSONNode] {
    guard error[member: "code"]?.int64 == code,
      let list = error[member: "data"]?[member: "elicitations"], list.kind == .array
    else { return [] }
    return list.elements.filter {
      $0.kind == .object && $0[member: "mode"]?.equals("url") == true
        && $0[member: "url"]?.kind == .string
    }
  }
}
