import Glibc
import JSON
import Testing

/// Everything that passes the gate is written down, before it happens.
@Suite(.ownThreads)
struct LedgerTests {
  @Test("Every call has its decision and its outcome, in this order, with who asked for what")
  func decisionAndOutcome() throws {
    let gateway = try Gateway(
      upstreams: [
        "up": Upstreams.scripted(
          more: "tools: {echo: {effect: read}, progress: {effect: write}}")
      ])
    _ = try gateway.client.call("up__echo", #"{"a":1}"#)
    _ = try gateway.client.call("up__progress")
    _ = try gateway.secondClient.call("up__error")
    let session = try gateway.client.opened()
    _ = try session.exchange(session.sessionCallRequest("up__whoami"))
    let records = try gateway.ledger()
    let decisions = records.filter { $0.has("kind", "decision") && $0.has("method", "tools/call") }
    try #require(decisions.count == 4)
    for decision in decisions {
      #expect(decision.has("decision", "allow"))
      #expect(decision[member: "policies"]?.description == #"["call-all"]"#)
      #expect(decision[member: "policy_version"]?.string?.utf8.count == 64)
      #expect(decision.has("server", "up"))
      let call = try #require(decision[member: "call"]?.string)
      let both = records.filter { $0.has("call", call) }.compactMap { $0[member: "kind"]?.string }
      #expect(both == ["decision", "outcome"])
    }
    #expect(
      decisions.compactMap { $0[member: "tool"]?.string } == [
        "echo", "progress", "error", "whoami",
      ])
    #expect(
      decisions.compactMap { $0[member: "effect"]?.string } == [
        "read", "write", "destructive", "destructive",
      ])
    #expect(
      decisions.compactMap { $0[member: "era"]?.string } == [
        "stateless", "stateless", "stateless", "session",
      ])
    #expect(decisions[0][member: "principal"]?.has("agent", "first") == true)
    #expect(decisions[0][member: "principal"]?.has("human", "alice") == true)
    #expect(decisions[2][member: "principal"]?.has("agent", "second") == true)
    #expect(decisions[3].has("session", try #require(session.session)))
    #expect(decisions[0][member: "arguments"]?[member: "bytes"]?.int64 == 7)
    #expect(decisions[0][member: "arguments"]?.has("kept", "full") == true, "\(decisions[0])")
    // What decided is on record before the decision that names it.
    for (kind, version) in [("policies", "policy_version"), ("entities", "entities_version")] {
      let wanted = try #require(decisions[0][member: version]?.string)
      let before = records.prefix { !$0.has("kind", "decision") }
      #expect(before.contains { $0.has("kind", kind) && $0.has("version", wanted) })
    }
    let statuses = records.filter { $0.has("kind", "outcome") }.compactMap {
      $0[member: "status"]?.string
    }
    #expect(statuses == ["ok", "ok", "protocol_error", "ok"])
    let lifecycle = records.filter { $0.has("kind", "lifecycle") }.compactMap {
      $0[member: "event"]?.string
    }
    #expect(lifecycle.first == "started")
    #expect(try gateway.stop() == 0)
    #expect(try gateway.ledger().last?.has("event", "stopped") == true)
  }

  @Test("Unknown tools, unknown methods and nameless calls are recorded")
  func refusals() throws {
    let gateway = try Gateway(upstreams: ["up": Upstreams.scripted()])
    #expect(try gateway.client.call("up__no_such_tool").errorCode == -32602)
    #expect(try gateway.client.call("nobody__tool").errorCode == -32602)
    let client = gateway.client
    _ = try client.exchange(
      client.stateless(
        "tasks/list",
        body:
          #"{"jsonrpc":"2.0","id":1,"method":"tasks/list","params":{"_meta":{\#(HTTPClient.statelessMeta)}}}"#
      ))
    _ = try client.exchange(
      client.stateless(
        "tools/call",
        body:
          #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"_meta":{\#(HTTPClient.statelessMeta)}}}"#
      ))
    let refused = try gateway.ledger("--kind", "refused")
    let words = refused.compactMap { $0[member: "refusal"]?.string }
    #expect(words.count { $0 == "unknown_tool" } == 2)
    #expect(words.contains("unknown_method"))
    #expect(words.contains("malformed"))
    #expect(
      refused.contains { $0.has("tool", "up__no_such_tool") || $0.has("tool", "no_such_tool") })
    for record in refused { #expect(record[member: "principal"]?.has("agent", "first") == true) }
  }

  @Test("After kill -9 within 200 concurrent calls each that reached an upstream is on record")
  func killed() throws {
    let scratch = Scratch()
    let gateway = try Gateway(
      upstreams: [
        "a": Upstreams.scripted("--journal", scratch.file("journal")),
        "b": Upstreams.scripted(
          "--era", "stateless", "--journal", scratch.file("journal"), more: "effect: write"),
      ], settings: "limits: {in_flight_per_agent: 1000}", scratch: scratch)
    for round in 1...3 {
      let port = gateway.port
      // Each call is known by its trace, which is recorded and which goes upstream.
      let calls = (0..<200).map { number in
        "00-\(String(0x1000_0000 * round + number, radix: 16))000000000000000000000000-0000000000000001-01"
      }
      let connections = try calls.enumerated().map { number, trace in
        let client = HTTPClient(port: port)
        return try client.begin(
          client.callRequest(
            number % 2 == 0 ? "a__record" : "b__record", id: "\(number)",
            meta: #""traceparent":"\#(trace)""#))
      }
      // Somewhere in the middle of it.
      let marks = Set(calls.map { "received \(Self.trace(of: $0))" })
      try waitUntil("some of the calls at the upstreams") {
        scratch.lines(of: "journal").count { marks.contains(String($0.prefix(44))) } >= 20 * round
      }
      try gateway.kill()
      for connection in connections { connection.hangUp() }
      try gateway.startAgain()
      let allowed = Set(
        try gateway.ledger("--kind", "decision", "--decision", "allow")
          .compactMap { $0[member: "traceparent"]?.string.map(Self.trace) })
      let received = scratch.lines(of: "journal").filter { $0.hasPrefix("received ") }
        .map { Self.trace(of: String($0.dropFirst("received ".count))) }
      #expect(received.count >= 20)
      #expect(Set(received).count == received.count, "a call reached an upstream twice")
      let unrecorded = received.filter { !allowed.contains($0) }
      #expect(unrecorded.isEmpty)
      #expect(try gateway.client.call("a__echo").text == "{}")
    }
  }

  /// The trace that a span belongs to: the gateway makes spans of its own.
  private static func trace(of traceparent: String) -> String { String(traceparent.prefix(35)) }

  @Test("A torn last record is cut, kept aside and told")
  func tornTail() throws {
    let gateway = try Gateway(upstreams: ["up": Upstreams.scripted()])
    _ = try gateway.client.call("up__echo")
    try gateway.kill()
    let before = try gateway.ledger().count
    let directory = gateway.scratch.file("data/ledger")
    let segments = try Process.run("/bin/ls", [directory]).output.split(separator: "\n")
    let segment = try #require(segments.last { $0.hasSuffix(".seg") })
    let fd = open("\(directory)/\(segment)", O_WRONLY | O_APPEND)
    try #require(fd >= 0)
    #expect(write(fd, [7, 0, 0, 0, 1, 2, 3], 7) == 7)
    close(fd)
    try gateway.startAgain()
    let records = try gateway.ledger()
    #expect(records.contains { $0.has("event", "ledger_recovered") })
    #expect(records.count > before)
    #expect(try gateway.client.call("up__echo").text == "{}")
  }

  @Test("A second gateway on the same data directory does not start")
  func oneWriter() throws {
    let gateway = try Gateway(upstreams: ["up": Upstreams.scripted()])
    let second = try gateway.command("serve")
    #expect(second.code == 1)
    #expect(second.errors.contains("ledger"))
    #expect(try gateway.client.call("up__echo").text == "{}")
  }

  @Test("When the ledger's disk is full calls are denied and nothing is forwarded")
  func fullDisk() throws {
    let scratch = Scratch()
    let data = scratch.file("data")
    guard mkdir(data, 0o700) == 0, mount("tmpfs", data, "tmpfs", 0, "size=2m") == 0 else {
      print("skipped: a full disk needs the right to mount (\(String(cString: strerror(errno))))")
      return
    }
    defer { umount2(data, Int32(MNT_DETACH)) }
    let gateway = try Gateway(
      upstreams: ["up": Upstreams.scripted("--journal", scratch.file("journal"))],
      scratch: scratch)
    #expect(try gateway.client.call("up__record").text == "recorded")
    // Something else takes the room.
    let filler = open("\(data)/filler", O_WRONLY | O_CREAT, 0o600)
    try #require(filler >= 0)
    let block = [UInt8](repeating: 0, count: 4096)
    while write(filler, block, block.count) > 0 {}
    close(filler)
    var denied = 0
    // What is left of a page may still take a few records.
    for _ in 0..<200 {
      let received = scratch.lines(of: "journal").count
      let answer = try gateway.client.call("up__record")
      guard answer.isError else { continue }
      denied += 1
      #expect(answer.decision?.has("reason", "ledger_unavailable") == true)
      #expect(answer.text?.contains("cannot record") == true)
      let now = scratch.lines(of: "journal").count
      // Only the outcome may have been what did not fit, and that once.
      #expect(now <= received + (denied == 1 ? 1 : 0))
    }
    #expect(denied > 100)
    #expect(try gateway.command("status").code == 1)
    let status = try JSONDocument(
      parsing: Array(try gateway.command("status", "--json").output.utf8))
    #expect(status.root[member: "ledger"]?[member: "error"] != nil)
    unlink("\(data)/filler")
  }
}
