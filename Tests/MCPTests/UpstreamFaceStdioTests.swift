import JSON
import Testing

@testable import MCP

@Suite("Stdio upstream: finding the era")
struct UpstreamFaceStdioEraTests {
  @Test func `an upstream of the stateless era is ready after discovery and asked for changes`()
    throws
  {
    let wire = UpstreamWire()
    #expect(
      try wire.opened() == [
        .send(method: "server/discover", id: 1), .deadline(.discover),
      ])
    #expect(try wire.opened().isEmpty, "it opens once")
    let actions = try wire.received(UpstreamSample.result(1, UpstreamSample.discovery))
    #expect(
      actions == [
        .send(method: "subscriptions/listen", id: 2), .ready("2026-07-28"),
      ])
    #expect(
      wire.peer
        == UpstreamPeer(
          version: .v2026_07_28, serverName: "modern", serverVersion: "2.1",
          instructions: "Be kind.", capabilities: UpstreamSample.announcesTools))
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
    let wire = UpstreamWire()
    _ = try wire.opened()
    #expect(
      try wire.received(answer) == [
        .send(method: "initialize", id: 2), .deadline(.initialize),
      ])
    let actions = try wire.received(
      UpstreamSample.result(2, UpstreamSample.initialization("2025-06-18")))
    #expect(
      actions == [
        .send(method: "notifications/initialized", id: nil), .ready("2025-06-18"),
      ])
    #expect(wire.peer?.serverName == "classic")
    #expect(wire.peer?.capabilities.announces.isEmpty == true)
  }

  @Test func `silence leads to initialize, and silence there to the end`() throws {
    let wire = UpstreamWire()
    _ = try wire.opened()
    #expect(
      try wire.passed(.discover) == [
        .send(method: "initialize", id: 2), .deadline(.initialize),
      ])
    #expect(try wire.passed(.discover).isEmpty)
    #expect(try wire.passed(.initialize) == [.abandon])
  }

  @Test func `a late answer to discovery still settles the era, and initialize is ignored`() throws
  {
    let wire = UpstreamWire()
    _ = try wire.opened()
    _ = try wire.passed(.discover)
    let actions = try wire.received(UpstreamSample.result(1, UpstreamSample.discovery))
    #expect(actions.last == .ready("2026-07-28"))
    #expect(
      try wire.received(UpstreamSample.result(2, UpstreamSample.initialization("2025-11-25")))
        .isEmpty)
    #expect(try wire.passed(.initialize).isEmpty)
    #expect(wire.peer?.version == .v2026_07_28)
  }

  @Test func `a late refusal of discovery changes nothing`() throws {
    let wire = UpstreamWire()
    _ = try wire.opened()
    _ = try wire.passed(.discover)
    #expect(try wire.received(UpstreamSample.error(1, -32601)).isEmpty)
    let actions = try wire.received(
      UpstreamSample.result(2, UpstreamSample.initialization("2025-11-25")))
    #expect(actions.last == .ready("2025-11-25"))
  }

  @Test(
    arguments: [
      UpstreamSample.error(2, -32602, "bad"), UpstreamSample.result(2, "{}"),
      UpstreamSample.result(2, UpstreamSample.initialization("1999-01-01")),
      UpstreamSample.result(2, UpstreamSample.initialization("2026-07-28")),
    ])
  func `a handshake that cannot be used ends the connection`(answer: [UInt8]) throws {
    let wire = UpstreamWire()
    _ = try wire.opened()
    _ = try wire.received(UpstreamSample.error(1, -32601))
    #expect(try wire.received(answer) == [.abandon])
    #expect(wire.peer == nil)
  }

  @Test func `no call is taken before the era is known`() throws {
    let wire = UpstreamWire()
    #expect(wire.call() == nil)
    _ = try wire.opened()
    #expect(wire.call() == nil)
  }

  @Test func `a subscription that ends is asked for again later, and only once`() throws {
    let wire = UpstreamWire()
    _ = try wire.opened()
    _ = try wire.received(UpstreamSample.result(1, UpstreamSample.discovery))
    #expect(try wire.passed(.listenAgain).isEmpty, "one is open")
    #expect(
      try wire.received(UpstreamSample.result(2, "{}")) == [.deadline(.listenAgain)])
    #expect(
      try wire.passed(.listenAgain) == [
        .send(method: "subscriptions/listen", id: 3)
      ])
  }
}

