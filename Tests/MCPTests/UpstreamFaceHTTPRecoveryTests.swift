import HTTP
import JSON
import Reactor
import Synchronization
import Testing

@testable import MCP

@Suite("HTTP upstream: recovery")
struct UpstreamFaceHTTPRecoveryTests {
  /// §2.8 corner 8.
  @Test func `a forgotten session is opened anew once, and what was watched and set is so again`()
    async throws
  {
    let rig = try await UpstreamRig(
      .session(#"{"tools":{},"logging":{},"resources":{"subscribe":true}}"#) { $0.result("{}") })
    try await rig.waitUntilReady()
    rig.upstream.watch(WatchList(resources: ["a:1"]))
    try await rig.until("the subscription") { rig.server.count("resources/subscribe") == 1 }
    _ = await rig.answer(.tool("t", logs: .warning))
    #expect(rig.server.count("logging/setLevel") == 1)
    rig.server.forget("s-1")
    #expect(await rig.answer(.tool("t", logs: .error)) == "{}")
    #expect(rig.server.count("initialize") == 2)
    #expect(rig.server.count("logging/setLevel") == 2, "the new session has no level")
    try await rig.until("the subscription again") {
      rig.server.count("resources/subscribe") == 2
    }
    #expect(rig.told.contains("changed tools"), "what changed meanwhile")
    #expect(rig.told.contains("updated a:1"))
    await rig.end()
  }

  @Test func `a session of clients that can be asked is opened anew too`() async throws {
    let rig = try await UpstreamRig(.session { $0.result("{}") })
    try await rig.waitUntilReady()
    let request = UpstreamRequest.tool("t", asking: #"{"sampling":{}}"#)
    #expect(await rig.answer(request) == "{}")
    rig.server.forget("s-2")
    #expect(await rig.answer(request) == "{}")
    #expect(rig.server.count("initialize") == 3)
    await rig.end()
  }

  @Test func `what changes nothing is sent again when its answer is lost, a tool call never`()
    async throws
  {
    let rig = try await UpstreamRig(
      .session { request in
        let word = request.method ?? ""
        if word != "tools/call", request.server.count(word) > 1 { return request.result("{}") }
        request.stream().finish()
      })
    try await rig.waitUntilReady()
    for list in ["tools", "prompts", "resources"] {
      #expect(await rig.answer(.list(list)) == "{}")
      #expect(rig.server.count("\(list)/list") == 2)
    }
    let lost = "connection lost: the stream ended before the answer"
    #expect(await rig.answer(.tool("t")) == lost)
    #expect(await rig.answer(.tool("t", asking: #"{"roots":{}}"#)) == lost)
    #expect(rig.server.count("tools/call") == 2, "one each")
    await rig.end()
  }

  @Test func `a stream that broke off goes on where it was`() async throws {
    let rig = try await UpstreamRig(
      .session(
        get: { request in
          guard let position = request.exchange.header("Last-Event-ID") else {
            return request.respond(405)
          }
          let stream = request.stream()
          let call = request.server.message("tools/call")?[member: "id"]?.int64 ?? 0
          if position == "e-1" {
            stream.raw("id: e-2\nretry: 1\ndata: {}\n\n")
            return stream.finish()
          }
          stream.send(#"{"jsonrpc":"2.0","id":\#(call),"result":{"position":"\#(position)"}}"#)
          stream.finish()
        },
        call: { request in
          let stream = request.stream()
          stream.raw("id: e-1\nretry: 10\ndata: \n\n")
          stream.finish()
        }))
    try await rig.waitUntilReady()
    #expect(await rig.answer(.tool("t")) == #"{"position":"e-2"}"#)
    #expect(rig.server.count("tools/call") == 1)
    #expect(rig.server.count("GET") == 2)
    await rig.end()
  }

  @Test func `going on is tried a bounded number of times`() async throws {
    let rig = try await UpstreamRig(
      .session(
        get: { $0.stream().finish() },
        call: { request in
          let stream = request.stream()
          stream.raw("id: e-1\nretry: 1\ndata: \n\n")
          stream.finish()
        }))
    try await rig.waitUntilReady()
    #expect(
      await rig.answer(.tool("t")) == "connection lost: the stream ended before the answer")
    #expect(rig.server.count("GET") == HTTPUpstream.resumptionsMax)
    await rig.end()
  }

  @Test func `nothing is resumed in the stateless era`() async throws {
    let rig = try await UpstreamRig(
      .stateless { request in
        let stream = request.stream()
        stream.raw("id: e-1\nretry: 1\ndata: \n\n")
        stream.finish()
      })
    try await rig.waitUntilReady()
    #expect(
      await rig.answer(.tool("t")) == "connection lost: the stream ended before the answer")
    #expect(rig.server.count("GET") == 0)
    #expect(rig.server.count("tools/call") == 1)
    await rig.end()
  }

  @Test func `a server that left the stateless era is asked anew, and the call is served`()
    async throws
  {
    let rig = try await UpstreamRig(
      ScriptedServer { request in
        let isOld = request.server.count("tools/call") > 0
        switch request.method {
        case "server/discover" where !isOld:
          request.result(
            #"{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{}}"#)
        case "server/discover": request.error(-32022, 400)
        case "initialize":
          request.result(#"{"protocolVersion":"2025-06-18","capabilities":{}}"#)
        case "tools/call" where request.server.count("initialize") == 0:
          request.error(
            -32022, 400, data: #"{"supported":["2025-06-18"],"requested":"2026-07-28"}"#)
        case nil, "notifications/initialized": request.respond(202)
        default: request.result(#"{"content":[]}"#)
        }
      })
    try await rig.waitUntilReady()
    #expect(rig.upstream.status.peer?.version == .v2026_07_28)
    #expect(await rig.answer(.tool("t")) == #"{"content":[]}"#)
    #expect(rig.upstream.status.peer?.version == .v2025_06_18)
    await rig.end()
  }

  /// §2.8 corner 20.
  @Test func `connections are used again`() async throws {
    let rig = try await UpstreamRig(.stateless { $0.result(#"{"resultType":"complete"}"#) })
    try await rig.waitUntilReady()
    for _ in 0..<50 { _ = await rig.answer(.tool("t")) }
    #expect(await rig.connectionCount <= 2)
    await rig.end()
  }

  /// §2.8 corner 2.
  @Test func `clients that use one progress token share no progress`() async throws {
    let rig = try await UpstreamRig(
      .stateless { request in
        let stream = request.stream()
        let token = request.params?[member: "_meta"]?[member: "progressToken"]?.description ?? "0"
        while request.server.count("tools/call") < 2 { await request.sleep(5) }
        stream.notify(
          "notifications/progress", #"{"progressToken":\#(token),"progress":\#(token)}"#)
        stream.result(request.id, #"{"resultType":"complete","token":\#(token)}"#)
      })
    try await rig.waitUntilReady()
    let params = try json(#"{"_meta":{"progressToken":"same"}}"#)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<2 {
        group.addTask {
          let told = Mutex<[String]>([])
          let result = await rig.answer(
            UpstreamRequest(
              method: "tools/call", params: params, target: .name("t"), wantsProgress: true,
              timeout: .seconds(20))
          ) { notice in
            guard case .progress(let params) = notice else { return }
            told.withLock { $0.append(params[member: "progress"]?.description ?? "") }
          }
          let tokens = told.withLock { $0 }
          #expect(tokens.count == 1)
          #expect(result == #"{"resultType":"complete","token":\#(tokens.first ?? "?")}"#)
        }
      }
    }
    await rig.end()
  }

  @Test func `headers repeat what stands in the body, in the server's words`() async throws {
    let seen = Mutex<[String?]>([])
    let rig = try await UpstreamRig(
      .stateless { request in
        let header = request.exchange.header
        seen.withLock {
          $0 = ["Mcp-Method", "Mcp-Name", "Mcp-Param-Region", "Mcp-Param-Note"].map(header)
        }
        request.result(#"{"resultType":"complete"}"#)
      })
    try await rig.waitUntilReady()
    _ = await rig.answer(
      UpstreamRequest(
        method: "tools/call", params: nil, target: .name("outil é"), timeout: .seconds(20),
        parameterHeaders: [("Region", "eu-1"), ("Note", " x ")]))
    #expect(
      seen.withLock { $0 } == [
        "tools/call", "=?base64?b3V0aWwgw6k=?=", "eu-1", "=?base64?IHgg?=",
      ])
    await rig.end()
  }

  @Test func `results of whatever type are passed up as they came`() async throws {
    let rig = try await UpstreamRig(
      .stateless { request in request.result(request.tool == "old" ? "{}" : #"{"resultType":"x"}"#)
      })
    try await rig.waitUntilReady()
    #expect(await rig.answer(.tool("old")) == "{}")
    #expect(await rig.answer(.tool("new")) == #"{"resultType":"x"}"#)
    await rig.end()
  }

  @Test func `a header that says something else than the body has the tools read anew`()
    async throws
  {
    let rig = try await UpstreamRig(.stateless { $0.error(-32020, 400) })
    try await rig.waitUntilReady()
    #expect(await rig.answer(.tool("t")) == "error -32020")
    #expect(rig.told == ["ready 2026-07-28", "changed tools"])
    await rig.end()
  }

  @Test func `hanging up is how a stateless call is cancelled`() async throws {
    let gone = Mutex(false)
    let rig = try await UpstreamRig(
      .stateless { request in
        let stream = request.stream()
        request.exchange.onDisconnect = { gone.withLock { $0 = true } }
        stream.notify("notifications/progress", #"{"progressToken":\#(request.id),"progress":1}"#)
      })
    try await rig.waitUntilReady()
    let began = Mutex(false)
    let caller = Task(executorPreference: rig.home) {
      await rig.call(UpstreamRequest.tool("t", progress: true)) { _ in
        began.withLock { $0 = true }
      }
    }
    try await rig.until("the call has begun") { began.withLock { $0 } }
    caller.cancel()
    try await rig.until("the hang-up") { gone.withLock { $0 } }
    #expect(rig.server.count("notifications/cancelled") == 0)
    await rig.end()
  }
}
