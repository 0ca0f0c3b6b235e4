import JSON

/// A request to a client of a session, made of one that a round of input asks for
/// (MCP 2025-11-25, client).
struct ServerRequest {
  let id: RequestID
  private let request: InputRound.Request
  private let version: ProtocolVersion

  /// Throws what the server is told instead when the client did not declare that it can be asked.
  init(
    _ request: InputRound.Request, id: RequestID, of client: ClientDescription
  ) throws(JSONRPCError) {
    self.id = id
    self.request = request
    version = client.version
    if let missing = Self.missing(for: request, in: ClientCapabilities(client.capabilities)) {
      throw JSONRPCError(
        code: JSONRPCError.Code.methodNotFound,
        message: "the client did not declare the capability \(missing)")
    }
  }

  private static func missing(for request: InputRound.Request, in declared: ClientCapabilities)
    -> String?
  {
    switch request.method {
    case "roots/list": return declared.roots ? nil : "roots"
    case "sampling/createMessage":
      guard declared.sampling else { return "sampling" }
      let wantsTools =
        request.params?[member: "tools"] != nil || request.params?[member: "toolChoice"] != nil
      return wantsTools && !declared.samplingTools ? "sampling.tools" : nil
    case "elicitation/create":
      if request.isURL { return declared.elicitationURL ? nil : "elicitation.url" }
      return declared.elicitationForm ? nil : "elicitation.form"
    default: return request.method
    }
  }

  /// The whole message. `params` go out byte for byte; a page to visit gets the id that the session
  /// era wants.
  var message: [UInt8] {
    var writer = JSONWriter(reservingCapacity: (request.params?.raw.count ?? 0) + 160)
    writer.beginObject()
    writer.name("jsonrpc")
    writer.string("2.0")
    writer.name("id")
    writer.raw(id.raw)
    writer.name("method")
    writer.string(request.method)
    if let params = request.params {
      writer.name("params")
      if request.isURL, params[member: "elicitationId"] == nil {
        writer.beginObject()
        writer.members(of: params) { _ in true }
        writer.name("elicitationId")
        writer.string("sallyport-\(String(decoding: id.raw, as: UTF8.self))")
        writer.endObject()
      } else {
        writer.node(params)
      }
    }
    writer.endObject()
    return writer.bytes
  }
}

extension InputRound.Request {
  fileprivate var isURL: Bool {
    method == "elicitation/create" && params?[member: "mode"]?.equals("url") == true
  }
}
