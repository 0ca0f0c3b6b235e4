import JSON
import Testing

/// The kill switch through the program, on both loops.
@Suite(.ownThreads)
struct KillTests {
  static let lifting = """
    \(Gateway.openPolicy)
    @id("operator-lifts")
    permit (
      principal == Sallyport::Agent::"operator", action == Sallyport::Action::"lift", resource
    );
    """

  private func start(_ settings: String = "") throws -> Gateway {
    let scratch = Scratch()
    return try Gateway(
      upstreams: [
        "up": Upstreams.scripted("--journal", scratch.file("journal"), more: "effect: write")
      ],
      policy: Self.lifting, settings: settings, scratch: scratch)
  }

  private func kill(_ gateway: Gateway, _ words: String...) throws -> JSONNode {
    let done = try gateway.command(words: ["kill"] + words + ["--json"])
    try #require(done.code == 0, "\(done.errors)")
    return try JSONDocument(parsing: Array(done.output.utf8)).root
  }

  private func denial(_ client: HTTPClient, _ body: String? = nil) throws -> String? {
    let answer = try client.exchange(client.callRequest("up__echo"))
    return answer.result?[member: "_meta"]?[member: "dev.sallyport/decision"]?[member: "reason"]?
      .string
  }

  @Test("Calls under way end on all loops, new ones are refused, and others go on")
  func agent() throws {
    let gateway = try start()
    let count = 8
    // On connections of both loops.
    let calls = try (0..<count).map {
      try gateway.client.begin(
        gateway.client.callRequest("up__slow", #"{"seconds":600,"mark":"\#($0)"}"#))
    }
    try waitUntil("the calls to be under way") {
      gateway.scratch.lines(of: "journal").count { $0.hasPrefix("began") } == count
    }
    let stop = try kill(gateway, "--agent", "first", "--reason", "a drill")
    #expect(stop[member: "calls"]?.int64 == Int64(count))
    let effect = try #require(stop[member: "effectMicroseconds"]?.int64)
    print("a stop took \(effect) µs on 2 loops with \(count) calls under way")
    for call in calls {
      let answer = try HTTPClient.Answer(call.response())
      #expect(answer.text?.contains("a drill") == true)
      #expect(answer.text?.contains("may or may not have run") == true)
    }
    try waitUntil("the upstream to be told") {
      gateway.scratch.lines(of: "journal").count { $0.hasPrefix("cancelled") } == count
    }
    for _ in 0..<count {
      #expect(try denial(gateway.client) == "stopped")
      #expect(try denial(gateway.secondClient) == nil)
    }
    let outcomes = try gateway.ledger("--kind", "outcome").filter { $0.has("status", "unknown") }
    #expect(outcomes.count == count)
    let refused = try gateway.ledger("--kind", "refused")
    #expect(refused.count == count)
    #expect(refused.allSatisfy { $0.has("refusal", "stopped") })
    let change = try #require(try gateway.ledger("--kind", "change").last)
    #expect(change.has("of", "stops"))
    #expect(change[member: "reason"]?.string?.contains("a drill") == true)

    // Over a restart, until it is lifted.
    #expect(try gateway.stop() == 0)
    try gateway.startAgain()
    #expect(try denial(gateway.client) == "stopped")
    let id = try #require(stop[member: "id"]?.string)
    #expect(try kill(gateway, "list").count == 1)
    _ = try kill(gateway, "lift", id, "--reason", "it is over")
    #expect(try kill(gateway, "list").count == 0)
    #expect(try denial(gateway.client) == nil)
    let lifted = try #require(try gateway.ledger("--kind", "change").last)
    #expect(lifted.has("before", id))
  }

  @Test("Sessions and streams of a stopped person end, and tokens made for it are revoked")
  func human() throws {
    let gateway = try start()
    let made = try gateway.command(
      "token", "create", "--agent", "ci", "--human", "alice", "--json")
    let token = try JSONDocument(parsing: Array(made.output.utf8)).root[member: "token"]?.string
    let ci = HTTPClient(port: gateway.port, token: token)
    #expect(try ci.exchange(ci.callRequest("up__echo")).response.status == 200)
    let session = try gateway.client.opened()
    let other = try gateway.secondClient.opened()
    let call = try session.begin(
      session.sessionCallRequest("up__slow", #"{"seconds":600,"mark":"a"}"#, id: "7"))
    try waitUntil("the call to be under way") {
      gateway.scratch.lines(of: "journal").contains("began a")
    }
    let stop = try kill(gateway, "--human", "alice", "--reason", "a drill")
    #expect(stop[member: "sessions"]?.int64 == 1)
    #expect(stop[member: "tokens"]?.int64 == 1)
    #expect(try HTTPClient.Answer(call.response()).text?.contains("a drill") == true)
    let after = try session.exchange(
      session.sessionCallRequest("up__echo", "{}", id: "8"))
    #expect(after.status == 404)
    #expect(try other.exchange(other.sessionCallRequest("up__echo", "{}", id: "8")).status == 200)
    #expect(try ci.exchange(ci.callRequest("up__echo")).response.status == 401)
  }

  @Test("A tool, a server, a profile and all can be stopped; a wrong order is refused")
  func others() throws {
    let gateway = try start("profiles: {dev: {}}")
    for words in [["--tool", "up__ec*"], ["--upstream", "up"], ["--all"]] {
      let stop = try gateway.command(words: ["kill"] + words + ["--reason", "r", "--json"])
      try #require(stop.code == 0, "\(stop.errors)")
      let root = try JSONDocument(parsing: Array(stop.output.utf8)).root
      #expect(try denial(gateway.client) == "stopped")
      let id = try #require(root[member: "id"]?.string)
      _ = try kill(gateway, "lift", id, "--reason", "r")
      // A server that was stopped begins anew first.
      if words[0] == "--upstream" {
        try waitUntil("the server") { try gateway.upstream("up").has("state", "ready") }
      }
      #expect(try denial(gateway.client) == nil)
    }
    _ = try kill(gateway, "--profile", "dev", "--reason", "r")
    #expect(try denial(gateway.client) == nil)
    var request = gateway.client.callRequest("up__echo")
    request.path = "/mcp/dev"
    #expect(try gateway.client.exchange(request).text?.contains("profile dev") == true)
    #expect(try gateway.command("kill", "--agent", "a", "--all", "--reason", "r").code == 2)
    #expect(try gateway.command("kill", "--agent", "a").code == 2)
    #expect(try gateway.command("kill", "lift", "stop-0", "--reason", "r").code == 1)
  }

  @Test("Who may lift a stop is for policy to say")
  func lifting() throws {
    let gateway = try Gateway(
      upstreams: ["up": Upstreams.scripted()], policy: Gateway.openPolicy)
    let stop = try kill(gateway, "--agent", "first", "--reason", "r")
    let id = try #require(stop[member: "id"]?.string)
    let refused = try gateway.command("kill", "lift", id, "--reason", "r")
    #expect(refused.code == 5)
    #expect(refused.errors.contains("Action::\"lift\""))
    #expect(try denial(gateway.client) == "stopped")
  }
}
