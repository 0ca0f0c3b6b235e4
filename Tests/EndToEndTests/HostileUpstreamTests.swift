import Glibc
import JSON
import Testing

/// Whatever one upstream does, its calls end with a clear error and the others do not notice.
@Suite(.ownThreads)
struct HostileUpstreamTests {
  /// What the gateway may grow by, whatever an upstream sends.
  static let growthMax = 48 << 20

  private func start(
    _ more: String = "effect: read", settings: String = "", arguments: String? = nil
  ) throws -> Gateway {
    let scratch = Scratch()
    return try Gateway(
      upstreams: [
        "bad": Upstreams.scripted("--journal", scratch.file("journal"), more: more),
        "good": Upstreams.scripted(),
      ], settings: settings, scratch: scratch)
  }

  private func expectUnharmed(_ gateway: Gateway) throws {
    #expect(try gateway.client.call("good__echo", #"{"a":1}"#).text == #"{"a": 1}"#)
    #expect(try gateway.upstream("good")[member: "restarts"]?.int64 == 0)
  }

  @Test("A tool that hangs ends in a timeout, and others are served meanwhile")
  func hangs() throws {
    let gateway = try start("effect: read, tools: {hang: {timeout: 5s}}")
    let hanging = try (0..<20).map { number in
      try gateway.client.begin(
        gateway.client.callRequest("bad__hang", #"{"mark":"\#(number)"}"#, id: "\(number)"))
    }
    try waitUntil("20 calls to hang") { gateway.scratch.lines(of: "journal").count >= 20 }
    try expectUnharmed(gateway)
    for connection in hanging {
      let answer = try HTTPClient.Answer(connection.response())
      #expect(answer.isError)
      #expect(answer.decision?.has("reason", "upstream_timeout") == true)
      #expect(answer.text?.contains("may or may not have run") == true)
    }
    #expect(try gateway.client.call("bad__echo").text == "{}")
    let outcomes = try gateway.ledger("--kind", "outcome", "--tool", "hang")
    #expect(outcomes.count { $0.has("status", "timeout") } == 20)
    // The upstream was told to stop each of them.
    let told = gateway.scratch.lines(of: "journal").count { $0 == "notified of cancelling" }
    #expect(told == 20)
  }

  @Test("A tool's own timeout counts before its server's")
  func toolTimeout() throws {
    let gateway = try start("effect: read, timeout: 10m, tools: {hang: {timeout: 200ms}}")
    #expect(
      try gateway.client.call("bad__hang").decision?.has("reason", "upstream_timeout") == true)
  }

  @Test("A server that dies within a call fails that call, and comes back")
  func dies() throws {
    let gateway = try start()
    let first = try #require(try gateway.client.call("bad__whoami").text)
    let waiting = try gateway.client.begin(
      gateway.client.callRequest("bad__slow", #"{"seconds":600,"mark":"w"}"#))
    try waitUntil("the other call at the upstream") {
      gateway.scratch.lines(of: "journal").contains("began w")
    }
    let answer = try gateway.client.call("bad__die")
    #expect(answer.isError)
    #expect(answer.decision?.has("reason", "upstream_failed") == true)
    #expect(answer.text?.contains("may or may not have run") == true)
    #expect(try HTTPClient.Answer(waiting.response()).isError)
    let down = try gateway.upstream("bad")
    #expect(down[member: "restarts"]?.int64 == 1)
    #expect(down[member: "lastError"]?.string?.contains("ended") == true, "\(down)")
    try expectUnharmed(gateway)
    try waitUntil("the upstream to be back") { try gateway.upstream("bad").has("state", "ready") }
    let second = try #require(try gateway.client.call("bad__whoami").text)
    #expect(second != first)
    #expect(
      try gateway.ledger("--kind", "outcome", "--tool", "die").count {
        $0.has("status", "upstream_error")
      } == 1)
  }

  @Test("A server that keeps dying is started ever more rarely, and its calls say so at once")
  func keepsDying() throws {
    let gateway = try Gateway(upstreams: [
      "dead": "command: /bin/false, effect: read",
      "missing": "command: /nonexistent/program, effect: read", "good": Upstreams.scripted(),
    ])
    try waitUntil("two attempts") {
      (try gateway.upstream("dead")[member: "restarts"]?.int64 ?? 0) >= 2
    }
    let dead = try gateway.upstream("dead")
    #expect(dead.has("state", "backing-off") || dead.has("state", "starting"))
    #expect(
      try gateway.upstream("missing")[member: "lastError"]?.string?.contains("/nonexistent/program")
        == true)
    try expectUnharmed(gateway)
    #expect(try gateway.client.call("dead__tool").errorCode == -32602)
  }

  @Test("Garbage on the standard output of a server is skipped")
  func garbage() throws {
    let gateway = try start()
    #expect(try gateway.client.call("bad__garbage", #"{"lines":50}"#).text == "after the garbage")
    #expect(try gateway.client.call("bad__one_garbage_line").text == "after the garbage")
    #expect(try gateway.upstream("bad")[member: "restarts"]?.int64 == 0)
  }

  @Test("A server that writes nothing but garbage is started anew")
  func onlyGarbage() throws {
    let gateway = try start()
    let answer = try gateway.client.call("bad__garbage", #"{"lines":500}"#)
    #expect(answer.isError)
    #expect(answer.text?.contains("not MCP") == true)
    try expectUnharmed(gateway)
    try waitUntil("the upstream to be back") { try gateway.upstream("bad").has("state", "ready") }
  }

  @Test("50 MB without a newline are not kept", arguments: ["4MB", "50MB"])
  func longLine(limit: String) throws {
    let gateway = try start(settings: "limits: {result: \(limit)}")
    let before = try gateway.process.memory()
    let answer = try gateway.client.call("bad__long_line", #"{"megabytes":60}"#)
    #expect(answer.isError)
    #expect(answer.text?.contains("a line of more than") == true, "\(answer.response.text)")
    let limitBytes = limit == "4MB" ? 4 << 20 : 50 << 20
    // A growing buffer is there twice for a moment.
    #expect(try gateway.process.memory() < before + 3 * limitBytes + Self.growthMax)
    try expectUnharmed(gateway)
    try waitUntil("the upstream to be back") { try gateway.upstream("bad").has("state", "ready") }
    #expect(try gateway.client.call("bad__echo").text == "{}")
  }

  @Test("100,000 notifications do not keep another server's answers waiting")
  func flood() throws {
    let gateway = try start()
    let before = try gateway.process.memory()
    let flooding = try gateway.client.begin(
      gateway.client.callRequest("bad__flood", #"{"count":100000}"#, meta: #""progressToken":1"#))
    try waitUntil("the flood") { gateway.scratch.lines(of: "journal").contains("flood begins") }
    var served = 0
    while !gateway.scratch.lines(of: "journal").contains("flood ends") {
      try expectUnharmed(gateway)
      served += 1
    }
    #expect(served > 0)
    let answer = try HTTPClient.Answer(flooding.response())
    #expect(answer.text == "flooded")
    #expect(try gateway.process.memory() < before + Self.growthMax)
  }

  @Test("A client that does not read its flood of progress does not make the gateway grow")
  func floodUnread() throws {
    let gateway = try start()
    let before = try gateway.process.memory()
    let flooding = try gateway.client.begin(
      gateway.client.callRequest("bad__flood", #"{"count":100000}"#, meta: #""progressToken":1"#))
    try waitUntil("the end of the flood") {
      gateway.scratch.lines(of: "journal").contains("flood ends")
    }
    try expectUnharmed(gateway)
    #expect(try gateway.process.memory() < before + Self.growthMax)
    // What was dropped were notifications; the answer is not.
    #expect(try HTTPClient.Answer(flooding.response()).text == "flooded")
  }

  @Test("Answers that nobody asked for reach nobody")
  func forged() throws {
    let gateway = try start()
    let waiting = try gateway.client.begin(
      gateway.client.callRequest("bad__slow", #"{"seconds":600,"mark":"w"}"#))
    try waitUntil("the other call at the upstream") {
      gateway.scratch.lines(of: "journal").contains("began w")
    }
    #expect(try gateway.client.call("bad__forge").text == "genuine")
    #expect(try gateway.client.call("bad__twice").text == "first")
    #expect(try gateway.client.call("bad__echo").text == "{}")
    waiting.hangUp()
    try expectUnharmed(gateway)
  }

  @Test("An answer with duplicate members is no answer")
  func duplicateMembers() throws {
    let gateway = try start("effect: read, tools: {duplicate: {timeout: 1s}}")
    let answer = try gateway.client.call("bad__duplicate")
    #expect(answer.isError)
    #expect(answer.decision?[member: "reason"] != nil)
    #expect(try gateway.client.call("bad__echo").text == "{}")
  }

  @Test(
    "A list of tools that does not end, or is too long, is given up",
    arguments: ["endless", "huge"])
  func endlessList(catalog: String) throws {
    let gateway = try Gateway(upstreams: [
      "bad": Upstreams.scripted("--catalog", catalog), "good": Upstreams.scripted(),
    ])
    try expectUnharmed(gateway)
    let bad = try gateway.upstream("bad")
    #expect(bad[member: "listingError"]?.string?.contains("more than") == true, "\(bad)")
  }

  @Test("Schemas that loop or take for ever keep nobody waiting")
  func hostileSchemas() throws {
    let gateway = try Gateway(upstreams: [
      "bad": Upstreams.scripted("--catalog", "pattern"), "good": Upstreams.scripted(),
    ])
    let text = String(repeating: "a", count: 5000)
    #expect(try gateway.client.call("bad__pattern", #"{"text":"\#(text)"}"#).text == "I am pattern")
    let answer = try gateway.client.call("bad__pattern", #"{"text":"\#(text)!"}"#)
    #expect(answer.decision?.has("reason", "invalid_arguments") == true)
    _ = try gateway.client.call("bad__loop")
    let problems = try #require(try gateway.upstream("bad")[member: "problems"])
    let tools = problems.elements.compactMap { $0[member: "tool"]?.string }
    #expect(tools.contains("broken"))
    #expect(tools.contains("remote"))
    try expectUnharmed(gateway)
  }

  @Test("A server sees nothing of the gateway's secrets and descriptors")
  func isolation() throws {
    let gateway = try start()
    let text = try #require(try gateway.client.call("good__environ").text)
    let seen = try JSONDocument(parsing: Array(text.utf8)).root
    let names = seen[member: "names"]?.elements.compactMap(\.string) ?? []
    #expect(names.contains("PATH"))
    #expect(!names.contains { $0.hasSuffix("TOKEN") }, "\(names)")
    #expect(seen[member: "open"]?.count == 0, "\(seen)")
  }

  @Test("An answer that comes a few bytes at a time is an answer")
  func crawl() throws {
    let gateway = try start()
    #expect(try gateway.client.call("bad__crawl").text == "crawled")
  }

  @Test("A result that is no object is a clear error")
  func wrongResult() throws {
    let gateway = try start()
    let answer = try gateway.client.call("bad__wrong_result")
    #expect(answer.isError)
    #expect(answer.text?.contains("protocol violation") == true)
  }

  @Test("Servers that say nothing at their start keep nobody from being ready, nor from lists")
  func silent() throws {
    let scratch = Scratch()
    let silent = #"command: /bin/sh, args: [-c, "while read -r line; do :; done"], effect: read"#
    let gateway = try Gateway(
      upstreams: [
        "ended": "command: /bin/true, effect: read", "good": Upstreams.scripted(),
        "silent": silent, "strange": silent + ", quarantine: true",
        "late": """
        command: /bin/sh, args: [-c, "while [ ! -e \(scratch.file("go")) ]; do sleep 0.1; done; \
        exec /usr/bin/python3 -I -S \(Programs.fixture("scripted_server.py"))"], effect: read
        """,
      ], scratch: scratch)
    // Their own deadlines have not passed: each is in its first start.
    for name in ["silent", "strange", "late"] {
      let upstream = try gateway.upstream(name)
      #expect(upstream.has("state", "starting") && upstream[member: "restarts"]?.int64 == 0)
    }
    func names() throws -> [String] {
      let tools = try gateway.client.list().result?[member: "tools"]
      return tools?.elements.compactMap { $0[member: "name"]?.string } ?? []
    }
    #expect(try names().contains("good__echo"))
    #expect(try !names().contains("late__echo"))
    try expectUnharmed(gateway)
    let session = try gateway.client.opened()
    let stream = try session.begin(session.get())
    var head = try stream.head()
    try scratch.write("", to: "go")
    var isTold = false
    while !isTold, let part = try stream.bodyPart(of: &head) {
      isTold = try EventStream.messages(in: part).contains {
        $0.has("method", "notifications/tools/list_changed")
      }
    }
    #expect(isTold)
    #expect(try names().contains("late__echo"))
    #expect(try gateway.upstream("silent").has("state", "starting"))
    stream.hangUp()
  }

  @Test("More calls than an upstream may have under way are refused at once")
  func overload() throws {
    let gateway = try start("effect: read, max_in_flight: 2")
    let waiting = try ["a", "b"].map {
      try gateway.client.begin(
        gateway.client.callRequest("bad__slow", #"{"seconds":600,"mark":"\#($0)"}"#))
    }
    try waitUntil("two calls at the upstream") { gateway.scratch.lines(of: "journal").count == 2 }
    let answer = try gateway.client.call("bad__echo")
    #expect(answer.isError)
    #expect(answer.text?.contains("can be repeated") == true)
    try expectUnharmed(gateway)
    for connection in waiting { connection.hangUp() }
    try waitUntil("room again") { try !gateway.client.call("bad__echo").isError }
  }
}
