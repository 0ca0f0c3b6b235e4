import JSON

/// A resource that is not there: `Invalid params` in the stateless era, a code of its own before
/// (MCP 2025-11-25, server/resources, error handling).
struct MissingResource {
  private let message: String
  private let uri: JSONNode
  private let data: JSONNode?

  /// The code of the session era.
  static let code = -32002

  /// Nil unless this is an upstream's answer `Invalid params` to a well-formed `resources/read`.
  init?(_ error: JSONNode, answering request: MCPRequest?) {
    guard error[member: "code"]?.int64 == Int64(JSONRPCError.Code.invalidParams) else {
      return nil
    }
    self.init(
      message: error[member: "message"]?.string, data: error[member: "data"], answering: request)
  }

  /// As for an upstream's, for an error of our own.
  init?(_ error: JSONRPCError, answering request: MCPRequest?) {
    guard error.code == JSONRPCError.Code.invalidParams else { return nil }
    self.init(
      message: error.message, data: error.data.flatMap { try? JSONDocument(parsing: $0).root },
      answering: request)
  }

  private init?(message: String?, data: JSONNode?, answering request: MCPRequest?) {
    guard let request, request.method == "resources/read",
      let uri = request.params?[member: "uri"], uri.kind == .string
    else { return nil }
    self.message = message ?? "Resource not found"
    self.uri = uri
    self.data = data
  }

  /// The error with the URI, as the client knows it, in `data`.
  var sessionError: JSONRPCError {
    var writer = JSONWriter(reservingCapacity: 128)
    writer.beginObject()
    writer.name("uri")
    writer.node(uri)
    if let data { writer.members(of: data) { !$0.equals("uri") } }
    writer.endObject()
    return JSONRPCError(code: Self.code, message: message, data: writer.bytes)
  }
}
