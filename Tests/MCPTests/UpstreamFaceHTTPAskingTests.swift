import HTTP
import JSON
import Reactor
import Synchronization
import Testing

@testable import MCP

private let everything = #"{"roots":{},"sampling":{},"elicitation":{"form":{},"url":{}}}"#

/// Waits, on the server's side, for what its client answers.
private func answer(to id: String, _ request: ServerRequest) async -> JSONNode? {
  for _ in 0..<3000 {
    if let answer = request.server.answer(to: id) { return answer }
    await request.sleep(5)
  }
  return nil
}

@Suite("HTTP upstream: servers of the session era that ask")
struct UpstreamFaceHTTPAskingTests {
  @Test func `a question ends the turn, and the answer goes on with the call`() async throws {
    let rig = try await UpstreamRig(
      .session(#"{"tools":{},"logging":{}}"#) { request in
        guard request.method == "tools/call" else { return request.result("{}") }
        let stream = request.stream()
        stream.ask("q", "elicitation/create", #"{"message":"who?"}"#)
        let answered = await answer(to: "q", request)
        let content = answered?[member: "result"]?[member: "content"]?.description ?? "none"
        stream.notify("notifications/progress", #"{"progressToken":\#(request.id),"progress":1}"#)
        stream.notify("notifications/message", #"{"level":"info","data":"after"}"#)
        stream.result(request.id, #"{"content":[],"echo":\#(content)}"#)
      })
    try await rig.waitUntilReady()
    let asked = try Asked(
      await rig.answer(.tool("t", asking: everything, logs: .info, progress: true)))
    #expect(asked.methods == ["elicitation/create"])
    #expect(asked.state.count == 32)
    #expect(rig.upstream.status.inFlight == 0)
    let told = Mutex<[String]>([])
    let result = await rig.answer(
      .tool(
        "t", asking: everything,
        answers: #"{"\#(asked.keys[0])":{"action":"accept","content":{"name":"Ada"}}}"#,
        state: asked.state)
    ) { notice in
      switch notice {
      case .progress: told.withLock { $0.append("progress") }
      case .message: told.withLock { $0.append("message") }
      }
    }
    #expect(result == #"{"content":[],"echo":{"name":"Ada"}}"#)
    #expect(told.withLock { $0 } == ["progress", "message"], "to who waits now")
    #expect(rig.server.count("tools/call") == 1)
    #expect(rig.server.message("tools/call")?[member: "params"]?[member: "requestState"] == nil)
    await rig.end()
  }

  @Test func `a state that is not known, or is another's, is refused`() async throws {
    let rig = try await UpstreamRig(
      .session { request in
        let stream = request.stream()
        stream.ask("q", "roots/list")
        _ = await answer(to: "q", request)
        stream.result(request.id, "{}")
      })
    try await rig.waitUntilReady()
    let asked = try Asked(await rig.answer(.tool("t", asking: everything)))
    let calls = rig.server.count("tools/call")
    #expect(await rig.answer(.tool("t", asking: everything, state: "0000")) == "error -32602")
    #expect(
      await rig.answer(.tool("t", asking: everything, state: asked.state, principal: "mallory"))
        == "error -32602")
    #expect(rig.server.count("tools/call") == calls, "nothing was sent")
    #expect(
      await rig.answer(
        .tool(
          "t", asking: everything, answers: #"{"\#(asked.keys[0])":{"roots":[]}}"#,
          state: asked.state)) == "{}")
    await rig.end()
  }

  @Test func `a server sees exactly what this client can be asked, and every session is ended`()
    async throws
  {
    let rig = try await UpstreamRig(.session { $0.result("{}") })
    try await rig.waitUntilReady()
    _ = await rig.answer(.list())
    _ = await rig.answer(.tool("t"))
    #expect(rig.server.count("initialize") == 1, "those that cannot be asked share one")
    _ = await rig.answer(.tool("t", asking: #"{"sampling":{}}"#))
    _ = await rig.answer(.tool("u", asking: #"{"sampling":{},"extensions":{"x/y":{}}}"#))
    _ = await rig.answer(.tool("t", asking: #"{"roots":{"listChanged":true}}"#))
    let declared = rig.server.messages.filter { $0[member: "method"]?.string == "initialize" }
      .map { $0[member: "params"]?[member: "capabilities"]?.description ?? "" }
    #expect(
      declared == ["{}", #"{"sampling":{}}"#, #"{"roots":{"listChanged":true}}"#])
    await rig.end()
    #expect(rig.server.count("DELETE") == 3)
  }

  @Test func `two calls at once open one session between them`() async throws {
    let rig = try await UpstreamRig(.session { $0.result("{}") })
    try await rig.waitUntilReady()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          #expect(await rig.answer(.tool("t", asking: #"{"sampling":{}}"#)) == "{}")
        }
      }
    }
    #expect(rig.server.count("initialize") == 2)
    #expect(rig.server.count("tools/call") == 8)
    await rig.end()
  }

  @Test func `a question on the stream of a session reaches the call that is under way`()
    async throws
  {
    let stream = Mutex<EventStream?>(nil)
    let rig = try await UpstreamRig(
      .session(
        get: { request in stream.withLock { $0 = request.stream() } },
        call: { request in
          while stream.withLock({ $0 }) == nil { await request.sleep(5) }
          stream.withLock { $0 }?.ask("q", "roots/list")
          let roots = await answer(to: "q", request)
          request.result(roots?[member: "result"]?.description ?? "{}")
        }))
    try await rig.waitUntilReady()
    let asked = try Asked(await rig.answer(.tool("t", asking: everything)))
    let result = await rig.answer(
      .tool(
        "t", asking: everything, answers: #"{"\#(asked.keys[0])":{"roots":[{"uri":"file:///a"}]}}"#,
        state: asked.state))
    #expect(result == #"{"roots":[{"uri":"file:///a"}]}"#)
    await rig.end()
  }

  @Test func `a client that cannot be asked is not, and the call goes on`() async throws {
    let rig = try await UpstreamRig(
      .session { request in
        let stream = request.stream()
        stream.ask("q", "sampling/createMessage", #"{"messages":[],"maxTokens":1}"#)
        stream.ask("p", "ping")
        let refused = await answer(to: "q", request)
        _ = await answer(to: "p", request)
        stream.result(
          request.id,
          #"{"code":\#(refused?[member: "error"]?[member: "code"]?.description ?? "0")}"#)
      })
    try await rig.waitUntilReady()
    #expect(await rig.answer(.tool("t")) == #"{"code":-32601}"#)
    #expect(await rig.answer(.tool("t", asking: #"{"roots":{}}"#)) == #"{"code":-32601}"#)
    await rig.end()
  }

  /// §2.8 corners 7 and 16.
  @Test func `when the client leaves, the server is told and its question is answered`()
    async throws
  {
    let rig = try await UpstreamRig(
      .session { request in
        let stream = request.stream()
        stream.notify("notifications/progress", #"{"progressToken":\#(request.id),"progress":1}"#)
        if request.tool == "late" {
          while request.server.count("notifications/cancelled") == 0 { await request.sleep(5) }
          stream.ask("late", "roots/list")
        }
        _ = await answer(to: "never", request)
      })
    try await rig.waitUntilReady()
    let began = Mutex(false)
    let caller = Task(executorPreference: rig.home) {
      await rig.call(
        UpstreamRequest.tool("late", asking: everything, progress: true)
      ) { _ in began.withLock { $0 = true } }
    }
    try await rig.until("the call has begun") { began.withLock { $0 } }
    caller.cancel()
    guard case .failure(.cancelled) = await caller.value else {
      Issue.record("not cancelled")
      return
    }
    try await rig.until("the server is told") {
      rig.server.count("notifications/cancelled") == 1
    }
    #expect(UpstreamError.cancelled.mayHaveRun)
    await rig.end()
  }

  /// §2.8 corner 17.
  @Test func `a turn takes no longer than its request may, and the server is told`() async throws {
    let rig = try await UpstreamRig(
      .session { request in
        let stream = request.stream()
        _ = await answer(to: "never", request)
        stream.finish()
      })
    try await rig.waitUntilReady()
    let error = await rig.answer(
      .tool("t", asking: everything, timeout: .milliseconds(50)))
    #expect(error.hasPrefix("no answer within"))
    try await rig.until("the server is told") {
      rig.server.count("notifications/cancelled") == 1
    }
    await rig.end()
  }

  @Test func `a page that must be visited first is asked for, and the request is sent anew`()
    async throws
  {
    let rig = try await UpstreamRig(
      .session { request in
        guard request.server.count("tools/call") > 1 else {
          return request.error(
            -32042,
            data:
              """
              {"elicitations":[{"mode":"url","elicitationId":"e","url":"https://x.example/",\
              "message":"m"}]}
              """
          )
        }
        request.result(#"{"content":[]}"#)
      })
    try await rig.waitUntilReady()
    let asked = try Asked(await rig.answer(.tool("t", asking: everything)))
    #expect(asked.methods == ["elicitation/create"])
    #expect(
      await rig.answer(
        .tool(
          "t", asking: everything, answers: #"{"\#(asked.keys[0])":{"action":"accept"}}"#,
          state: asked.state)) == #"{"content":[]}"#)
    #expect(rig.server.count("tools/call") == 2)
    await rig.end()
  }

  @Test func `a parked call survives until its client is back, and ends with its session`()
    async throws
  {
    let rig = try await UpstreamRig(
      .session { request in
        let stream = request.stream()
        stream.ask("q", "roots/list")
        await request.sleep(50)
        if request.tool == "broken" { return stream.finish() }
        stream.result(request.id, #"{"impatient":true}"#)
      })
    try await rig.waitUntilReady()
    for (tool, end) in [
      ("patient", #"{"impatient":true}"#),
      ("broken", "connection lost: the stream ended before the answer"),
    ] {
      let asked = try Asked(await rig.answer(.tool(tool, asking: everything)))
      try await Task.sleep(for: .milliseconds(150))
      #expect(
        await rig.answer(
          .tool(
            tool, asking: everything, answers: #"{"\#(asked.keys[0])":{"roots":[]}}"#,
            state: asked.state)) == end)
    }
    await rig.end()
  }

  /// §2.8 corner 8.
  @Test(arguments: ["a call", "the stream of the session"])
  func `a session that is lost takes its calls along: what changes nothing is sent anew at once`(
    finder: String
  ) async throws {
    let streams = Mutex<[EventStream]>([])
    let rig = try await UpstreamRig(
      .session(
        get: { request in
          let stream = request.stream()
          stream.raw("retry: 10\n\n")
          streams.withLock { $0.append(stream) }
        },
        call: { request in
          guard request.session == "s-3" || request.tool == "last" else {
            // It is never answered.
            return streams.withLock { $0.append(request.stream()) }
          }
          request.result(#"{"in":"\#(request.session ?? "")"}"#)
        }))
    try await rig.waitUntilReady()
    func read() -> UpstreamRequest {
      UpstreamRequest(
        method: "resources/read", params: nil, target: .uri("a:1"), timeout: .seconds(20),
        capabilities: ClientCapabilities(try? json(everything)), principal: "alice")
    }
    async let first = rig.answer(read())
    async let second = rig.answer(read())
    async let unsafe = rig.answer(.tool("t", asking: everything))
    try await rig.until("all are under way") {
      rig.server.count("resources/read") == 2 && rig.server.count("tools/call") == 1
        && streams.withLock { $0.count } == 4
    }
    rig.server.forget("s-2")
    if finder == "a call" {
      #expect(await rig.answer(.tool("last", asking: everything)) == #"{"in":"s-3"}"#)
    } else {
      streams.withLock { $0.first }?.finish()
    }
    #expect(await first == #"{"in":"s-3"}"#)
    #expect(await second == #"{"in":"s-3"}"#)
    #expect(await unsafe == "connection lost: its session ended")
    await rig.end()
  }

  @Test func `clients whose roots changed are told of in their session, once for a while`()
    async throws
  {
    let withChanges = #"{"roots":{"listChanged":true}}"#
    let rig = try await UpstreamRig(.session { $0.result("{}") })
    try await rig.waitUntilReady()
    let capabilities = ClientCapabilities(try json(withChanges))
    rig.upstream.rootsChanged(ofClientsWith: capabilities)
    for asking in ["{}", #"{"roots":{}}"#, withChanges] {
      let call = UpstreamRequest(
        method: "tools/call", params: nil, target: .name("t"), timeout: .seconds(20),
        capabilities: ClientCapabilities(try json(asking)), principal: "alice",
        clientEra: .session)
      #expect(await rig.answer(call) == "{}")
    }
    let changed = "notifications/roots/list_changed"
    #expect(rig.server.count(changed) == 0, "a session that begins asks by itself")
    for _ in 0..<20 { rig.upstream.rootsChanged(ofClientsWith: capabilities) }
    try await rig.until("the server is told") { rig.server.count(changed) > 0 }
    rig.upstream.rootsChanged(ofClientsWith: capabilities)
    try await rig.until("it is told again") { rig.server.count(changed) == 2 }
    let offered = rig.server.messages.filter { $0[member: "method"]?.string == "initialize" }
      .compactMap { $0[member: "params"]?[member: "capabilities"]?.description }
    #expect(offered == ["{}", #"{"roots":{}}"#, withChanges])
    await rig.end()
  }
}