@Suite("Stdio upstream: calls")
struct UpstreamFaceStdioCallTests {
  private func ready() throws -> UpstreamWire {
    let wire = UpstreamWire()
    _ = try wire.opened()
    _ = try wire.received(UpstreamSample.error(1, -32601))
    _ = try wire.received(UpstreamSample.result(2, UpstreamSample.initialization("2025-11-25")))
    return wire
  }

  @Test(arguments: ["\n", "\r\n", "\r"])
  func `line breaks between a client's tokens cannot become messages of their own`(
    lineBreak: String
  ) throws {
    let smuggled = #"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"other"}}"#
    let params = ["{\"name\":\"s__t\",", "\"arguments\":{\"a\":", "\(smuggled)", "}", "}"]
      .joined(separator: lineBreak)
    var machine = try ready().machine
    let request = UpstreamRequest(
      method: "tools/call", params: try JSONDocument(parsing: Array(params.utf8)).root,
      target: .name("t"), timeout: .seconds(1))
    guard case .began(_, let actions) = machine.call(request),
      case .send(let line, _)? = actions.first
    else {
      Issue.record("nothing was sent")
      return
    }
    #expect(!line.contains { $0 == 0x0A || $0 == 0x0D })
    let sent = try JSONDocument(parsing: line).root[member: "params"]
    #expect(sent?[member: "arguments"]?[member: "a"]?.description == smuggled)
  }

