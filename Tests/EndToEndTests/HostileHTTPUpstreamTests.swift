import JSON
import Testing

/// An HTTP server that does what no server should harms its own calls only.
@Suite(.ownThreads)
struct HostileHTTPUpstreamTests {
  private func start(_ era: String) throws -> Gateway {
    let scratch = Scratch()
    let server = try HTTPServerFixture.hostile(era, in: scratch)
    let gateway = try Gateway(
      upstreams: [
        "bad": Upstreams.http(server, more: "effect: read, tools: {hang: {timeout: 5s}}"),
        "good": Upstreams.scripted(),
      ], settings: "limits: {result: 4MB}", scratch: scratch)
    gateway.keep(server)
    return gateway
  }

  @Test(
    "Every wrong answer is an error that says so, and the next call works",
    arguments: ["session", "stateless"])
  func wrongAnswers(era: String) throws {
    let gateway = try start(era)
    let before = try gateway.process.memory()
    #expect(try gateway.client.call("bad__echo", #"{"a":1}"#).text == #"{"a": 1}"#)
    for tool in [
      "both_lengths", "bad_chunk", "short_body", "half_head", "garbage", "status_500", "redirect",
      "wrong_type", "forged", "event_bomb", "folded", "head_bomb", "not_json", "duplicate",
      "accepted",
    ] {
      let answer = try gateway.client.call("bad__\(tool)")
      #expect(answer.isError, "\(tool): \(answer.response.text)")
      #expect(answer.decision?[member: "reason"] != nil, "\(tool)")
      #expect(
        answer.text?.contains("may or may not have run") == true, "\(tool): \(answer.text ?? "")")
      try waitUntil("the server to be used again after \(tool)") {
        try gateway.client.call("bad__echo").text == "{}"
      }
      #expect(try gateway.client.call("good__echo").text == "{}")
    }
    #expect(try gateway.process.memory() < before + 48 << 20)
  }

  @Test("A server that never answers ends in a timeout, and others are served meanwhile")
  func hangs() throws {
    let gateway = try start("session")
    let hanging = try (0..<10).map {
      try gateway.client.begin(gateway.client.callRequest("bad__hang", id: "\($0)"))
    }
    #expect(try gateway.client.call("good__echo").text == "{}")
    #expect(try gateway.client.call("bad__echo").text == "{}")
    for connection in hanging {
      let answer = try HTTPClient.Answer(connection.response())
      #expect(answer.decision?.has("reason", "upstream_timeout") == true)
    }
  }

  @Test("100,000 events before an answer are read, not kept")
  func endlessEvents() throws {
    let gateway = try start("stateless")
    let before = try gateway.process.memory()
    #expect(try gateway.client.call("bad__endless_events").text == "an answer")
    #expect(try gateway.process.memory() < before + 32 << 20)
  }

  @Test("Bytes after an answer never become another call's answer")
  func lateBytes() throws {
    let gateway = try start("session")
    for _ in 0..<10 {
      let answer = try gateway.client.call("bad__late_bytes")
      #expect(answer.text == "an answer" || answer.isError)
      #expect(try gateway.client.call("bad__echo", #"{"b":2}"#).text == #"{"b": 2}"#)
    }
  }

  @Test("A server that forgets its session gets a new one")
  func forgottenSession() throws {
    let gateway = try start("session")
    #expect(try gateway.client.call("bad__forget").text == "an answer")
    // Even the call that finds out is served.
    #expect(try gateway.client.call("bad__echo").text == "{}")
    #expect(try gateway.upstream("bad").has("state", "ready"))
  }

  @Test("A server that is gone is tried again, and its calls say so")
  func gone() throws {
    let gateway = try Gateway(upstreams: [
      "gone": "url: http://127.0.0.1:9/mcp, effect: read", "good": Upstreams.scripted(),
    ])
    #expect(try gateway.client.call("good__echo").text == "{}")
    let gone = try gateway.upstream("gone")
    #expect(gone[member: "lastError"]?.string?.isEmpty == false)
    #expect(gone.has("state", "backing-off") || gone.has("state", "starting"))
  }
}
