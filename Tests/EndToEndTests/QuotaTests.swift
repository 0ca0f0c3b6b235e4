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
      let meta = answer.result?[member: "_meta"]?[member: "dev.sallyport/decision"]
      if meta == nil {
        passed += 1
      } else {
        #expect(meta?.has("quota", "few") == true)
        #expect(try #require(meta?[member: "retryAfter"]?.int64) > 0)
      }
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
}
