import JSON
import Testing

@testable import MCP

@Suite("Stdio upstream: finding the era")
struct UpstreamFaceStdioEraTests {
  @Test func `an upstream of the stateless era is ready after discovery and asked for changes`()
    throws
  {
    var machine = StdioUpstreamMachine()
    #expect(
      try Seen.all(machine.opened()) == [
        .send(method: "server/discover", id: 1), .deadline(.discover),
      ])
    #expect(machine.opened().isEmpty, "it opens once")
    let actions = machine.received(UpstreamSample.result(1, UpstreamSample.discovery))
    #expect(
      try Seen.all(actions) == [
        .send(method: "subscriptions/listen", id: 2), .ready("2026-07-28"),
      ])
    #expect(
      machine.peer
        == UpstreamPeer(
          version: .v2026_07_28, serverName: "modern", serverVersion: "2.1",
          instructions: "Be kind.", announcesToolChanges: true))
  }

  /// What servers are known to say to a method they do not know.
  @Test(
    arguments: [
      UpstreamSample.error(1, -32601), UpstreamSample.error(1, -32602),
      UpstreamSample.error(1, -32022), UpstreamSample.error(1, 0),
      UpstreamSample.result(1, "{}"),
      UpstreamSample.result(1, #"{"supportedVersions":["2025-11-25"]}"#),
      UpstreamSample.result(1, #"{"supportedVersions":"2026-07-28"}"#),
      UpstreamSample.result(1, #"{"supportedVersions":["2099-01-01"]}"#),
    ])
  func `anything but a stateless revision leads to initialize`(answer: [UInt8]) throws {
    var machine = StdioUpstreamMachine()
    _ = machine.opened()
    #expect(
      try Seen.all(machine.received(answer)) == [
        .send(method: "initialize", id: 2), .deadline(.initialize),
      ])
    let actions = machine.received(
      UpstreamSample.result(2, UpstreamSample.initialization("2025-06-18")))
    #expect(
      try Seen.all(actions) == [
        .send(method: "notifications/initialized", id: nil), .ready("2025-06-18"),
      ])
    #expect(machine.peer?.serverName == "classic")
    #expect(machine.peer?.announcesToolChanges == false)
  }

  @Test func `silence leads to initialize, and silence there to the end`() throws {
    var machine = StdioUpstreamMachine()
    _ = machine.opened()
    #expect(
      try Seen.all(machine.deadlinePassed(.discover)) == [
        .send(method: "initialize", id: 2), .deadline(.initialize),
      ])
    #expect(machine.deadlinePassed(.discover).isEmpty)
    #expect(try Seen.all(machine.deadlinePassed(.initialize)) == [.abandon])
  }

  @Test func `a late answer to discovery still settles the era, and initialize is ignored`() throws {
    var machine = StdioUpstreamMachine()
    _ = machine.opened()
    _ = machine.deadlinePassed(.discover)
    let actions = machine.received(UpstreamSample.result(1, UpstreamSample.discovery))
    #expect(try Seen.all(actions).last == .ready("2026-07-28"))
    #expect(
      machine.received(UpstreamSample.result(2, UpstreamSample.initialization("2025-11-25")))
        .isEmpty)
    #expect(machine.deadlinePassed(.initialize).isEmpty)
    #expect(machine.peer?.version == .v2026_07_28)
  }

  @Test func `a late refusal of discovery changes nothing`() throws {
    var machine = StdioUpstreamMachine()
    _ = machine.opened()
    _ = machine.deadlinePassed(.discover)
    #expect(machine.received(UpstreamSample.error(1, -32601)).isEmpty)
    let actions = machine.received(
      UpstreamSample.result(2, UpstreamSample.initialization("2025-11-25")))
    #expect(try Seen.all(actions).last == .ready("2025-11-25"))
  }

  @Test(
    arguments: [
      UpstreamSample.error(2, -32602, "bad"), UpstreamSample.result(2, "{}"),
      UpstreamSample.result(2, UpstreamSample.initialization("1999-01-01")),
      UpstreamSample.result(2, UpstreamSample.initialization("2026-07-28")),
    ])
  func `a handshake that cannot be used ends the connection`(answer: [UInt8]) throws {
    var machine = StdioUpstreamMachine()
    _ = machine.opened()
    _ = machine.received(UpstreamSample.error(1, -32601))
    #expect(try Seen.all(machine.received(answer)) == [.abandon])
    #expect(machine.peer == nil)
  }

  @Test func `no call is taken before the era is known`() {
    var machine = StdioUpstreamMachine()
    let request = UpstreamRequest(method: "tools/list", params: nil, timeout: .seconds(1))
    #expect(machine.call(request)?.id == nil)
    _ = machine.opened()
    #expect(machine.call(request)?.id == nil)
  }

  @Test func `a subscription that ends is asked for again later, and only once`() throws {
    var machine = StdioUpstreamMachine()
    _ = machine.opened()
    _ = machine.received(UpstreamSample.result(1, UpstreamSample.discovery))
    #expect(machine.deadlinePassed(.listenAgain).isEmpty, "one is open")
    #expect(
      try Seen.all(machine.received(UpstreamSample.result(2, "{}"))) == [.deadline(.listenAgain)])
    #expect(
      try Seen.all(machine.deadlinePassed(.listenAgain)) == [
        .send(method: "subscriptions/listen", id: 3)
      ])
  }
}

