import Glibc
import HTTP
import JSON
import Logging
import Reactor
import Synchronization
import Testing

@testable import MCP

/// What a scripted server was sent.
struct ServerRequest: Sendable {
  let exchange: HTTPExchange
  let server: ScriptedServer
  let message: JSONNode?

  var verb: String { exchange.method }
  var method: String? { message?[member: "method"]?.string }
  var params: JSONNode? { message?[member: "params"] }
  var id: Int64 { message?[member: "id"]?.int64 ?? -1 }
  var session: String? { exchange.header("Mcp-Session-Id") }
  var tool: String? { params?[member: "name"]?.string }

  func respond(_ status: Int, _ body: String = "", _ fields: [HTTPField] = []) {
    let type = body.isEmpty ? [] : [HTTPField(name: "Content-Type", value: "application/json")]
    exchange.respond(status: status, headers: HTTPHeaders(type + fields), body: Array(body.utf8))
  }

  func result(_ result: String, _ fields: [HTTPField] = []) {
    respond(200, #"{"jsonrpc":"2.0","id":\#(id),"result":\#(result)}"#, fields)
  }

  func error(_ code: Int, _ status: Int = 200, data: String = "{}") {
    respond(
      status,
      #"{"jsonrpc":"2.0","id":\#(id),"error":{"code":\#(code),"message":"no","data":\#(data)}}"#)
  }

  func stream(_ fields: [HTTPField] = []) -> EventStream {
    EventStream(
      loop: exchange.loop,
      stream: exchange.respondStream(
        status: 200,
        headers: HTTPHeaders([HTTPField(name: "Content-Type", value: "text/event-stream")] + fields)
      ))
  }

  func sleep(_ milliseconds: Int) async {
    try? await exchange.loop.sleep(for: .milliseconds(milliseconds))
  }
}

/// An open stream of events. Any thread.
struct EventStream: Sendable {
  let loop: EventLoop
  let stream: HTTPResponseStream

  func raw(_ text: String) { raw(Array(text.utf8)) }
  func raw(_ bytes: [UInt8]) { loop.execute { [stream] in _ = stream.send(OutgoingBytes(bytes)) } }
  func finish() { loop.execute { [stream] in stream.finish() } }
  func send(_ message: String, id: String? = nil, event: String? = nil) {
    raw(SSEWriter.encode(SSEEvent(event: event, data: Array(message.utf8), id: id)))
  }
  func ask(_ id: String, _ method: String, _ params: String = "{}") {
    send(#"{"jsonrpc":"2.0","id":"\#(id)","method":"\#(method)","params":\#(params)}"#)
  }
  func notify(_ method: String, _ params: String = "{}") {
    send(#"{"jsonrpc":"2.0","method":"\#(method)","params":\#(params)}"#)
  }
  func result(_ id: Int64, _ result: String) {
    send(#"{"jsonrpc":"2.0","id":\#(id),"result":\#(result)}"#)
    finish()
  }
}

/// A real HTTP server whose answers a test writes.
final class ScriptedServer: Sendable {
  typealias Serve = @Sendable (ServerRequest) async -> Void

  private let state = Mutex(State())
  private let serve: Serve

  private struct State {
    var seen: [String] = []
    var messages: [JSONNode] = []
    var sessions = 0
    var ended: Set<String> = []
  }

  init(_ serve: @escaping Serve) { self.serve = serve }

  /// What came, one word each: the method of a message, `answer ID`, or the verb of what has none.
  var seen: [String] { state.withLock { $0.seen } }
  var messages: [JSONNode] { state.withLock { $0.messages } }
  func count(_ word: String) -> Int { seen.count { $0 == word } }
  func message(_ method: String) -> JSONNode? {
    messages.first { $0[member: "method"]?.string == method }
  }

  func answer(to id: String) -> JSONNode? {
    messages.first { $0[member: "method"] == nil && $0[member: "id"]?.string == id }
  }

  func openSession() -> String {
    state.withLock {
      $0.sessions += 1
      return "s-\($0.sessions)"
    }
  }

  func forget(_ session: String?) {
    if let session { _ = state.withLock { $0.ended.insert(session) } }
  }

  func isKnown(_ session: String?) -> Bool {
    session.map { name in state.withLock { !$0.ended.contains(name) } } ?? false
  }

  func receive(_ exchange: HTTPExchange) async {
    let body = (try? await exchange.readBody(limit: 1 << 20)) ?? []
    let message = body.isEmpty ? nil : try? JSONDocument(parsing: body).root
    let request = ServerRequest(exchange: exchange, server: self, message: message)
    state.withLock {
      let id = message?[member: "id"]?.string
      $0.seen.append(request.method ?? id.map { "answer \($0)" } ?? exchange.method)
      if let message { $0.messages.append(message) }
    }
    await serve(request)
  }

  /// Serves what another server was sent.
  func receive(_ request: ServerRequest) async { await serve(request) }

  /// A server of the session era; `call` serves what is left.
  static func session(
    _ capabilities: String = "{}", get: Serve? = nil, call: @escaping Serve
  ) -> ScriptedServer {
    ScriptedServer { request in
      switch (request.verb, request.method) {
      case ("DELETE", _):
        request.server.forget(request.session)
        request.respond(200)
      case ("POST", "server/discover"): request.error(-32601, 400)
      case ("POST", "initialize"):
        request.result(
          """
          {"protocolVersion":"2025-11-25","capabilities":\(capabilities),\
          "serverInfo":{"name":"scripted","version":"1"}}
          """, [HTTPField(name: "Mcp-Session-Id", value: request.server.openSession())])
      case _ where !request.server.isKnown(request.session): request.respond(404)
      case ("GET", _):
        if let get { await get(request) } else { request.respond(405) }
      case ("POST", nil), ("POST", "notifications/initialized"?),
        ("POST", "notifications/cancelled"?):
        request.respond(202)
      default: await call(request)
      }
    }
  }

  /// A server of the stateless era.
  static func stateless(_ capabilities: String = "{}", call: @escaping Serve) -> ScriptedServer {
    ScriptedServer { request in
      guard request.method == "server/discover" else { return await call(request) }
      request.result(
        """
        {"resultType":"complete","supportedVersions":["2026-07-28"],\
        "capabilities":\(capabilities)}
        """)
    }
  }
}

/// An upstream on a loop of its own, in front of a scripted server on another.
final class UpstreamRig: Sendable {
  let server: ScriptedServer
  let upstream: any Upstream
  let home: EventLoop
  let url: HTTPURL
  private let group: EventLoopGroup
  private let door: Unchecked<HTTPServer>
  private let events = Mutex<[String]>([])

  enum Kind { case http, eventStream }

  init(
    _ server: ScriptedServer, _ kind: Kind = .http, path: String = "/mcp",
    limits edit: (inout HTTPUpstream.Limits) -> Void = { _ in }
  ) async throws {
    signal(SIGPIPE, SIG_IGN)
    self.server = server
    group = try EventLoopGroup(count: 2)
    let (home, other) = (group.loops[0], group.loops[1])
    self.home = home
    door = try await other.perform { () throws(HTTPServerError) -> Unchecked<HTTPServer> in
      let listening = try ListeningSocket.tcp(host: "127.0.0.1", port: 0, reusePort: false)
      return Unchecked(
        try HTTPServer(loop: other, listening: listening) { exchange in
          other.spawn { await server.receive(exchange) }
        })
    }
    url = try HTTPURL("http://127.0.0.1:\(door.value.port)\(path)")
    let client = await home.perform { HTTPClient(loop: home) }
    let clients = HTTPClients([(home, client)])
    let endpoint = HTTPUpstream.Endpoint(url: url, headers: HTTPHeaders())
    let log = Logger(component: "test", minimum: .error, format: .text(colour: false))
    var limits = HTTPUpstream.Limits()
    edit(&limits)
    upstream =
      switch kind {
      case .http:
        HTTPUpstream(
          name: "up", endpoint: endpoint, home: home, clients: clients, limits: limits, log: log)
      case .eventStream:
        DuplexUpstream(
          name: "up", eventStream: endpoint, clients: clients, loop: home, log: log)
      }
    upstream.start { [self] event in
      let word =
        switch event {
        case .ready(let peer): "ready \(peer.version)"
        case .listChanged(let kind): "changed \(kind)"
        case .resourceUpdated(let uri): "updated \(uri)"
        case .taskChanged(let state): "task \(state[member: "status"]?.string ?? "")"
        case .down: "down"
        }
      events.withLock { $0.append(word) }
    }
  }

  var told: [String] { events.withLock { $0 } }

  func waitUntilReady() async throws {
    try await until("ready") { self.upstream.status.state == .ready }
  }

  /// Waits for something that must happen.
  func until(_ what: String, _ holds: () -> Bool) async throws {
    for _ in 0..<3000 {
      if holds() { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("never: \(what); seen \(server.seen), told \(told)")
  }

  func call(
    _ request: UpstreamRequest, notices: NoticeSink? = nil
  ) async -> Result<UpstreamReply, UpstreamError> {
    let task = Task(executorPreference: home) {
      [upstream] () -> Result<UpstreamReply, UpstreamError> in
      do throws(UpstreamError) {
        return .success(try await upstream.call(request, notices: notices))
      } catch {
        return .failure(error)
      }
    }
    return await withTaskCancellationHandler {
      await task.value
    } onCancel: {
      task.cancel()
    }
  }

  /// The result of a call as text.
  func answer(_ request: UpstreamRequest, notices: NoticeSink? = nil) async -> String {
    switch await call(request, notices: notices) {
    case .success(.result(let result)): result.description
    case .success(.error(let error)): "error \(error[member: "code"]?.description ?? "?")"
    case .failure(let error): error.reason
    }
  }

  func end() async {
    await upstream.stop()
    await door.value.loop.spawn { [door] in
      await door.value.shutdown(deadline: .milliseconds(100))
    }.value
    group.shutdown()
  }

  var connectionCount: Int {
    get async {
      await door.value.loop.perform { [door] in door.value.connectionCount }
    }
  }
}

extension UpstreamRequest {
  /// A call of a tool.
  static func tool(
    _ name: String, asking capabilities: String = "{}", answers: String? = nil,
    state: String? = nil, logs: MCP.LogLevel? = nil, progress: Bool = false,
    timeout: Duration = .seconds(20), principal: String = "alice"
  ) -> UpstreamRequest {
    var edits: [Edit] = []
    if let answers { edits.append(Edit(member: "inputResponses", value: Array(answers.utf8))) }
    if let state { edits.append(Edit(member: "requestState", value: Array("\"\(state)\"".utf8))) }
    return UpstreamRequest(
      method: "tools/call", params: try? json(#"{"arguments":{}}"#), target: .name(name),
      edits: edits, wantsProgress: progress, timeout: timeout,
      capabilities: ClientCapabilities(try? json(capabilities)), logLevel: logs,
      principal: principal)
  }

  static func list(_ what: String = "tools") -> UpstreamRequest {
    UpstreamRequest(method: "\(what)/list", params: nil, timeout: .seconds(20))
  }
}

/// What an `input_required` result asks, and by which state it goes on.
struct Asked {
  let state: String
  let requests: JSONNode

  init(_ result: String) throws {
    let node = try json(result)
    #expect(node[member: "resultType"]?.string == "input_required", "\(result)")
    state = try #require(node[member: "requestState"]?.string)
    requests = try #require(node[member: "inputRequests"])
  }

  var keys: [String] { requests.members.map(\.name) }
  var methods: [String] { requests.members.compactMap { $0.value[member: "method"]?.string } }
}