  @Test func `answers find their calls in any order, and ids are never used again`() throws {
    let wire = try ready()
    let first = try #require(wire.call())
    let second = try #require(wire.call())
    #expect(wire.inFlight == 2)
    #expect(
      try wire.received(UpstreamSample.result(second, "{\"n\":2}")) == [
        .completed(second, "{\"n\":2}")
      ])
    #expect(
      try wire.received(UpstreamSample.error(first, -32000)) == [
        .completed(first, "error -32000")
      ])
    #expect(wire.inFlight == 0)
    let third = try #require(wire.call())
    #expect(third > second)
    #expect(try wire.received(UpstreamSample.result(first, "{}")).isEmpty, "answered twice")
    #expect(wire.inFlight == 1)
  }

  @Test func `a cancelled call is told to the upstream and its late answer reaches nobody`() throws
  {
    let wire = try ready()
    let id = try #require(wire.call())
    let actions = try wire.abort(id)
    #expect(
      actions == [
        .send(method: "notifications/cancelled", id: nil), .deadline(.departed(id)),
        .completed(id, "cancelled by the client"),
      ])
    #expect(wire.sent.first?[member: "params"]?[member: "requestId"]?.int64 == id)
    #expect(try wire.abort(id).isEmpty)
    #expect(try wire.received(UpstreamSample.result(id, "{}")).isEmpty)
  }

  @Test(
    arguments: [
      #"{"jsonrpc":"2.0","id":"3","result":{}}"#, #"{"jsonrpc":"2.0","id":99,"result":{}}"#,
      #"{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"x"}}"#,
      #"{"jsonrpc":"2.0","error":{"code":1,"message":"x"}}"#,
    ])
  func `an answer to nothing completes nothing`(line: String) throws {
    let wire = try ready()
    let id = try #require(wire.call())
    #expect(id == 3)
    let seen = try wire.received(line)
    #expect(seen.allSatisfy { $0 == .note })
    #expect(wire.inFlight == 1)
  }

  @Test func `a result that is no object is a violation for its call alone`() throws {
    let wire = try ready()
    let id = try #require(wire.call())
    let seen = try wire.received(UpstreamSample.result(id, "[1]"))
    #expect(seen == [.completed(id, "protocol violation: a result that is not an object")])
  }

  @Test func `progress reaches the call that asked for it and no other`() throws {
    let wire = try ready()
    let asked = try #require(wire.call(progress: true))
    let silent = try #require(wire.call())
    func progress(_ token: String) -> [UInt8] {
      Array(
        """
        {"jsonrpc":"2.0","method":"notifications/progress",\
        "params":{"progressToken":\(token),"progress":1}}
        """.utf8)
    }
    #expect(
      try wire.received(progress("\(asked)")) == [
        .progress(asked, "{\"progressToken\":\(asked),\"progress\":1}")
      ])
    #expect(try wire.received(progress("\(silent)")).isEmpty)
    #expect(try wire.received(progress("\"\(asked)\"")).isEmpty)
    #expect(try wire.received(progress("77")).isEmpty)
    _ = try wire.received(UpstreamSample.result(asked, "{}"))
    #expect(try wire.received(progress("\(asked)")).isEmpty, "the call is over")
  }

  @Test func `a ping is answered and every other request of the server is refused`() throws {
    let wire = try ready()
    func answer(_ method: String) throws -> JSONNode {
      let line = "{\"jsonrpc\":\"2.0\",\"id\":\"x-1\",\"method\":\"\(method)\",\"params\":{}}"
      let id = try #require(wire.call())
      _ = try wire.received(line)
      let sent = try #require(wire.sent.first)
      _ = try wire.received(UpstreamSample.result(id, "{}"))
      return sent
    }
    let pong = try answer("ping")
    #expect(pong[member: "result"]?.count == 0)
    #expect(pong[member: "id"]?.string == "x-1")
    for method in ["sampling/createMessage", "elicitation/create", "roots/list", "nonsense"] {
      #expect(try answer(method)[member: "error"]?[member: "code"]?.int64 == -32601)
    }
  }

  @Test func `an announced change of tools is passed on, other notifications are not`() throws {
    let wire = try ready()
    func notify(_ method: String) throws -> [Seen] {
      try wire.received("{\"jsonrpc\":\"2.0\",\"method\":\"\(method)\"}")
    }
    #expect(try notify("notifications/tools/list_changed") == [.listChanged(.tools)])
    #expect(try notify("notifications/prompts/list_changed") == [.listChanged(.prompts)])
    #expect(try notify("notifications/resources/list_changed") == [.listChanged(.resources)])
    #expect(try notify("notifications/other/list_changed").isEmpty)
  }

  @Test func `garbage is borne up to a bound, and a good line resets it`() throws {
    let wire = try ready()
    let garbage = Array("Starting server…".utf8)
    for _ in 1..<ConnectionMachine.garbageLinesMax {
      #expect(try wire.received(garbage) == [.note])
    }
    _ = try wire.received(Array(#"{"jsonrpc":"2.0","method":"notifications/message"}"#.utf8))
    for _ in 1..<ConnectionMachine.garbageLinesMax {
      #expect(try wire.received(garbage) == [.note])
    }
    #expect(try wire.received(garbage) == [.abandon])
  }

  @Test(
    arguments: [
      "", "[]", "null", "{\"jsonrpc\":\"1.0\",\"id\":3,\"result\":{}}",
      "{\"jsonrpc\":\"2.0\",\"id\":3,\"id\":4,\"result\":{}}",
      "{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{},\"error\":{}}",
      String(repeating: "[", count: 10_000),
    ])
  func `a line that is no message completes nothing`(line: String) throws {
    let wire = try ready()
    _ = try #require(wire.call())
    #expect(try wire.received(line) == [.note])
    #expect(wire.inFlight == 1)
  }

  @Test func `the end of the process fails every call in flight, once`() throws {
    let wire = try ready()
    let ids = [try #require(wire.call()), try #require(wire.call())]
    #expect(
      try wire.closed("gone")
        == ids.map { .completed($0, "connection lost: gone") })
    #expect(try wire.closed("again").isEmpty)
    #expect(wire.inFlight == 0)
    #expect(wire.call() == nil)
  }
}
