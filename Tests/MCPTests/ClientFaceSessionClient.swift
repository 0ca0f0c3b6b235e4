import HTTP
import JSON
import Testing

@testable import MCP

/// A client of a session, with as many connections as it likes.
struct SessionClient {
  let gate: LoopbackGate
  let version: String
  let path: String
  let id: String
  let token: String?

  /// Sends `initialize` and `notifications/initialized`.
  init(
    _ gate: LoopbackGate, version: String = "2025-11-25", path: String = "/mcp",
    capabilities: String = #"{"roots":{},"sampling":{},"elicitation":{"form":{},"url":{}}}"#,
    token: String? = nil
  ) throws {
    let client = try gate.client()
    let response = try client.request(
      Sample.fields(["Authorization": token.map { "Bearer \($0)" }]),
      Sample.initialize(version, capabilities: capabilities), path: path)
    #expect(response.status == 200)
    self.gate = gate
    self.version = version
    self.path = path
    self.token = token
    id = try #require(response.fields["Mcp-Session-Id"])
    #expect(try post(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#).status == 202)
  }

  func fields(_ edits: KeyValuePairs<String, String?> = [:]) -> HTTPHeaders {
    var fields = Sample.fields([
      "Mcp-Session-Id": id, "MCP-Protocol-Version": version,
      "Authorization": token.map { "Bearer \($0)" },
    ])
    for (name, value) in edits {
      fields.remove(name)
      if let value { fields.add(name, value) }
    }
    return fields
  }

  /// Posts a message over a connection of its own and reads the whole response.
  func post(_ message: String, door: Int = 0) throws -> LoopbackClient.Response {
    try gate.client(door).request(fields(), message, path: path)
  }

  /// Posts a message and leaves the response to be read.
  func begin(_ message: String, door: Int = 0) throws -> LoopbackClient {
    let client = try gate.client(door)
    client.send(fields(), message, path: path)
    return client
  }

  /// Opens the stream, new or after an event.
  func open(after event: String? = nil, door: Int = 0) throws -> LoopbackClient {
    let client = try gate.client(door)
    client.send(fields(["Last-Event-ID": event]), method: "GET", path: path)
    #expect(try client.head().contentType == "text/event-stream")
    return client
  }

  func ask(_ requests: String, id: String = "7", rounds: Int = 1, meta: String = "") -> String {
    Sample.session(
      "tools/call", id: id,
      params:
        "{\"name\":\"ask\",\"arguments\":{\"rounds\":\(rounds),\"requests\":\(requests)}\(meta)}")
  }

  func call(_ tool: String, id: String = "7") -> String {
    Sample.session("tools/call", id: id, params: "{\"name\":\"\(tool)\"}")
  }

  static func answer(_ id: String, _ result: String = "{}") -> String {
    "{\"jsonrpc\":\"2.0\",\"id\":\(id),\"result\":\(result)}"
  }
}

/// The id and the method of a request that a client got.
func request(_ message: String?) throws -> (id: String, method: String, params: String) {
  let node = try Sample.document(try #require(message))
  return (
    text(try #require(node[member: "id"]).raw), node[member: "method"]?.string ?? "",
    node[member: "params"].map { text($0.raw) } ?? "none"
  )
}
