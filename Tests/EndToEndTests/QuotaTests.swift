import Glibc
import JSON
import Testing

/// Quotas through the program: counted over both loops.
@Suite(.ownThreads)
struct QuotaTests {
  @Test("Calls over a quota are refused with a time, over all loops, and others pass")
  func calls() throws {
    let gateway = try Gateway(
      upstreams: ["up": Upstreams.scripted()],
      settings: "quotas: [{name: few, per: agent, calls: 4/1h, bytes: 1MB/1h}]")
    var passed = 0
    for _ in 0..<12 {
      let answer = try gateway.client.call("up__echo")
      guard let decision = answer.decision else {
        passed += 1
        continue
      }
      #expect(answer.status == 429)
      #expect(answer.errorCode == -31_002)
      #expect(decision.has("quota", "few"))
      let seconds = try #require(answer.error?[member: "data"]?[member: "retryAfter"]?.int64)
      #expect(seconds > 0)
      #expect(answer.response.headers["retry-after"] == "\(seconds)")
    }
    #expect(passed == 4)
    #expect(try gateway.secondClient.call("up__echo").text != nil)
    let shown = try gateway.command("quotas", "--json")
    let uses = try JSONDocument(parsing: Array(shown.output.utf8)).root
    let first = try #require(uses.elements.first { $0.has("name", "first") })
    #expect(first[member: "calls"]?[member: "left"]?.int64 == 0)
    #expect(try gateway.command("quotas").output.contains("few"))
    let refused = try gateway.ledger("--kind", "refused")
    #expect(refused.count == 8)
    #expect(refused.allSatisfy { $0[member: "reason"]?.string?.contains("few") == true })
  }

  @Test("A refusal says when to come back, in both eras")
  func retry() throws {
    let gateway = try Gateway(
      upstreams: ["up": Upstreams.scripted("--catalog", "resources")],
      settings: "quotas: [{name: none, per: agent, calls: 1/1h}]")
    #expect(try passing(gateway, of: 1) == 1)
    let read = #""method":"resources/read","params":{"uri":"up+x://1""#
    let stateless = try gateway.client.exchange(
      gateway.client.stateless(
        "resources/read", name: "up+x://1",
        body: #"{"jsonrpc":"2.0","id":1,\#(read),"_meta":{\#(HTTPClient.statelessMeta)}}}"#))
    let call = try gateway.client.call("up__echo")
    #expect([stateless.status, call.status] == [429, 429])
    let session = try gateway.client.opened()
    let inSession = try session.exchange(
      session.request(body: #"{"jsonrpc":"2.0","id":1,\#(read)}}"#))
    let callInSession = try session.exchange(
      session.request(
        body:
          #"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"up__echo","arguments":{}}}"#
      ))
    #expect([inSession.status, callInSession.status] == [200, 200])
    for answer in [stateless, call, inSession, callInSession] {
      let seconds = try #require(answer.error?[member: "data"]?[member: "retryAfter"]?.int64)
      #expect((1...3_600).contains(seconds))
      #expect(answer.response.headers["retry-after"] == "\(seconds)")
      #expect(answer.errorCode == -31_002)
      #expect(answer.decision?.has("quota", "none") == true)
    }
  }

  private func passing(_ gateway: Gateway, of count: Int) throws -> Int {
    try (0..<count).count { _ in
      try gateway.client.call("up__echo").decision == nil
    }
  }

  private func status(_ gateway: Gateway) throws -> JSONNode? {
    try JSONDocument(parsing: Array(try gateway.command("status", "--json").output.utf8))
      .root[member: "quotas"]
  }

  @Test("What was used is used after a restart, and after the process was killed")
  func restarts() throws {
    let gateway = try Gateway(
      upstreams: ["up": Upstreams.scripted()],
      settings: "quotas: [{name: day, per: agent, cost: 6/1d}]")
    #expect(try passing(gateway, of: 2) == 2)
    #expect(try gateway.stop() == 0)
    try gateway.startAgain()
    #expect(try passing(gateway, of: 2) == 2)
    try waitUntil("it is in the file") { try status(gateway)?[member: "unkept"]?.int64 == 0 }
    try gateway.kill()
    try gateway.startAgain()
    #expect(try passing(gateway, of: 4) == 2)
    #expect(try status(gateway)?[member: "inForce"]?.int64 == 1)
    #expect(try status(gateway)?[member: "usedUp"]?.int64 == 1)
    #expect(try gateway.command("status").output.contains("1 used up"))
  }

  @Test("A file of what was used that cannot be read stops the start, and says what to do")
  func unreadable() throws {
    let gateway = try Gateway(upstreams: ["up": Upstreams.scripted()])
    #expect(try gateway.stop() == 0)
    for end in ["-wal", "-shm"] { unlink(gateway.scratch.file("data/quotas.sqlite\(end)")) }
    try gateway.scratch.write(
      String(repeating: "no database ", count: 500), to: "data/quotas.sqlite")
    let output = try gateway.command("serve")
    #expect(output.code == 1)
    #expect(output.errors.contains("quotas.sqlite"))
    #expect(output.errors.contains("every quota begins anew"))
  }
}
