import Configuration
import Inspection
import JSON
import Logging
import MCP
import Reactor
import Synchronization
import Testing

@testable import Catalog

@Suite("The catalog of all upstreams")
struct CatalogShellTests {
  /// A catalog on a loop of its own, whose upstreams are programs that are not there.
  private func with(
    _ body: @escaping @Sendable (Catalog, EventLoop) async throws -> Void
  ) async throws {
    let group = try EventLoopGroup(count: 1)
    defer { group.shutdown() }
    let loop = group.loops[0]
    let files = try BlockingThread(name: "files")
    let catalog = await loop.perform {
      Catalog(
        home: loop, clients: HTTPClients([]), loops: [loop], environment: [:], files: files,
        log: Logger(component: "test", minimum: .error, format: .json), onChange: { _ in })
    }
    let failure: (any Error)? = await run(on: loop) {
      do {
        try await body(catalog, loop)
        return nil
      } catch {
        return error
      }
    }
    await run(on: loop) { () async -> Void in await catalog.stop() }
    if let failure { throw failure }
  }

  private func run<T: Sendable>(
    on loop: EventLoop, _ body: @escaping @Sendable () async -> T
  ) async -> T {
    await withUnsafeContinuation { continuation in
      loop.spawn { continuation.resume(returning: await body()) }
    }
  }

  private func configuration(_ names: String..., settings: String = "") throws -> Configuration {
    let servers = names.map { "  \($0): {command: /nonexistent/\($0)}\n" }.joined()
    let yaml = settings + "mcpServers:\n" + (names.isEmpty ? "  {}\n" : servers)
    return try Configuration.read(
      ConfigurationInput(path: "test.yaml", text: Array(yaml.utf8))
    ).configuration
  }

  enum End: CaseIterable { case removed, ended, stopped }

  @Test(arguments: End.allCases)
  func `nothing wakes the lists of an upstream that is gone or has no connection`(
    end: End
  ) async throws {
    let fired = Atomic<Bool>(false)
    try await with { catalog, loop in
      catalog.apply(try configuration("git"))
      let entry = try #require(catalog.entries["git"])
      entry.timers[.tools] = loop.schedule(after: .milliseconds(1)) {
        fired.store(true, ordering: .relaxed)
      }
      switch end {
      case .removed: catalog.apply(try configuration())
      case .ended: await catalog.stop()
      case .stopped: catalog.keepStopped(["git": "by a person"])
      }
      // Due later than that timer.
      try await loop.sleep(for: .milliseconds(20))
    }
    let hasFired = fired.load(ordering: .relaxed)
    #expect(!hasFired)
  }

  @Test func `what a server says is held against the names that others have by now`() async throws {
    try await with { catalog, _ in
      catalog.apply(try configuration("first", "second"))
      func list(_ server: String, _ name: String, _ description: String = "") throws {
        let definition = """
          {"name":"\(name)","description":"\(description)","inputSchema":{"type":"object"}}
          """
        catalog.entries[server]?.take(
          UpstreamListing.Contents(definitions: [try json(definition)]), of: .tools,
          at: MonotonicTime(nanoseconds: 1))
      }
      func rules() throws -> [String] {
        let review = try #require(catalog.review(of: "first"))
        let item = try #require(review.items.first { $0.key == ItemKey(.tool, "close") })
        return item.read().signals.map(\.rule)
      }
      try list("first", "close", "Takes what `list_issues` gave.")
      #expect(try rules() == [])
      try list("second", "list_issues")
      #expect(try rules() == ["foreign-tool"])
      try list("second", "list_pages")
      #expect(try rules() == [])
    }
  }
}
