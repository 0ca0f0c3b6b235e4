import HTTP
import JSON

/// What is to be done with an HTTP request that passed every check.
enum HTTPStep {
  /// 202 and nothing else: a notification nobody waits for.
  case accept
  /// A stateless request for what stands behind the face.
  case serve(id: RequestID, MCPRequest)
  case discover(id: RequestID)
  /// The request asks to be told of changes.
  case listen(id: RequestID, MCPRequest)
  /// The start of a session.
  case initialize(id: RequestID, params: JSONNode?)
  /// A message of the session era, with the session it names.
  case inSession(String, SessionMessage)
  /// Several messages of the session era at a time; whether its revision has batches is not known
  /// yet.
  case batch(String, JSONNode)
}

/// A message within a session.
enum SessionMessage {
  case request(id: RequestID, method: String, params: JSONNode?)
  case notification(method: String, params: JSONNode?)
  /// A posted answer to a request from us.
  case answer(Answer)

  enum Answer {
    case result(id: RequestID, JSONNode)
    case failure(id: RequestID?, JSONNode)

    var id: RequestID? {
      switch self {
      case .result(let id, _): id
      case .failure(let id, _): id
      }
    }
  }

  init(_ message: JSONRPCMessage) {
    self =
      switch message {
      case .request(let id, let method, let params):
        .request(id: id, method: method, params: params)
      case .notification(let method, let params): .notification(method: method, params: params)
      case .result(let id, let result): .answer(.result(id: id, result))
      case .failure(let id, let error): .answer(.failure(id: id, error))
      }
  }
}

/// Decides what becomes of an HTTP request, in the order that clients rely on: transport, era,
/// envelope, mirrored headers, version, method (MCP 2026-07-28, basic/transports/streamable-http,
/// and the reference SDK where the text is silent). No I/O, no clock.
struct HTTPRequestLadder: Sendable {
  let configuration: HTTPFaceConfiguration
  /// The hosts that are allowed, to be looked through: most are few.
  private let plainHosts: [[UInt8]]

  init(configuration: HTTPFaceConfiguration) {
    self.configuration = configuration
    plainHosts = configuration.allowedHosts.prefix(8).map { Array($0.utf8) }
      .filter { !$0.contains(UInt8(ascii: ":")) }
  }

  private typealias Code = JSONRPCError.Code

  /// The checks that need no body.
  func checkHead(_ head: HTTPRequestHead) throws(HTTPRefusal) -> HTTPFaceRoute {
    guard let route = HTTPFaceRoute(path: head.path) else {
      throw HTTPRefusal(
        404, Code.invalidRequest,
        """
        nothing is served at this path; MCP is at /mcp, /mcp/{profile} and /servers/{name}/mcp, \
        and for HTTP+SSE with sse in the place of mcp
        """, kind: .unsupported)
    }
    if head.method == "POST", !head.fields.hasJSONBody {
      throw HTTPRefusal(
        400, Code.invalidRequest, "Content-Type must be application/json", kind: .malformed)
    }
    try checkHost(head)
    try checkOrigin(head)
    try checkMethod(head, at: route)
    try checkAccept(head, at: route)
    if let duplicate = head.fields.duplicate {
      throw HTTPRefusal(
        400, Code.invalidRequest, "header \(duplicate) must stand once",
        kind: .malformed)
    }
    return route
  }

  private func checkMethod(_ head: HTTPRequestHead, at route: HTTPFaceRoute) throws(HTTPRefusal) {
    guard route.transport == .streamable else { return try checkEventsMethod(head) }
    switch head.method {
    case "POST": return
    case "GET", "DELETE":
      guard Self.era(of: head) == .stateless else { return }
      throw HTTPRefusal(
        405, Code.invalidRequest,
        "\(ProtocolVersion.latest) knows only POST: use subscriptions/listen for notifications",
        kind: .unsupported, headers: [.init(name: "Allow", value: "POST")])
    default:
      throw HTTPRefusal(
        405, Code.invalidRequest, "method not allowed", kind: .unsupported,
        headers: [.init(name: "Allow", value: "POST, GET, DELETE")])
    }
  }

  /// A client that speaks streamable HTTP to an address of HTTP+SSE learns from this status that it
  /// must begin with GET (MCP 2025-11-25, basic/transports, backwards compatibility).
  private func checkEventsMethod(_ head: HTTPRequestHead) throws(HTTPRefusal) {
    if head.method == "GET" || head.method == "POST" && head.queriedSessionID != nil { return }
    throw HTTPRefusal(
      405, Code.invalidRequest,
      "this address speaks HTTP+SSE (2024-11-05): open the event stream with GET",
      kind: .unsupported, headers: [.init(name: "Allow", value: "GET")])
  }

