import JSON
import Testing

@testable import MCP

@Suite("Duplex upstream: servers of the session era that ask")
struct UpstreamFaceDuplexAskingTests {
  private func ready(_ capabilities: String = #"{"tools":{},"logging":{}}"#) throws -> UpstreamWire
  {
    try open(UpstreamWire(), capabilities)
  }

  private func open(_ wire: UpstreamWire, _ capabilities: String) throws -> UpstreamWire {
    _ = try wire.opened()
    let discover = try #require(wire.sent.first?[member: "id"]?.int64)
    _ = try wire.received(UpstreamSample.error(discover, -32601))
    _ = try wire.received(
      UpstreamSample.result(
        discover + 1, #"{"protocolVersion":"2025-11-25","capabilities":\#(capabilities)}"#))
    return wire
  }

  private func asks(_ wire: UpstreamWire, _ id: String, _ method: String = "roots/list") throws
    -> [Seen]
  {
    try wire.received(
      #"{"jsonrpc":"2.0","id":"\#(id)","method":"\#(method)","params":{}}"#)
  }

  @Test func `a process is offered all that some client can be asked`() throws {
    let wire = UpstreamWire()
    _ = try wire.opened()
    _ = try wire.passed(.discover)
    #expect(
      wire.sent.first?[member: "params"]?[member: "capabilities"]?.description
        == #"{"roots":{"listChanged":true},"sampling":{},"elicitation":{"form":{},"url":{}}}"#)
  }

  @Test func `a question or a log message of a task reaches no call that is under way`() throws {
    let wire = try ready()
    let (id, _) = try wire.begin(.tool("t", asking: #"{"elicitation":{}}"#, logs: .debug))
    let meta = #""_meta":{"io.modelcontextprotocol/related-task":{"taskId":"inner"}}"#
    let seen = try wire.received(
      #"{"jsonrpc":"2.0","id":"q","method":"elicitation/create","params":{"message":"?","#
        + #""requestedSchema":{"type":"object","properties":{}},\#(meta)}}"#)
    #expect(seen.first == .send(method: nil, id: nil))
    #expect(wire.sent.first?[member: "error"]?[member: "code"]?.int64 == -32601)
    let log =
      #"{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"error","data":"x""#
    #expect(try wire.received("\(log),\(meta)}}") == [.note])
    #expect(try wire.received(log + "}}") == [.message(id, #"{"level":"error","data":"x"}"#)])
  }

  @Test func `states of tasks are told of those that are watched`() throws {
    let tasks = #"{"tools":{},"tasks":{"cancel":{},"requests":{"tools":{"call":{}}}}}"#
    let wire = try ready(tasks)
    #expect(wire.peer?.capabilities.tasks == ServerCapabilities.Tasks(cancel: true))
    #expect(try wire.watched(tasks: ["inner"]) == [])
    func told(_ id: String) throws -> [Seen] {
      try wire.received(
        #"{"jsonrpc":"2.0","method":"notifications/tasks/status","params":{"taskId":"\#(id)"}}"#)
    }
    #expect(try told("inner") == [.taskChanged(#"{"taskId":"inner"}"#)])
    #expect(try told("another") == [])
  }

  @Test(arguments: ["2025-06-18", "2025-03-26", "2024-11-05"])
  func `a server of an older revision has no tasks`(version: String) throws {
    let wire = UpstreamWire()
    _ = try wire.opened()
    let discover = try #require(wire.sent.first?[member: "id"]?.int64)
    _ = try wire.received(UpstreamSample.error(discover, -32601))
    let capabilities = #"{"tasks":{"requests":{"tools":{"call":{}}}}}"#
    _ = try wire.received(
      UpstreamSample.result(
        discover + 1, #"{"protocolVersion":"\#(version)","capabilities":\#(capabilities)}"#))
    #expect(wire.peer?.version.rawValue == version)
    #expect(wire.peer?.capabilities.tasks == nil)
  }

  @Test func `a question is parked, and its answer goes on one line`() throws {
    let wire = try ready()
    let (id, _) = try wire.begin(.tool("t", asking: #"{"roots":{}}"#))
    #expect(try asks(wire, "q") == [.deadline(.gathered(id))])
    let seen = try wire.passed(.gathered(id), handle: "h")
    guard case .completed(id, let result)? = seen.first else {
      Issue.record("not parked: \(seen)")
      return
    }
    #expect(seen.last == .deadline(.parked("h")))
    #expect(wire.inFlight == 0)
    let asked = try Asked(result)
    let resumed = try wire.begin(
      .tool(
        "t", asking: #"{"roots":{}}"#, answers: "{\"\(asked.keys[0])\":{\n\"roots\":[]\r\n}}",
        state: "h"))
    #expect(resumed.id == id)
    #expect(wire.sent.count == 1)
    #expect(wire.sent[0][member: "id"]?.string == "q")
    #expect(!wire.sent[0].raw.contains(0x0A) && !wire.sent[0].raw.contains(0x0D))
    #expect(try wire.received(UpstreamSample.result(id, "{}")) == [.completed(id, "{}")])
  }

  @Test func `a state that is not known is refused, and nothing is sent`() throws {
    let wire = try ready()
    do {
      try wire.begin(.tool("t", asking: "{}", state: "nothing"))
      Issue.record("begun")
    } catch let refusal as UpstreamWire.NotBegun {
      #expect(refusal.answer?.contains("-32602") == true)
      #expect(refusal.answer?.contains("the state is not known here any more") == true)
    }
  }

  @Test func `a parked call whose process ended says so to who comes back, also later`() throws {
    let wire = try ready()
    let (id, _) = try wire.begin(.tool("t", asking: #"{"roots":{}}"#))
    _ = try asks(wire, "q")
    _ = try wire.passed(.gathered(id), handle: "h")
    #expect(try wire.closed("gone").isEmpty)
    let next = try open(UpstreamWire(after: wire), "{}")
    let back = try next.begin(.tool("t", state: "h"))
    #expect(back.seen == [.completed(id, "connection lost: gone")])
    let call = try #require(next.call())
    #expect(call > id, "ids are not used again on the next connection")
  }

  @Test func `a stateless server's own state is its own`() throws {
    let wire = UpstreamWire()
    _ = try wire.opened()
    _ = try wire.received(UpstreamSample.result(1, UpstreamSample.discovery))
    try wire.begin(.tool("t", asking: #"{"roots":{}}"#, answers: "{}", state: "theirs"))
    let sent = try #require(wire.sent.first?[member: "params"])
    #expect(sent[member: "requestState"]?.string == "theirs")
    #expect(
      sent[member: "_meta"]?[member: MetaKey.clientCapabilities]?.description == #"{"roots":{}}"#)
  }

  @Test func `a process that asks while calls of two principals are under way reaches neither`()
    throws
  {
    let wire = try ready()
    try wire.begin(.tool("t", asking: #"{"roots":{}}"#, principal: "alice"))
    try wire.begin(.tool("t", asking: #"{"roots":{}}"#, principal: "bob"))
    let seen = try asks(wire, "q")
    #expect(seen == [.send(method: nil, id: nil), .note])
    #expect(wire.sent[0][member: "error"]?[member: "code"]?.int64 == -32600)
  }

  @Test func `a log message is told where it can belong to one call only`() throws {
    let wire = try ready()
    func logs(_ level: String) throws -> [Seen] {
      try wire.received(
        #"{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"\#(level)"}}"#)
    }
    #expect(try logs("error") == [.note], "no call is under way")
    let (id, seen) = try wire.begin(.tool("t", logs: .warning))
    #expect(seen.count == 2)
    #expect(wire.sent.map { $0[member: "method"]?.string } == ["logging/setLevel", "tools/call"])
    #expect(try logs("error") == [.message(id, #"{"level":"error"}"#)])
    #expect(try logs("info").isEmpty, "below what it wants")
    try wire.begin(.tool("u"))
    #expect(try logs("error") == [.message(id, #"{"level":"error"}"#)], "the other wants none")
    let (other, _) = try wire.begin(.tool("v", principal: "bob"))
    #expect(try logs("error") == [.note], "it may be another's")
    _ = try wire.abort(other)
    #expect(try logs("error") == [.note], "it may be of the one that was given up")
    _ = try wire.received(UpstreamSample.result(other, "{}"))
    #expect(try logs("error") == [.message(id, #"{"level":"error"}"#)], "that one has ended")
    let (second, again) = try wire.begin(.tool("w", logs: .error))
    #expect(again.count == 1, "a session's level only goes down")
    #expect(try logs("error") == [.note], "it may be either's")
    _ = try wire.received(UpstreamSample.result(second, "{}"))
    let (_, lower) = try wire.begin(.tool("x", logs: .debug))
    #expect(lower.count == 2)
  }

  @Test func `what a session is told to watch is told again to the next`() throws {
    let capabilities = #"{"tools":{},"resources":{"subscribe":true,"listChanged":true}}"#
    let wire = try ready(capabilities)
    #expect(try wire.watched(["a:1", "b:2"]).count == 2)
    #expect(
      wire.sent.map { $0[member: "method"]?.string } == [
        "resources/subscribe", "resources/subscribe",
      ])
    func updated(_ uri: String) throws -> [Seen] {
      try wire.received(
        #"{"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"\#(uri)"}}"#)
    }
    #expect(try updated("a:1") == [.resourceUpdated("a:1")])
    #expect(try updated("c:3").isEmpty)
    _ = try wire.watched(["b:2"])
    #expect(wire.sent.map { $0[member: "method"]?.string } == ["resources/unsubscribe"])
    _ = try wire.closed("gone")
    let next = UpstreamWire(after: wire)
    _ = try next.opened()
    _ = try next.passed(.discover)
    let initialize = try #require(next.sent.first?[member: "id"]?.int64)
    let seen = try next.received(
      UpstreamSample.result(
        initialize, #"{"protocolVersion":"2025-11-25","capabilities":\#(capabilities)}"#))
    #expect(next.sent.last?[member: "params"]?.description == #"{"uri":"b:2"}"#)
    #expect(
      seen.suffix(4) == [
        .ready("2025-11-25"), .listChanged(.tools), .listChanged(.resources),
        .resourceUpdated("b:2"),
      ])
  }

  @Test func `without subscriptions a server is asked for none`() throws {
    let wire = try ready(#"{"resources":{}}"#)
    #expect(try wire.watched(["a:1"]).isEmpty)
  }

  @Test func `a stateless process is listened to anew before the old listening ends`() throws {
    let wire = UpstreamWire()
    _ = try wire.opened()
    _ = try wire.received(
      UpstreamSample.result(
        1,
        """
        {"supportedVersions":["2026-07-28"],"capabilities":\
        {"tools":{"listChanged":true},"resources":{"subscribe":true}}}
        """
      ))
    func acknowledged(_ id: Int64) throws -> [Seen] {
      try wire.received(
        """
        {"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged",\
        "params":{"_meta":{"io.modelcontextprotocol/subscriptionId":\(id)},"notifications":{}}}
        """)
    }
    #expect(try acknowledged(2).isEmpty)
    #expect(try wire.watched(["a:1"]) == [.send(method: "subscriptions/listen", id: 3)])
    #expect(try acknowledged(3) == [.send(method: "notifications/cancelled", id: nil)])
    #expect(wire.sent[0][member: "params"]?[member: "requestId"]?.int64 == 2)
    #expect(
      try wire.received(UpstreamSample.result(2, "{}")).isEmpty, "the old one may say goodbye")
    #expect(try wire.received(UpstreamSample.result(3, "{}")) == [.deadline(.listenAgain)])
    _ = try wire.passed(.listenAgain)
    #expect(
      try acknowledged(4) == [
        .listChanged(.tools), .listChanged(.resources), .resourceUpdated("a:1"),
      ])
  }

  @Test func `HTTP+SSE is of the session era without being asked`() throws {
    let wire = UpstreamWire(isSession: true)
    #expect(
      try wire.opened() == [.send(method: "initialize", id: 1), .deadline(.initialize)])
  }

  @Test func `a server that ends an elicitation by itself harms nothing`() throws {
    let wire = try ready()
    let id = try #require(wire.call())
    #expect(
      try wire.received(
        """
        {"jsonrpc":"2.0","method":"notifications/elicitation/complete",\
        "params":{"elicitationId":"e"}}
        """
      )
        == [.note])
    #expect(try wire.received(UpstreamSample.result(id, "{}")) == [.completed(id, "{}")])
  }

  @Test func `a process with tasks tells of those that are watched, or is listened to without`()
    throws
  {
    let wire = UpstreamWire()
    _ = try wire.opened()
    _ = try wire.received(
      UpstreamSample.result(
        1,
        """
        {"supportedVersions":["2026-07-28"],"capabilities":{"tools":{"listChanged":true},\
        "extensions":{"io.modelcontextprotocol/tasks":{}}}}
        """))
    func told(_ id: String) throws -> [Seen] {
      try wire.received(
        #"{"jsonrpc":"2.0","method":"notifications/tasks","params":{"taskId":"\#(id)"}}"#)
    }
    #expect(try wire.watched(tasks: ["t-1"]) == [.send(method: "subscriptions/listen", id: 3)])
    #expect(
      wire.sent[0][member: "params"]?[member: "notifications"]?.description
        == #"{"toolsListChanged":true,"taskIds":["t-1"]}"#)
    #expect(try told("t-1") == [.taskChanged(#"{"taskId":"t-1"}"#)])
    #expect(try told("t-2").isEmpty)
    #expect(
      try wire.received(UpstreamSample.error(3, -32602))
        == [.send(method: "subscriptions/listen", id: 4)])
    #expect(
      wire.sent[0][member: "params"]?[member: "notifications"]?.description
        == #"{"toolsListChanged":true}"#)
    #expect(try wire.watched(tasks: ["t-1", "t-2"]).isEmpty)
  }

  @Test func `a process is told of changed roots once for a while, in the session era`() throws {
    let wire = try ready()
    #expect(try wire.rootsChanged() == [.deadline(.roots)])
    #expect(try wire.rootsChanged().isEmpty)
    #expect(
      try wire.passed(.roots) == [.send(method: "notifications/roots/list_changed", id: nil)])
    #expect(try wire.passed(.roots).isEmpty)
    #expect(try wire.rootsChanged() == [.deadline(.roots)])
    let stateless = UpstreamWire()
    _ = try stateless.opened()
    _ = try stateless.received(UpstreamSample.result(1, UpstreamSample.discovery))
    #expect(try stateless.rootsChanged().isEmpty)
  }

  @Test func `a process that left the stateless era is asked anew, and its call did not run`()
    throws
  {
    let wire = UpstreamWire()
    _ = try wire.opened()
    _ = try wire.received(UpstreamSample.result(1, UpstreamSample.discovery))
    let first = try #require(wire.call())
    let second = try #require(wire.call())
    func refusal(_ id: Int64, _ supported: String) -> [UInt8] {
      Array(
        """
        {"jsonrpc":"2.0","id":\(id),"error":{"code":-32022,"message":"no",\
        "data":{"supported":[\(supported)],"requested":"2026-07-28"}}}
        """.utf8)
    }
    let reason = "not available: it does not speak 2026-07-28 any more"
    #expect(
      try wire.received(refusal(first, "\"2025-11-25\"")) == [
        .reprobe, .send(method: "server/discover", id: second + 1), .deadline(.discover),
        .completed(first, reason),
      ])
    #expect(try wire.received(refusal(second, "\"2025-11-25\"")) == [.completed(second, reason)])
    #expect(wire.call() == nil, "what it speaks is not known")
    _ = try wire.received(refusal(second + 1, "\"2025-11-25\""))
    let seen = try wire.received(
      UpstreamSample.result(second + 2, UpstreamSample.initialization("2025-11-25")))
    #expect(seen.contains(.ready("2025-11-25")))
    #expect(wire.call() != nil)
  }

  @Test func `a process that refuses the revision but has it among its own is not asked anew`()
    throws
  {
    let wire = UpstreamWire()
    _ = try wire.opened()
    _ = try wire.received(UpstreamSample.result(1, UpstreamSample.discovery))
    let id = try #require(wire.call())
    #expect(
      try wire.received(
        """
        {"jsonrpc":"2.0","id":\(id),"error":{"code":-32022,"message":"no",\
        "data":{"supported":["2026-07-28"]}}}
        """) == [.completed(id, "error -32022")])
  }
}