@Suite("Stdio upstream: calls")
struct UpstreamFaceStdioCallTests {
  private func ready() -> StdioUpstreamMachine {
    var machine = StdioUpstreamMachine()
    _ = machine.opened()
    _ = machine.received(UpstreamSample.error(1, -32601))
    _ = machine.received(UpstreamSample.result(2, UpstreamSample.initialization("2025-11-25")))
    return machine
  }

  private func begin(_ machine: inout StdioUpstreamMachine, progress: Bool = false) throws -> Int64 {
    let request = UpstreamRequest(
      method: "tools/call", params: nil, name: "t", wantsProgress: progress, timeout: .seconds(1))
    return try #require(machine.call(request)).id
  }

  @Test func `answers find their calls in any order, and ids are never used again`() throws {
    var machine = ready()
    let first = try begin(&machine)
    let second = try begin(&machine)
    #expect(machine.inFlight == 2)
    #expect(
      try Seen.all(machine.received(UpstreamSample.result(second, "{\"n\":2}"))) == [
        .completed(second, "{\"n\":2}")
      ])
    #expect(
      try Seen.all(machine.received(UpstreamSample.error(first, -32000))) == [
        .completed(first, "error -32000")
      ])
    #expect(machine.inFlight == 0)
    let third = try begin(&machine)
    #expect(third > second)
    #expect(machine.received(UpstreamSample.result(first, "{}")).isEmpty, "answered twice")
    #expect(machine.inFlight == 1)
  }

  @Test func `a cancelled call is told to the upstream and its late answer reaches nobody`() throws {
    var machine = ready()
    let id = try begin(&machine)
    let actions = machine.abort(id, because: .cancelled)
    #expect(
      try Seen.all(actions) == [
        .send(method: "notifications/cancelled", id: nil), .completed(id, "cancelled by the client"),
      ])
    guard case .send(let bytes)? = actions.first else { return }
    let params = try JSONDocument(parsing: bytes).root[member: "params"]
    #expect(params?[member: "requestId"]?.int64 == id)
    #expect(machine.abort(id, because: .cancelled).isEmpty)
    #expect(machine.received(UpstreamSample.result(id, "{}")).isEmpty)
  }

  @Test(
    arguments: [
      #"{"jsonrpc":"2.0","id":"3","result":{}}"#, #"{"jsonrpc":"2.0","id":99,"result":{}}"#,
      #"{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"x"}}"#,
      #"{"jsonrpc":"2.0","error":{"code":1,"message":"x"}}"#,
    ])
  func `an answer to nothing completes nothing`(line: String) throws {
    var machine = ready()
    let id = try begin(&machine)
    #expect(id == 3)
    let seen = try Seen.all(machine.received(Array(line.utf8)))
    #expect(seen.allSatisfy { $0 == .note })
    #expect(machine.inFlight == 1)
  }

  @Test func `a result that is no object is a violation for its call alone`() throws {
    var machine = ready()
    let id = try begin(&machine)
    let seen = try Seen.all(machine.received(UpstreamSample.result(id, "[1]")))
    #expect(seen == [.completed(id, "protocol violation: a result that is not an object")])
  }

  @Test func `progress reaches the call that asked for it and no other`() throws {
    var machine = ready()
    let asked = try begin(&machine, progress: true)
    let silent = try begin(&machine)
    func progress(_ token: String) -> [UInt8] {
      Array(
        """
        {"jsonrpc":"2.0","method":"notifications/progress",\
        "params":{"progressToken":\(token),"progress":1}}
        """.utf8)
    }
    #expect(
      try Seen.all(machine.received(progress("\(asked)"))) == [
        .progress(asked, "{\"progressToken\":\(asked),\"progress\":1}")
      ])
    #expect(machine.received(progress("\(silent)")).isEmpty)
    #expect(machine.received(progress("\"\(asked)\"")).isEmpty)
    #expect(machine.received(progress("77")).isEmpty)
    _ = machine.received(UpstreamSample.result(asked, "{}"))
    #expect(machine.received(progress("\(asked)")).isEmpty, "the call is over")
  }

  @Test func `a ping is answered and every other request of the server is refused`() throws {
    var machine = ready()
    func answer(_ method: String) throws -> JSONNode {
      let line = "{\"jsonrpc\":\"2.0\",\"id\":\"x-1\",\"method\":\"\(method)\",\"params\":{}}"
      guard case .send(let bytes)? = machine.received(Array(line.utf8)).first else {
        throw StreamEnded()
      }
      return try JSONDocument(parsing: bytes).root
    }
    let pong = try answer("ping")
    #expect(pong[member: "result"]?.count == 0)
    #expect(pong[member: "id"]?.string == "x-1")
    for method in ["sampling/createMessage", "elicitation/create", "roots/list", "nonsense"] {
      #expect(try answer(method)[member: "error"]?[member: "code"]?.int64 == -32601)
    }
  }

  private struct StreamEnded: Error {}

  @Test func `an announced change of tools is passed on, other notifications are not`() throws {
    var machine = ready()
    func notify(_ method: String) -> [StdioUpstreamMachine.Action] {
      machine.received(Array("{\"jsonrpc\":\"2.0\",\"method\":\"\(method)\"}".utf8))
    }
    #expect(try Seen.all(notify("notifications/tools/list_changed")) == [.toolsChanged])
    #expect(notify("notifications/message").isEmpty)
  }

  @Test func `garbage is borne up to a bound, and a good line resets it`() throws {
    var machine = ready()
    let garbage = Array("Starting server…".utf8)
    for _ in 1..<StdioUpstreamMachine.garbageLinesMax {
      #expect(try Seen.all(machine.received(garbage)) == [.note])
    }
    _ = machine.received(Array(#"{"jsonrpc":"2.0","method":"notifications/message"}"#.utf8))
    for _ in 1..<StdioUpstreamMachine.garbageLinesMax {
      #expect(try Seen.all(machine.received(garbage)) == [.note])
    }
    #expect(try Seen.all(machine.received(garbage)) == [.abandon])
  }

  @Test(
    arguments: [
      "", "[]", "null", "{\"jsonrpc\":\"1.0\",\"id\":3,\"result\":{}}",
      "{\"jsonrpc\":\"2.0\",\"id\":3,\"id\":4,\"result\":{}}",
      "{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{},\"error\":{}}",
      String(repeating: "[", count: 10_000),
    ])
  func `a line that is no message completes nothing`(line: String) throws {
    var machine = ready()
    _ = try begin(&machine)
    #expect(try Seen.all(machine.received(Array(line.utf8))) == [.note])
    #expect(machine.inFlight == 1)
  }

  @Test func `the end of the process fails every call in flight, once`() throws {
    var machine = ready()
    let ids = [try begin(&machine), try begin(&machine)]
    #expect(
      try Seen.all(machine.closed(reason: "gone"))
        == ids.map { .completed($0, "connection lost: gone") })
    #expect(machine.closed(reason: "again").isEmpty)
    #expect(machine.inFlight == 0)
    let request = UpstreamRequest(method: "ping", params: nil, timeout: .seconds(1))
    #expect(machine.call(request)?.id == nil)
  }
}
