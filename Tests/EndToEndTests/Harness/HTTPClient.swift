import JSON

/// One MCP client that speaks HTTP by hand, a connection for each request, so that a test sees
/// every byte and may get any of them wrong.
struct HTTPClient: Sendable {
  let port: UInt16
  var token: String? = Gateway.token
  /// The session, in the session era.
  var session: String?

  static let statelessMeta =
    #""io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}"#

  // MARK: Whole exchanges

  /// `tools/call` in the stateless era. `arguments` and `id` are JSON texts.
  func call(
    _ tool: String, _ arguments: String = "{}", id: String = "1", meta: String = "",
    until deadline: Deadline = .generous
  ) throws -> Answer {
    try exchange(callRequest(tool, arguments, id: id, meta: meta), until: deadline)
  }

  func callRequest(
    _ tool: String, _ arguments: String = "{}", id: String = "1", meta: String = ""
  ) -> Request {
    let more = meta.isEmpty ? "" : ",\(meta)"
    return stateless(
      "tools/call", name: tool,
      body:
        #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"\#(tool)","arguments":\#(arguments),"_meta":{\#(Self.statelessMeta)\#(more)}}}"#
    )
  }

  /// `tools/list` in the stateless era.
  func list(cursor: String? = nil) throws -> Answer {
    let member = cursor.map { #""cursor":"\#($0)","# } ?? ""
    return try exchange(
      stateless(
        "tools/list",
        body:
          #"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{\#(member)"_meta":{\#(Self.statelessMeta)}}}"#
      ))
  }

  /// Sends a request on a connection of its own and reads the whole answer.
  func exchange(_ request: Request, until deadline: Deadline = .generous) throws -> Answer {
    let connection = try HTTPConnection(port: port)
    try connection.send(request.bytes, until: deadline)
    return try Answer(try connection.response(until: deadline))
  }

  /// Sends a request and leaves the answer to be read, or never to be.
  func begin(_ request: Request) throws -> HTTPConnection {
    let connection = try HTTPConnection(port: port)
    try connection.send(request.bytes)
    return connection
  }

  // MARK: Sessions

  /// A client with a session of its own.
  func opened(version: String = "2025-11-25") throws -> HTTPClient {
    var client = self
    client.session = nil
    let answer = try client.exchange(
      client.request(
        body:
          #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"\#(version)","capabilities":{},"clientInfo":{"name":"by-hand","version":"1"}}}"#
      ))
    guard let session = answer.response.headers["mcp-session-id"] else {
      throw TimedOut(description: "no session: \(answer.response.text)")
    }
    client.session = session
    _ = try client.exchange(
      client.request(body: #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#))
    return client
  }

  /// `tools/call` in the session.
  func sessionCallRequest(
    _ tool: String, _ arguments: String = "{}", id: String = "1", meta: String? = nil
  ) -> Request {
    let member = meta.map { #","_meta":{\#($0)}"# } ?? ""
    return request(
      body:
        #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"\#(tool)","arguments":\#(arguments)\#(member)}}"#
    )
  }

  // MARK: Requests

  struct Request: Sendable {
    var method = "POST"
    var path = "/mcp"
    var headers: [(String, String)]
    var body: [UInt8]

    /// Takes the place of every header of this name; nil removes it.
    func with(_ name: String, _ value: String?) -> Request {
      var changed = self
      changed.headers.removeAll { $0.0.lowercased() == name.lowercased() }
      if let value { changed.headers.append((name, value)) }
      return changed
    }

    var bytes: [UInt8] {
      var head = "\(method) \(path) HTTP/1.1\r\n"
      for (name, value) in headers { head += "\(name): \(value)\r\n" }
      if method == "POST" { head += "Content-Length: \(body.count)\r\n" }
      return Array((head + "\r\n").utf8) + body
    }
  }

  /// A POST with what every client sends, and the session where there is one.
  func request(body: String) -> Request {
    var headers = [
      ("Host", "127.0.0.1:\(port)"), ("Content-Type", "application/json"),
      ("Accept", "application/json, text/event-stream"),
    ]
    if let token { headers.append(("Authorization", "Bearer \(token)")) }
    if let session {
      headers.append(("Mcp-Session-Id", session))
      headers.append(("MCP-Protocol-Version", "2025-11-25"))
    }
    return Request(headers: headers, body: Array(body.utf8))
  }

  /// A POST of the stateless era with the headers that mirror its body.
  func stateless(_ method: String, name: String? = nil, body: String) -> Request {
    var request = request(body: body).with("MCP-Protocol-Version", "2026-07-28")
      .with("Mcp-Method", method)
    if let name { request = request.with("Mcp-Name", name) }
    return request
  }

  func get() -> Request {
    var request = request(body: "")
    request.method = "GET"
    return request.with("Content-Type", nil).with("Accept", "text/event-stream")
  }

  func delete() -> Request {
    var request = request(body: "")
    request.method = "DELETE"
    return request
  }

  // MARK: Answers

  /// What came back: the messages of a JSON body or of an event stream, in order.
  struct Answer {
    let response: HTTPResponse
    let messages: [JSONNode]

    init(_ response: HTTPResponse) throws {
      self.response = response
      if response.isEventStream {
        messages = try EventStream.messages(in: response.body)
      } else if response.headers["content-type"]?.hasPrefix("application/json") == true {
        messages = [
          try JSONDocument(parsing: response.body, limits: JSONLimits(bytes: 100_000_000)).root
        ]
      } else {
        messages = []
      }
    }

    var status: Int { response.status }
    /// The message that answers the request.
    var message: JSONNode? { messages.last { $0[member: "id"] != nil } }
    var result: JSONNode? { message?[member: "result"] }
    var error: JSONNode? { message?[member: "error"] }
    var errorCode: Int64? { error?[member: "code"]?.int64 }
    var isError: Bool { result?[member: "isError"]?.bool ?? false }
    /// The text of the first content block.
    var text: String? {
      result?[member: "content"]?[element: 0]?[member: "text"]?.string
    }
    /// What the gate says about the call.
    var decision: JSONNode? {
      (result?[member: "_meta"] ?? error?[member: "data"])?[member: "dev.sallyport/decision"]
    }
  }
}

/// Server-sent events, as far as MCP uses them.
enum EventStream {
  static func messages(in body: [UInt8]) throws -> [JSONNode] {
    var messages: [JSONNode] = []
    for line in body.split(separator: 0x0A) where line.starts(with: "data:".utf8) {
      let data = line.dropFirst(5).drop { $0 == 0x20 }
      if data.isEmpty { continue }
      messages.append(try JSONDocument(parsing: Array(data)).root)
    }
    return messages
  }
}
