import JSON
import Ledger
import MCP
import Testing

@testable import Gate

@Suite("Listing tools")
struct GateListTests {
  private func names(_ response: MCPResponse) -> [String] {
    response.result?[member: "tools"]?.elements.compactMap { $0[member: "name"]?.string } ?? []
  }

  private func page(_ bench: GateBench, after cursor: String?) async throws -> MCPResponse {
    await bench.handle("tools/list", try cursor.map { try json("{\"cursor\":\"\($0)\"}") })
  }

  @Test func `pages hold every tool once, in order, and the last has no cursor`() async throws {
    let further = (0..<450).map { "tool-\(1000 + $0)" }
    let bench = try await GateBench(tools: further)
    var all: [String] = []
    var sizes: [Int] = []
    var cursor: String?
    repeat {
      let response = try await page(bench, after: cursor)
      sizes.append(names(response).count)
      all += names(response)
      cursor = response.result?[member: "nextCursor"]?.string
    } while cursor != nil && sizes.count < 10
    #expect(sizes == [200, 200, 53])
    #expect(all == (["add", "search", "wipe"] + further).map { "notes__\($0)" }.sorted())
    #expect(try bench.records().count == 3)
    bench.end()
  }

  @Test func `a list shows what policy lets the caller see`() async throws {
    let bench = try await GateBench(
      policy: """
        permit (principal, action == Sallyport::Action::"list", resource)
        when { resource.effect == "read" };
        """)
    let response = try await page(bench, after: nil)
    #expect(names(response) == ["notes__search"])
    #expect(response.result?[member: "cacheScope"]?.string == "private")
    #expect(response.result?[member: "nextCursor"] == nil)
    let record = try #require(try bench.records([.decision]).first?.document.root)
    #expect(record[member: "shown"]?.int64 == 1)
    #expect(record[member: "hidden_count"]?.int64 == 2)
    #expect(record[member: "hidden"]?.count == 2)
    bench.end()
  }

  @Test func `a cursor holds when its tool is gone`() async throws {
    let bench = try await GateBench()
    // base64url of notes__b, between add and search
    #expect(names(try await page(bench, after: "bm90ZXNfX2I")) == ["notes__search", "notes__wipe"])
    bench.end()
  }

  @Test(arguments: ["!", "a", "_w", String(repeating: "A", count: 300)])
  func `a cursor that is not ours is an error`(cursor: String) async throws {
    let bench = try await GateBench()
    let response = try await page(bench, after: cursor)
    #expect(response.errorCode == JSONRPCError.Code.invalidParams)
    #expect(try bench.records().first?.text("refusal") == "malformed")
    bench.end()
  }
}
