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
    let declared = ClientCapabilities(client.capabilities).known(in: version)
    if let missing = Self.missing(for: request, in: declared) {
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

  /// The whole message. `params` go out byte for byte, but for what the revision does not know and
  /// a progress token, for nobody here is told of progress; a page to visit gets the id that the
  /// session era wants.
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
      write(params, to: &writer)
    }
    writer.endObject()
    return writer.bytes
  }

  private func write(_ params: JSONNode, to writer: inout JSONWriter) {
    let needsID = request.isURL && params[member: "elicitationId"] == nil
    let dropsMode =
      request.method == "elicitation/create" && version < .v2025_11_25
      && params[member: "mode"] != nil
    let meta = params[member: "_meta"]
    let editsMeta = meta?.memberNodes.contains { MetaKey.isPerHop($0.name) } ?? false
    guard needsID || dropsMode || editsMeta else { return writer.node(params) }
    writer.beginObject()
    writer.members(of: params) {
      !(dropsMode && $0.equals("mode")) && !(editsMeta && $0.equals("_meta"))
    }
    if editsMeta, let meta {
      writer.name("_meta")
      writer.beginObject()
      writer.members(of: meta) { !MetaKey.isPerHop($0) }
      writer.endObject()
    }
    if needsID {
      writer.name("elicitationId")
      writer.string("sallyport-\(String(decoding: id.raw, as: UTF8.self))")
    }
    writer.endObject()
  }
}

extension ClientCapabilities {
  /// Those that a revision of the session era has: forms since 2025-06-18, pages to visit and tools
  /// in sampling since 2025-11-25.
  fileprivate func known(in version: ProtocolVersion) -> ClientCapabilities {
    var known = self
    if version < .v2025_11_25 {
      known.elicitationURL = false
      known.samplingTools = false
    }
    if version < .v2025_06_18 { known.elicitationForm = false }
    return known
  }
}

extension InputRound.Request {
  fileprivate var isURL: Bool {
    method == "elicitation/create" && params?[member: "mode"]?.equals("url") == true
  }
}