  private func checkHost(_ head: HTTPRequestHead) throws(HTTPRefusal) {
    guard !head.isLocalSocket else { return }
    if let host = head.fields.host {
      if plainHosts.contains(where: { Self.isPlainly(host, $0) }) { return }
      if configuration.allowedHosts.contains(Self.hostName(of: host)) { return }
    }
    throw HTTPRefusal(
      421, Code.invalidRequest,
      "this gateway is not known by the name in the Host header; add it to the public names",
      kind: .badHost)
  }

  /// A page may call when its origin is listed, or when it was served from the very host and port
  /// it calls. The host has been checked before.
  private func checkOrigin(_ head: HTTPRequestHead) throws(HTTPRefusal) {
    guard let origin = head.fields.origin else { return }
    let spelled = origin.lowercased()
    if configuration.allowedOrigins.contains(spelled) { return }
    if let host = head.fields.host?.lowercased(), !head.isLocalSocket,
      spelled == "http://\(host)" || spelled == "https://\(host)"
    {
      return
    }
    throw HTTPRefusal(
      403, Code.invalidRequest, "calls from web pages of this Origin are not allowed",
      kind: .badOrigin)
  }

  private func checkAccept(_ head: HTTPRequestHead, at route: HTTPFaceRoute) throws(HTTPRefusal) {
    switch head.method {
    case "POST" where route.transport == .events: return
    case "POST" where !(head.fields.acceptsJSON && head.fields.acceptsEvents):
      throw HTTPRefusal(
        406, Code.invalidRequest,
        "Accept must list both application/json and text/event-stream", kind: .malformed)
    case "GET" where !head.fields.acceptsEvents:
      throw HTTPRefusal(
        406, Code.invalidRequest, "Accept must list text/event-stream", kind: .malformed)
    default: return
    }
  }

  /// The era a request's head claims. What the body says does not matter: clients are known to
  /// negotiate a session and still send the stateless `_meta`.
  static func era(of head: HTTPRequestHead) -> Era {
    switch head.fields.protocolVersion {
    case nil, "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05": .session
    default: .stateless
    }
  }

  /// The decision on a POST whose head passed, and whose body is JSON.
  func decide(_ head: HTTPRequestHead, at route: HTTPFaceRoute, _ root: JSONNode, bytes: Int)
    throws(HTTPRefusal) -> HTTPStep
  {
    if root.kind == .array, route.transport == .streamable, Self.era(of: head) == .session {
      return .batch(try sessionID(head, at: route), root)
    }
    return try decide(head, at: route, try Self.message(root), bytes: bytes)
  }

  /// The JSON-RPC message that a JSON value is.
  static func message(_ root: JSONNode) throws(HTTPRefusal) -> JSONRPCMessage {
    do {
      return try JSONRPCMessage(root)
    } catch {
      throw HTTPRefusal(400, Code.invalidRequest, error.message, id: error.id, kind: .malformed)
    }
  }

  /// The decision on one message.
  func decide(
    _ head: HTTPRequestHead, at route: HTTPFaceRoute, _ message: JSONRPCMessage, bytes: Int
  ) throws(HTTPRefusal) -> HTTPStep {
    guard route.transport == .streamable else { return try decideSession(head, at: route, message) }
    if case .request(let id, "initialize", let params) = message,
      !StatelessEnvelope.isPresent(in: params)
    {
      return .initialize(id: id, params: params)
    }
    return switch Self.era(of: head) {
    case .stateless: try decideStateless(head, at: route, message, bytes: bytes)
    case .session: try decideSession(head, at: route, message)
    }
  }

  private func decideStateless(
    _ head: HTTPRequestHead, at route: HTTPFaceRoute, _ message: JSONRPCMessage, bytes: Int
  ) throws(HTTPRefusal) -> HTTPStep {
    switch message {
    case .notification: return .accept
    case .result(let id, _): throw Self.postedAnswer(id)
    case .failure(let id, _): throw Self.postedAnswer(id)
    case .request(let id, let method, let params):
      do throws(JSONRPCError) {
        let envelope = try StatelessEnvelope(params)
        try Self.checkMirrors(head, envelope, method: method, params: params)
        let version = try envelope.supportedVersion()
        guard MethodTable.isKnown(method, in: .stateless) else {
          throw JSONRPCError(code: Code.methodNotFound, message: "Method not found")
        }
        if method == "server/discover" { return .discover(id: id) }
        let request = MCPRequest(
          method: method, params: params,
          client: envelope.client(over: .http, speaking: version, from: head.origin),
          messageBytes: bytes, endpoint: route.endpoint, logLevel: try envelope.logLevel(),
          parameterHeaders: head.fields.parameters)
        return method == "subscriptions/listen"
          ? .listen(id: id, request) : .serve(id: id, request)
      } catch {
        throw HTTPRefusal(
          error.code == Code.methodNotFound ? 404 : 400, error.code, error.message, id: id,
          kind: error.code == Code.invalidParams || error.code == Code.headerMismatch
            ? .malformed : .unsupported,
          data: error.data)
      }
    }
  }

