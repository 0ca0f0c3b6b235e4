import HTTP
import JSON
import Reactor

@testable import MCP

/// Messages and heads that tests vary.
enum Sample {
  static let envelope = """
    "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",\
    "io.modelcontextprotocol/clientCapabilities":{},\
    "io.modelcontextprotocol/clientInfo":{"name":"tester","version":"1"}}
    """

  /// A stateless request.
  static func stateless(_ method: String, id: String = "1", params: String = "") -> String {
    let rest = params.isEmpty ? "" : ",\(params)"
    return """
      {"jsonrpc":"2.0","id":\(id),"method":"\(method)","params":{\(envelope)\(rest)}}
      """
  }

  static func call(_ tool: String, id: String = "1", arguments: String = "{}") -> String {
    stateless("tools/call", id: id, params: "\"name\":\"\(tool)\",\"arguments\":\(arguments)")
  }

  /// A request of the session era.
  static func session(_ method: String, id: String = "1", params: String = "{}") -> String {
    "{\"jsonrpc\":\"2.0\",\"id\":\(id),\"method\":\"\(method)\",\"params\":\(params)}"
  }

  static func initialize(
    _ version: String, id: String = "0", capabilities: String = #"{"roots":{}}"#
  ) -> String {
    session(
      "initialize", id: id,
      params: """
        {"protocolVersion":"\(version)","capabilities":\(capabilities),\
        "clientInfo":{"name":"tester","version":"1"}}
        """)
  }

  static func cancelled(_ id: String) -> String {
    """
    {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":\(id)}}
    """
  }

  /// The fields of a well-formed POST; a nil edit removes a field.
  static func fields(_ edits: KeyValuePairs<String, String?> = [:]) -> HTTPHeaders {
    var fields: HTTPHeaders = [
      "Host": "localhost:8080", "Content-Type": "application/json",
      "Accept": "application/json, text/event-stream",
    ]
    for (name, value) in edits {
      fields.remove(name)
      if let value { fields.add(name, value) }
    }
    return fields
  }

  /// The fields of a well-formed stateless POST.
  static func statelessFields(
    _ method: String, name: String? = nil, _ edits: KeyValuePairs<String, String?> = [:]
  ) -> HTTPHeaders {
    var fields = fields(["MCP-Protocol-Version": "2026-07-28", "Mcp-Method": method])
    if let name { fields.add("Mcp-Name", name) }
    for (name, value) in edits {
      fields.remove(name)
      if let value { fields.add(name, value) }
    }
    return fields
  }

  static func document(_ text: String) throws -> JSONNode {
    try JSONDocument(parsing: Array(text.utf8)).root
  }
}

func text(_ bytes: some Sequence<UInt8>) -> String {
  String(decoding: Array(bytes), as: UTF8.self)
}

extension HTTPRequestHead {
  convenience init(
    method: String, path: String, query: String? = nil, headers: HTTPHeaders,
    isLocalSocket: Bool = false
  ) {
    var fields = HTTPRequestFields()
    for field in headers.fields {
      fields.add(field.name.utf8Span.span, field.value.utf8Span.span)
    }
    self.init(
      method: method, path: path, query: query, isLocalSocket: isLocalSocket, fields: fields)
  }
}

func text(_ bytes: OutgoingBytes) -> String { text(bytes.joined) }
