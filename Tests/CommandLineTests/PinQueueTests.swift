import Admin
import JSON
import Ledger
import Reactor
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Catalog
@testable import sallyport

/// A queue over a ledger and a store, on a loop of its own.
private final class QueueBench: Sendable {
  let scratch = TemporaryDirectory()
  let group: EventLoopGroup
  let queue: PinQueue
  /// The servers of the decisions that were put in force together.
  let together = Mutex<[[String]]>([])
  /// What is in the way of putting something in force.
  let obstacle = Mutex<PinFailure?>(nil)
  private let ledger: Ledger

  static func with(_ body: (QueueBench) async throws -> Void) async throws {
    let bench = try QueueBench()
    defer {
      bench.ledger.close()
      bench.group.shutdown()
    }
    try await body(bench)
  }

  private init() throws {
    group = try EventLoopGroup(count: 1)
    (ledger, _) = try Ledger.open(
      directory: scratch.file("ledger"), configuration: LedgerConfiguration(tree: nil))
    queue = PinQueue(
      ledger: ledger, store: try CatalogStore(path: scratch.file("catalog.sqlite")),
      files: try BlockingThread(name: "files"))
  }

  /// Keeps sets of which all wait when the first is written: why each failed.
  func keep(
    _ sets: [[PinChange]], unless gone: String? = nil, dropping dropped: String? = nil
  ) async -> [String?] {
    let loop = group.loops[0]
    return await withUnsafeContinuation { done in
      loop.spawn { [self] in
        await queue.turn.take()
        let tasks = sets.map { changes in
          Task(executorPreference: loop) { await self.keepOne(changes, unless: gone) }
        }
        // Each of them waits by the time this runs.
        loop.execute { [self] in
          loop.execute { [self] in
            if let dropped {
              self.queue.drop(dropped, because: PinFailure(reason: "it is removed"))
            }
            self.queue.turn.leave()
          }
        }
        var failures: [String?] = []
        for task in tasks { failures.append(await task.value) }
        done.resume(returning: failures)
      }
    }
  }

  private func keepOne(_ changes: [PinChange], unless gone: String?) async -> String? {
    let outcome = await queue.keep(
      changes,
      unless: { changes in
        changes.contains { $0.server == gone } ? PinFailure(reason: "it is gone") : nil
      },
      putInForce: { decided in
        let servers = decided.map(\.server).reduce(into: [String]()) {
          if $0.last != $1 { $0.append($1) }
        }
        together.withLock { $0.append(servers) }
        return obstacle.withLock { $0 }
      })
    return if case .failure(let failure) = outcome { failure.reason } else { nil }
  }

  /// The servers of the records, from the first.
  func recorded() throws -> [String] {
    try LedgerReader.newest(10_000, in: scratch.file("ledger")).reversed().compactMap {
      $0.document.root[member: "server"]?.string
    }
  }

  func stored() throws -> [String: ServerPins] {
    try CatalogStore(path: scratch.file("catalog.sqlite")).pins()
  }
}

@Suite("Decisions about items that wait to be kept", .timeLimit(.minutes(2)))
struct PinQueueTests {
  private func changes(
    _ server: String, _ count: Int = 1, _ event: PinChange.Event = .approved
  ) -> [PinChange] {
    (0..<count).map {
      PinChange(
        event: event, server: server, key: ItemKey(.tool, "t\($0)"), after: "digest",
        user: "ana", time: 7)
    }
  }

  @Test func `so many are kept together as there may be, in their order`() async throws {
    try await QueueBench.with { (bench) async throws in
      let sizes = [400, 400, 400, 1_500, 1]
      let sets = sizes.enumerated().map { changes("s\($0.offset)", $0.element) }
      #expect(await bench.keep(sets).allSatisfy { $0 == nil })
      #expect(bench.together.withLock { $0 } == [["s0", "s1"], ["s2"], ["s3"], ["s4"]])
      let expected = sizes.enumerated().flatMap { Array(repeating: "s\($0)", count: $1) }
      #expect(try bench.recorded() == expected)
      #expect(
        try bench.stored().mapValues(\.count) == [
          "s0": 400, "s1": 400, "s2": 400, "s3": 1_500, "s4": 1,
        ])
    }
  }

  @Test func `of those kept together, one that cannot be stored fails alone`() async throws {
    try await QueueBench.with { (bench) async throws in
      try Database(path: bench.scratch.file("catalog.sqlite")).execute(
        """
        CREATE TRIGGER refusal BEFORE INSERT ON pins WHEN NEW.server = 'b'
        BEGIN SELECT RAISE(ABORT, 'not this one'); END
        """)
      let failures = await bench.keep([changes("a"), changes("b", 2), changes("c")])
      #expect(failures[0] == nil && failures[2] == nil)
      #expect(failures[1]?.contains("it is on record, but cannot be stored") == true)
      #expect(try bench.stored().keys.sorted() == ["a", "c"])
      #expect(bench.together.withLock { $0 } == [["a", "c"]])
      #expect(try bench.recorded() == ["a", "b", "b", "c"], "nothing is recorded twice")
    }
  }

  @Test func `what is refused when it is its turn leaves no trace`() async throws {
    try await QueueBench.with { (bench) async throws in
      let failures = await bench.keep(
        [changes("a"), changes("gone"), changes("c")], unless: "gone")
      #expect(failures == [nil, "it is gone", nil])
      #expect(try bench.recorded() == ["a", "c"])
      #expect(try bench.stored().keys.sorted() == ["a", "c"])
    }
  }

  @Test func `what waits about a server that is removed is dropped`() async throws {
    try await QueueBench.with { (bench) async throws in
      let failures = await bench.keep(
        [changes("a"), changes("git"), changes("c"), changes("git")], dropping: "git")
      #expect(failures == [nil, "it is removed", nil, "it is removed"])
      #expect(try bench.recorded() == ["a", "c"])
      #expect(try bench.stored().keys.sorted() == ["a", "c"])
    }
  }

  @Test func `a decision that is not in force is not answered as done`() async throws {
    try await QueueBench.with { (bench) async throws in
      bench.obstacle.withLock { $0 = PinFailure(reason: "not yet") }
      let failures = await bench.keep([changes("a", 1, .quarantined), changes("b")])
      #expect(failures == [nil, "not yet"], "what a server listed is no decision")
      #expect(bench.together.withLock { $0 } == [["b"]])
      #expect(try bench.stored().keys.sorted() == ["a", "b"])
    }
  }
}
