import Glibc
import JSON
import Testing

/// What the kill switch ends besides calls: streams of either era, and servers.
@Suite(.ownThreads)
struct KillStreamsTests {
  private func start(_ settings: String = "") throws -> Gateway {
    try Gateway(
      upstreams: ["up": Upstreams.scripted(), "other": Upstreams.scripted()],
      policy: KillTests.lifting, settings: settings)
  }

  private func kill(_ gateway: Gateway, _ words: [String]) throws -> JSONNode {
    let done = try gateway.command(words: ["kill"] + words + ["--reason", "a drill", "--json"])
    try #require(done.code == 0, "\(done.errors)")
    return try JSONDocument(parsing: Array(done.output.utf8)).root
  }

  /// The two streams that a client can have: of `subscriptions/listen`, and of a session.
  private struct Streams {
    var listening: (HTTPConnection, HTTPResponse)
    var session: (HTTPConnection, HTTPResponse)

    init(_ client: HTTPClient, at path: String) throws {
      listening = try Self.begin(client, KillStreamsTests.listen(client, at: path))
      var first = client.request(
        body:
          #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"by-hand","version":"1"}}}"#
      )
      first.path = path
      var opened = client
      opened.session = try client.exchange(first).response.headers["mcp-session-id"]
      var second = opened.request(
        body: #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
      second.path = path
      _ = try opened.exchange(second)
      var get = opened.get()
      get.path = path
      session = try Self.begin(opened, get)
    }

    private static func begin(
      _ client: HTTPClient, _ request: HTTPClient.Request
    ) throws -> (HTTPConnection, HTTPResponse) {
      let connection = try client.begin(request)
      let head = try connection.head()
      try #require(head.isEventStream)
      return (connection, head)
    }

    /// Reads both to their ends, which must come.
    mutating func awaitEnds() throws {
      while try listening.0.bodyPart(of: &listening.1) != nil {}
      while try session.0.bodyPart(of: &session.1) != nil {}
    }
  }

  static func listen(_ client: HTTPClient, at path: String) -> HTTPClient.Request {
    var request = client.stateless(
      "subscriptions/listen",
      body:
        #"{"jsonrpc":"2.0","id":"s","method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true},"_meta":{\#(HTTPClient.statelessMeta)}}}"#
    )
    request.path = path
    return request
  }

  @Test(
    "Streams of who is stopped end in both eras, others go on, and none begins anew",
    arguments: [
      ["--agent", "first"], ["--human", "alice"], ["--profile", "dev"], ["--all"],
    ])
  func streams(words: [String]) throws {
    let gateway = try start("profiles: {dev: {}}")
    let path = words[0] == "--profile" ? "/mcp/dev" : "/mcp"
    var stopped = try Streams(gateway.client, at: path)
    var other = try Streams(gateway.secondClient, at: "/mcp")
    let count: Int64 = words[0] == "--all" ? 2 : 1
    let report = try kill(gateway, words)
    #expect(report[member: "streams"]?.int64 == count)
    #expect(report[member: "sessions"]?.int64 == count)
    try stopped.awaitEnds()
    let again = try gateway.client.exchange(Self.listen(gateway.client, at: path))
    #expect(again.errorCode == -31_001)
    if count == 1 {
      let rest = try kill(gateway, ["--all"])
      #expect(rest[member: "streams"]?.int64 == 1)
      #expect(rest[member: "sessions"]?.int64 == 1)
    }
    try other.awaitEnds()
  }

  @Test("A token that is not the gateway's own is refused while it is stopped, and counts after")
  func tokens() throws {
    let gateway = try start()
    let made = try gateway.command("token", "create", "--agent", "first", "--json")
    let token = try JSONDocument(parsing: Array(made.output.utf8)).root[member: "token"]?.string
    let own = HTTPClient(port: gateway.port, token: token)
    let report = try kill(gateway, ["--agent", "first"])
    #expect(report[member: "tokens"]?.int64 == 1)
    let refused = try gateway.client.exchange(gateway.client.callRequest("up__echo"))
    #expect(refused.decision?.has("reason", "stopped") == true)
    #expect(try own.exchange(own.callRequest("up__echo")).status == 401)
    _ = try kill(gateway, ["lift", try #require(report[member: "id"]?.string)])
    let passed = try gateway.client.exchange(gateway.client.callRequest("up__echo"))
    #expect(passed.decision == nil)
    #expect(try own.exchange(own.callRequest("up__echo")).status == 401)
    // With `--keep-tokens` it is refused only as long.
    let second = try gateway.command("token", "create", "--agent", "first", "--json")
    let kept = HTTPClient(
      port: gateway.port,
      token: try JSONDocument(parsing: Array(second.output.utf8)).root[member: "token"]?.string)
    let milder = try kill(gateway, ["--agent", "first", "--keep-tokens"])
    #expect(
      try kept.exchange(kept.callRequest("up__echo")).decision?.has("reason", "stopped") == true)
    _ = try kill(gateway, ["lift", try #require(milder[member: "id"]?.string)])
    #expect(try kept.exchange(kept.callRequest("up__echo")).decision == nil)
  }

  @Test("The process of a stopped server ends, does not come again until lifted, and then does")
  func server() throws {
    let gateway = try start()
    func pid(_ name: String) throws -> Int32? {
      try gateway.upstream(name)[member: "pid"]?.int64.flatMap { Int32(exactly: $0) }
    }
    let first = try #require(try pid("up"))
    let other = try #require(try pid("other"))
    let stop = try kill(gateway, ["--upstream", "up"])
    try waitUntil("the end of the server") { Glibc.kill(first, 0) != 0 }
    let shown = try gateway.upstream("up")
    #expect(shown.has("state", "stopped"))
    #expect(shown[member: "lastError"]?.string?.contains("a drill") == true)
    #expect(shown[member: "advice"]?.string?.contains("kill list") == true)
    #expect(try pid("other") == other)
    // A call tells of the stop, not of a server that is away.
    let refused = try gateway.client.exchange(gateway.client.callRequest("up__echo"))
    #expect(refused.decision?.has("reason", "stopped") == true)
    for verb in ["restart", "test"] {
      let done = try gateway.command("upstream", verb, "up")
      #expect(done.code != 0)
      #expect(done.errors.contains("is stopped"))
    }

    // Neither does a reload or a restart of the gateway begin it.
    #expect(try gateway.stop() == 0)
    try gateway.startAgain()
    #expect(try pid("up") == nil)
    #expect(try gateway.upstream("up").has("state", "stopped"))

    _ = try kill(gateway, ["lift", try #require(stop[member: "id"]?.string)])
    try waitUntil("the server") { try gateway.upstream("up").has("state", "ready") }
    #expect(try pid("up") != nil)
    try waitUntil("its tools") {
      try gateway.client.exchange(gateway.client.callRequest("up__echo")).text != nil
    }
  }

  @Test("A stop that is lifted at once, again and again, leaves one process of the server")
  func quickly() throws {
    let gateway = try start()
    for _ in 0..<5 {
      let stop = try kill(gateway, ["--upstream", "up"])
      _ = try kill(gateway, ["lift", try #require(stop[member: "id"]?.string)])
    }
    try waitUntil("the server") { try gateway.upstream("up").has("state", "ready") }
    try waitUntil("one answer") {
      let answer = try gateway.client.exchange(gateway.client.callRequest("up__whoami"))
      let pid = try gateway.upstream("up")[member: "pid"]?.int64
      return answer.text != nil && answer.text == pid.map { "\($0)" }
    }
  }
}