  private static func postedAnswer(_ id: RequestID?) -> HTTPRefusal {
    HTTPRefusal(
      400, Code.invalidRequest,
      "\(ProtocolVersion.latest) has no requests from server to client to answer", id: id,
      kind: .malformed)
  }

  /// Header fields that repeat the body must repeat it exactly: whoever routes by them must see
  /// what we see.
  private static func checkMirrors(
    _ head: HTTPRequestHead, _ envelope: StatelessEnvelope, method: String, params: JSONNode?
  ) throws(JSONRPCError) {
    func mismatch(_ text: String) -> JSONRPCError {
      JSONRPCError(code: Code.headerMismatch, message: "Header mismatch: \(text)")
    }
    if let duplicate = head.fields.duplicateMirror {
      throw mismatch("\(duplicate) must stand once")
    }
    guard let version = head.fields.protocolVersion, let named = envelope.version.string,
      version == named
    else {
      throw mismatch("MCP-Protocol-Version must equal params._meta's protocolVersion")
    }
    guard let mirrored = head.fields.mirroredMethod, mirrored == method else {
      throw mismatch("Mcp-Method must equal the body's method")
    }
    guard let member = MethodTable.mirroredMember(of: method) else { return }
    switch (head.fields.mirroredName, params?[member: member]) {
    case (let header?, let value?) where MirroredHeader.matches(header, value): return
    // Nothing to repeat: what stands behind the face says which parameter is missing.
    case (nil, nil): return
    default: throw mismatch("Mcp-Name must equal params.\(member)")
    }
  }

  private func decideSession(
    _ head: HTTPRequestHead, at route: HTTPFaceRoute, _ message: JSONRPCMessage
  ) throws(HTTPRefusal) -> HTTPStep {
    let id: RequestID? =
      switch message {
      case .request(let id, _, _): id
      default: nil
      }
    return .inSession(try sessionID(head, at: route, answering: id), SessionMessage(message))
  }

  /// The session a request of the session era names, for POST, GET and DELETE alike.
  func sessionID(
    _ head: HTTPRequestHead, at route: HTTPFaceRoute, answering id: RequestID? = nil
  ) throws(HTTPRefusal) -> String {
    if let duplicate = head.fields.duplicateOfSession {
      throw HTTPRefusal(
        400, Code.invalidRequest, "header \(duplicate) must stand once", id: id, kind: .malformed)
    }
    if route.transport == .events, let session = head.queriedSessionID { return session }
    guard let session = head.fields.sessionID else {
      throw HTTPRefusal(
        400, Code.invalidRequest,
        """
        header Mcp-Session-Id is missing: send initialize first, or speak \
        \(ProtocolVersion.latest) with the MCP-Protocol-Version header
        """, id: id, kind: .malformed)
    }
    return session
  }

  /// Whether a Host field is this name as it stands, with or without a port: quickly told of most.
  private static func isPlainly(_ host: String, _ name: [UInt8]) -> Bool {
    let host = host.utf8Span.span
    guard host.count >= name.count else { return false }
    for index in 0..<name.count where host[index] != name[index] { return false }
    guard host.count > name.count else { return true }
    guard host[name.count] == UInt8(ascii: ":") else { return false }
    for index in name.count + 1..<host.count where !host[index].isASCIIDigit { return false }
    return true
  }

  /// The name in a Host field, ASCII letters in lower case, without its port.
  static func hostName(of host: String) -> String {
    var host = host
    return host.withUTF8 { text in
      let end =
        text.first == UInt8(ascii: "[")
        ? text.firstIndex(of: UInt8(ascii: "]")).map { $0 + 1 }
        : text.firstIndex(of: UInt8(ascii: ":"))
      let name = text[..<(end ?? text.count)]
      let port = text[name.count...]
      let isWellFormed =
        port.isEmpty
        || port.first == UInt8(ascii: ":") && port.dropFirst().allSatisfy(\.isASCIIDigit)
      return String(unsafeUninitializedCapacity: text.count) { lowercased in
        let kept = isWellFormed ? name : text[...]
        for (index, byte) in kept.enumerated() { lowercased[index] = byte.asciiLowercased }
        return kept.count
      }
    }
  }
}

/// HTTP status codes of JSON-RPC errors.
enum HTTPStatus {
  /// MCP 2026-07-28 basic/index, error codes; in the session era an error is an answer like any.
  static func of(_ code: Int, in era: Era) -> Int {
    guard era == .stateless else { return 200 }
    return switch code {
    case JSONRPCError.Code.methodNotFound: 404
    case JSONRPCError.Code.parseError, JSONRPCError.Code.invalidRequest,
      JSONRPCError.Code.headerMismatch, JSONRPCError.Code.missingRequiredClientCapability,
      JSONRPCError.Code.unsupportedProtocolVersion:
      400
    case JSONRPCError.Code.throttled: 429
    default: 200
    }
  }
}
