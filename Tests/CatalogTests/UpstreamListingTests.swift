import JSON
import MCP
import Reactor
import Testing

@testable import Catalog

@Suite("Reading a list of an upstream")
struct UpstreamListingTests {
  private func result(_ text: String) throws -> Result<UpstreamReply, UpstreamError> {
    .success(.result(try json(text)))
  }

  private func failure(_ upstream: ScriptedUpstream) async -> String? {
    do throws(UpstreamListing.Failure) {
      _ = try await UpstreamListing.read(.tools, from: upstream)
      return nil
    } catch {
      return error.reason
    }
  }

  @Test func `pages are read until there is no cursor, each cursor sent back as it came`()
    async throws
  {
    let upstream = ScriptedUpstream([
      try result(#"{"tools":[{"name":"a"}],"nextCursor":"p\u0032"}"#),
      try result(#"{"tools":[{"name":"b"}],"nextCursor":""}"#),
      try result(#"{"tools":[{"name":"c"}, 7]}"#),
    ])
    let definitions = try await UpstreamListing.read(.tools, from: upstream).definitions
    #expect(definitions.compactMap { $0[member: "name"]?.string } == ["a", "b", "c"])
    #expect(
      upstream.requests.map { $0.params?.description } == [
        nil, #"{"cursor":"p\u0032"}"#, #"{"cursor":""}"#,
      ])
    #expect(upstream.requests.allSatisfy { $0.method == "tools/list" })
  }

  @Test func `a server that does not know the method has no tools`() async throws {
    let error = try json(#"{"code":-32601,"message":"Method not found"}"#)
    let upstream = ScriptedUpstream([.success(.error(error))])
    #expect(try await UpstreamListing.read(.tools, from: upstream).definitions.isEmpty)
  }

  @Test func `any other answer is a failure that says what came`() async throws {
    let error = try json(#"{"code":-32000,"message":"not today"}"#)
    #expect(
      await failure(ScriptedUpstream([.success(.error(error))]))
        == "tools/list was answered with error -32000: not today")
    #expect(
      await failure(ScriptedUpstream([try result(#"{"tools":{}}"#)]))
        == "its answer to tools/list has no array of tools")
    #expect(
      await failure(ScriptedUpstream([.failure(.timedOut(after: .seconds(20)))]))?
        .contains("no answer within") == true)
  }

  @Test func `pages without end are cut off`() async throws {
    let page = try result(#"{"tools":[],"nextCursor":"again"}"#)
    let upstream = ScriptedUpstream(Array(repeating: page, count: UpstreamListing.pagesMax + 10))
    #expect(await failure(upstream)?.contains("more than 100 pages") == true)
    #expect(upstream.requests.count == UpstreamListing.pagesMax)
  }

  @Test func `all pages together have one deadline`() async throws {
    let page = try result(#"{"tools":[],"nextCursor":"again"}"#)
    let upstream = ScriptedUpstream(Array(repeating: page, count: UpstreamListing.pagesMax))
    // Each page takes 16 s.
    func now() -> MonotonicTime {
      MonotonicTime(nanoseconds: 1) + .seconds(16) * upstream.requests.count
    }
    await #expect(throws: UpstreamListing.Failure.self) {
      _ = try await UpstreamListing.read(.tools, from: upstream, now: now)
    }
    #expect(upstream.requests.map(\.timeout) == [20, 20, 20, 12].map(Duration.seconds))
  }

  @Test func `more tools than the bound are refused`() async throws {
    let tools = Array(repeating: #"{"name":"a"}"#, count: UpstreamListing.itemsMax + 1)
    let upstream = ScriptedUpstream([try result("{\"tools\":[\(tools.joined(separator: ","))]}")])
    #expect(await failure(upstream)?.contains("more than 10000 tools") == true)
  }
}
