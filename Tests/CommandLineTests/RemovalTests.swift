import Admin
import Configuration
import JSON
import Ledger
import Logging
import MCP
import Reactor
import TestSupport
import Testing

@testable import Catalog
@testable import sallyport

@Suite("A server that is removed", .timeLimit(.minutes(1)))
struct RemovalTests {
  private static let ana = LedgerActor(user: "ana", via: .admin)

  private func approval(_ server: String = "git") -> PinChange {
    PinChange(
      event: .approved, server: server, key: .server, after: "digest", user: "ana", time: 7)
  }

  private func addition() throws -> UpstreamRequestedChange {
    .add(
      UpstreamAddition(
        name: "git",
        definition: try JSONDocument(
          parsing: Array(#"{"command":"/bin/true","disabled":true}"#.utf8)
        ).root))
  }

  /// Runs a whole gateway in this process while `body` runs on its home loop.
  private func withGateway(
    _ body: @escaping @Sendable (Gateway) async throws -> Void
  ) async throws {
    let scratch = TemporaryDirectory()
    scratch.write("permit (principal, action, resource);", to: "all.cedar")
    let path = scratch.write(
      "data: data\npolicies: .\nloops: 1\nmcpServers: {}\n", to: "sallyport.yaml")
    let gateway = try Gateway(
      Configuration.load(path: path).configuration, path: path, environment: [:],
      log: Logger(component: "test", minimum: .error, format: .json))
    defer { withExtendedLifetime(scratch) { gateway.shutdownLoops() } }
    let result: Result<Void, any Error> = await withUnsafeContinuation { done in
      gateway.home.spawn {
        do {
          try await gateway.start(.stdio(.everything))
          try await body(gateway)
          done.resume(returning: .success(()))
        } catch {
          done.resume(returning: .failure(error))
        }
      }
    }
    await withUnsafeContinuation { done in
      gateway.home.spawn {
        await gateway.stop()
        done.resume()
      }
    }
    try result.get()
  }

  /// The servers of which the store has decisions.
  private func stored(_ gateway: Gateway) async throws -> [String] {
    try await gateway.files.run { try gateway.store.pins().keys.sorted() }
  }

  @Test func `is decided about no more, also where that was waiting to be kept`() async throws {
    try await withGateway { gateway in
      _ = try await gateway.change(addition(), by: Self.ana)
      await gateway.pinQueue.turn.take()
      let decision = Task(executorPreference: gateway.home) {
        await gateway.keep([approval()])
      }
      let before = gateway.ledger.status.nextSequence
      let removal = Task(executorPreference: gateway.home) {
        try await gateway.change(.remove("git"), by: Self.ana)
      }
      while gateway.ledger.status.durable <= before {
        try await gateway.home.sleep(for: .milliseconds(1))
      }
      await gateway.files.run {}
      gateway.pinQueue.turn.leave()
      _ = await decision.value
      _ = try await removal.value
      #expect(try await stored(gateway) == [])

      guard case .failure(let failure) = await gateway.keep([approval()]) else {
        Issue.record("a server that is gone was approved")
        return
      }
      #expect(failure.reason == "no server is configured as `git`" && failure.status == 404)
      gateway.catalog?.enact([approval()])
      _ = try await gateway.change(addition(), by: Self.ana)
      let review = try #require(gateway.catalog?.review(of: "git"))
      #expect(review.absent.isEmpty && !review.isApproved)
      #expect(try await stored(gateway) == [])
    }
  }

  @Test func `keeps its approvals while it stays`() async throws {
    try await withGateway { gateway in
      _ = try await gateway.change(addition(), by: Self.ana)
      guard case .success = await gateway.keep([approval()]) else {
        Issue.record("it was not kept")
        return
      }
      #expect(gateway.catalog?.review(of: "git")?.absent.map(\.key) == [.server])
      #expect(try await stored(gateway) == ["git"])
    }
  }
}

@Suite("A card that is said of a server")
struct CardDraftTests {
  @Test func `is refused when it cannot be read again`() throws {
    let scratch = TemporaryDirectory()
    let path = scratch.write(
      "data: data\npolicies: .\nmcpServers: {git: {command: /bin/true}}\n", to: "sallyport.yaml")
    let deep = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
    let card = try JSONDocument(
      parsing: Array(#"{"unheardOf":\#(deep)}"#.utf8), limits: .ceiling
    ).root
    var draft = RegisterDraft(
      file: try Configuration.load(path: path).configuration, register: UpstreamRegister(),
      path: path)
    do throws(UpstreamChangeError) {
      try draft.take(.describe("git", card: card), in: DataDirectory(scratch.file("data")))
      Issue.record("it was taken")
    } catch {
      #expect(error.status == 400 && error.reason.hasPrefix("the card cannot be read"))
    }
    #expect(!draft.isChange)
  }
}
