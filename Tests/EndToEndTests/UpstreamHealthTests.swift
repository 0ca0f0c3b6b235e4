import JSON
import Testing

/// Calls that are not tried: of a server that answers none, and of one that is called too often.
@Suite(.ownThreads)
struct UpstreamHealthTests {
  private func health(_ gateway: Gateway) throws -> JSONNode {
    try #require(try gateway.upstream("up")[member: "health"])
  }

  @Test("A server that answers no call is left alone, and called again when it answers one")
  func circuit() throws {
    let scratch = Scratch()
    let gateway = try Gateway(
      upstreams: [
        "up": Upstreams.scripted(
          "--journal", scratch.file("journal"),
          more: "effect: read, tools: {hang: {timeout: 200ms}, slow: {timeout: 10s}}"),
        "other": Upstreams.scripted(),
      ], scratch: scratch)
    func received() -> Int { scratch.lines(of: "journal").count { $0.hasPrefix("received") } }
    #expect(try gateway.client.call("up__record").text == "recorded")
    for _ in 1...5 {
      let answer = try gateway.client.call("up__hang")
      #expect(answer.decision?.has("reason", "upstream_timeout") == true)
    }
    #expect(try health(gateway).has("circuit", "open"))

    // One call is tried; the others are told so, unsent.
    let trying = try gateway.client.begin(
      gateway.client.callRequest("up__slow", #"{"seconds":60,"mark":"try"}"#))
    try waitUntil("the try") { scratch.lines(of: "journal").contains("began try") }
    let meanwhile = try gateway.client.call("up__record")
    #expect(
      meanwhile.text?.contains(
        "its last calls got no answer (no answer within 0.2 seconds); a call is being tried. "
          + "It was not sent; it can be repeated later.") == true, "\(meanwhile.text ?? "")")
    #expect(meanwhile.isError && meanwhile.decision?.has("reason", "upstream_failed") == true)
    _ = try trying.response()

    // It failed too: none is tried for a while.
    let refused = try gateway.client.call("up__record")
    #expect(refused.isError && refused.text?.contains("the next call is tried in") == true)
    #expect(received() == 1)
    let shown = try gateway.command("upstream", "show", "up").output
    let told = try health(gateway)
    #expect(told.has("circuit", "open") && told[member: "nextTryMs"] != nil)
    #expect(told[member: "refusedByCircuit"]?.int64 == 2)
    #expect(try gateway.command("upstream", "list").output.contains("got no answer"))
    for text in [
      "circuit       open: no calls pass, tried again in ", ", 2 turned away since the start",
      "last failure  no answer within 10.0 seconds\n",
      ": 0 of tools or the server, 6 without answer\n",
    ] { #expect(shown.contains(text), "\(shown)") }
    #expect(try gateway.client.call("other__echo").text == "{}")

    try waitUntil("the next try") { try gateway.client.call("up__record").text == "recorded" }
    #expect(try health(gateway).has("circuit", "closed"))
    #expect(try gateway.client.call("up__record").text == "recorded")
    #expect(received() == 3)
  }

  @Test("A server that was connected anew is called at once")
  func connectedAnew() throws {
    let gateway = try Gateway(upstreams: [
      "up": Upstreams.scripted(more: "effect: read, tools: {hang: {timeout: 100ms}}")
    ])
    for _ in 1...6 { _ = try gateway.client.call("up__hang") }
    #expect(try gateway.client.call("up__echo").text?.contains("the next call is tried in") == true)
    #expect(try gateway.command("upstream", "restart", "up").code == 0)
    try waitUntil("the server") { try health(gateway).has("circuit", "closed") }
    #expect(try gateway.client.call("up__echo").text == "{}")
    #expect(try health(gateway)[member: "refusedByCircuit"]?.int64 == 1)
  }

  @Test("A server is called as often as its rate says, and no call beyond it is sent")
  func rate() throws {
    let scratch = Scratch()
    let gateway = try Gateway(
      upstreams: [
        "up": Upstreams.scripted(
          "--journal", scratch.file("journal"), more: "effect: read, rate: 3/h"),
        "quick": Upstreams.scripted(more: "effect: read, rate: 1/s"),
      ], scratch: scratch)
    for _ in 1...3 { #expect(try gateway.client.call("up__record").text == "recorded") }
    for client in [gateway.client, gateway.secondClient] {
      let refused = try client.call("up__record")
      #expect(
        refused.text?.contains("overloaded: it is called more often than 3 times in") == true,
        "\(refused.text ?? "")")
      #expect(refused.text?.contains("there is room in") == true)
      #expect(refused.text?.contains("It was not sent; it can be repeated later.") == true)
      #expect(refused.isError && refused.decision?.has("reason", "upstream_failed") == true)
    }
    #expect(scratch.lines(of: "journal").count { $0.hasPrefix("received") } == 3)
    #expect(try health(gateway)[member: "refusedByRate"]?.int64 == 2)
    #expect(try health(gateway).has("circuit", "closed"), "this says nothing of the server")

    // Another server's is its own, and there is room again after a while.
    #expect(try gateway.client.call("quick__echo").text == "{}")
    try waitUntil("room") { try gateway.client.call("quick__echo").text == "{}" }
  }
}
