import HTTP
import JSON
import Reactor
import Synchronization
import Testing

@testable import MCP

@Suite("HTTP upstream: what servers announce")
struct UpstreamFaceHTTPListeningTests {
  private static let announces =
    """
    {"tools":{"listChanged":true},"prompts":{"listChanged":true},\
    "resources":{"listChanged":true,"subscribe":true}}
    """

  /// Listens that are open, by what they listen for.
  private final class Listens: Sendable {
    let open = Mutex<[(id: Int64, filter: String, stream: EventStream)]>([])
    var filters: [String] { open.withLock { $0.map(\.filter) } }

    func serve(_ request: ServerRequest) {
      let stream = request.stream()
      let id = request.id
      let filter = request.params?[member: "notifications"]?.description ?? ""
      open.withLock { $0.append((id, filter, stream)) }
      request.exchange.onDisconnect = { [self] in open.withLock { $0.removeAll { $0.id == id } } }
      stream.notify(
        "notifications/subscriptions/acknowledged",
        #"{"_meta":{"io.modelcontextprotocol/subscriptionId":\#(id)},"notifications":{}}"#)
    }

    func tell(_ method: String, _ params: String = "{}") {
      open.withLock { $0.last?.stream }?.notify(method, params)
    }
  }

  @Test func `a stateless server is listened to for all that it announces, without a gap`()
    async throws
  {
    let listens = Listens()
    let rig = try await UpstreamRig(.stateless(Self.announces) { listens.serve($0) })
    try await rig.until("listening") { listens.filters.count == 1 }
    let lists = #""toolsListChanged":true,"promptsListChanged":true,"resourcesListChanged":true"#
    #expect(listens.filters == ["{\(lists)}"])
    listens.tell("notifications/prompts/list_changed")
    try await rig.until("the change") { rig.told.last == "changed prompts" }
    rig.upstream.watch(WatchList(resources: ["a:1"]))
    try await rig.until("the old one ended after the new began") {
      listens.filters == [#"{\#(lists),"resourceSubscriptions":["a:1"]}"#]
        && rig.server.count("subscriptions/listen") == 2
    }
    listens.tell("notifications/resources/updated", #"{"uri":"b:2"}"#)
    listens.tell("notifications/resources/updated", #"{"uri":"a:1"}"#)
    try await rig.until("the update") { rig.told.last == "updated a:1" }
    #expect(!rig.told.contains("updated b:2"), "nobody watches it")
    await rig.end()
  }

  /// §2.8 corner 19.
  @Test func `a server that announces nothing is not listened to`() async throws {
    let rig = try await UpstreamRig(
      .stateless(#"{"tools":{},"resources":{}}"#) { $0.result(#"{"resultType":"complete"}"#) })
    try await rig.waitUntilReady()
    rig.upstream.watch(WatchList(resources: ["a:1"]))
    _ = await rig.answer(.list())
    #expect(rig.server.seen == ["server/discover", "tools/list"])
    await rig.end()
  }

  @Test func `a session is subscribed to what is watched, and no longer to what is not`()
    async throws
  {
    let stream = Mutex<EventStream?>(nil)
    let rig = try await UpstreamRig(
      .session(
        Self.announces, get: { request in stream.withLock { $0 = request.stream() } },
        call: { $0.result("{}") }))
    rig.upstream.watch(WatchList(resources: ["a:1"]))
    try await rig.until("the subscription") {
      rig.server.count("resources/subscribe") == 1 && stream.withLock { $0 != nil }
    }
    stream.withLock { $0 }?.notify("notifications/resources/updated", #"{"uri":"a:1"}"#)
    stream.withLock { $0 }?.notify("notifications/resources/list_changed")
    try await rig.until("both") {
      rig.told.suffix(2) == ["updated a:1", "changed resources"]
    }
    rig.upstream.watch(WatchList())
    try await rig.until("the end") { rig.server.count("resources/unsubscribe") == 1 }
    await rig.end()
  }

  @Test func `log messages of a call come on its stream, from its level on`() async throws {
    let rig = try await UpstreamRig(
      .session(#"{"logging":{}}"#) { request in
        guard request.method == "tools/call" else { return request.result("{}") }
        let stream = request.stream()
        for level in ["debug", "error"] {
          stream.notify("notifications/message", #"{"level":"\#(level)","data":1}"#)
        }
        stream.result(request.id, "{}")
      })
    try await rig.waitUntilReady()
    let told = Mutex<[String]>([])
    let sink: NoticeSink = { notice in
      guard case .message(let params) = notice else { return }
      told.withLock { $0.append(params[member: "level"]?.string ?? "") }
    }
    #expect(await rig.answer(.tool("t"), notices: sink) == "{}")
    #expect(await rig.answer(.tool("t", logs: .warning), notices: sink) == "{}")
    #expect(await rig.answer(.tool("t", logs: .critical), notices: sink) == "{}")
    #expect(told.withLock { $0 } == ["error"])
    let level = rig.server.message("logging/setLevel")?[member: "params"]?[member: "level"]
    #expect(level?.string == "warning")
    #expect(rig.server.count("logging/setLevel") == 1, "a session's level only goes down")
    await rig.end()
  }

  private static let hasTasks =
    #"{"tools":{"listChanged":true},"extensions":{"io.modelcontextprotocol/tasks":{}}}"#

  @Test func `a server with tasks tells of those that are watched`() async throws {
    let listens = Listens()
    let rig = try await UpstreamRig(.stateless(Self.hasTasks) { listens.serve($0) })
    try await rig.waitUntilReady()
    rig.upstream.watch(WatchList(tasks: ["t-1"]))
    try await rig.until("the listening") {
      listens.filters == [#"{"toolsListChanged":true,"taskIds":["t-1"]}"#]
    }
    let meta = rig.server.messages.last?[member: "params"]?[member: "_meta"]
    #expect(
      meta?[member: MetaKey.clientCapabilities]?.description
        == #"{"extensions":{"io.modelcontextprotocol/tasks":{}}}"#)
    listens.tell("notifications/tasks", #"{"taskId":"t-2","status":"working"}"#)
    listens.tell("notifications/tasks", #"{"taskId":"t-1","status":"completed"}"#)
    try await rig.until("the state") { rig.told.last == "task completed" }
    #expect(!rig.told.contains("task working"), "nobody watches it")
    await rig.end()
  }

  @Test func `a server that refuses to tell of tasks is listened to all the same`() async throws {
    let listens = Listens()
    let rig = try await UpstreamRig(
      .stateless(Self.hasTasks) { request in
        let filter = request.params?[member: "notifications"]
        if filter?[member: "taskIds"] != nil { return request.error(-32602) }
        listens.serve(request)
      })
    rig.upstream.watch(WatchList(tasks: ["t-1"]))
    try await rig.until("the listening without") {
      listens.filters == [#"{"toolsListChanged":true}"#]
    }
    await rig.end()
  }
}
