import Admin
import Catalog
import Ledger
import Reactor

/// Keeps changes of items in the order in which they came: on record first, then in the store, then
/// in force. Those that come while others are being written are kept together; each fails alone.
/// Confined to the home loop.
final class PinQueue: @unchecked Sendable {
  /// So many changes are kept together; a decision about more is kept by itself.
  static let changesAtOnce = 1_000
  /// Records between two writes.
  private static let recordsAtOnce = 512

  /// Whoever removes a server has it too: nothing is decided about it meanwhile.
  let turn = Turn()
  private let ledger: Ledger
  private let store: CatalogStore
  private let files: BlockingThread
  private var waiting: [PinSet] = []

  /// - Parameter files: where the store is used.
  init(ledger: Ledger, store: CatalogStore, files: BlockingThread) {
    self.ledger = ledger
    self.store = store
    self.files = files
  }

  /// Keeps the changes of one decision, all or none.
  /// - Parameters:
  ///   - refusal: asked when it is their turn; why changes are not kept, nil when they are.
  ///   - putInForce: puts decisions of people and rules in force; why that did not happen.
  func keep(
    _ changes: [PinChange], unless refusal: ([PinChange]) -> PinFailure?,
    putInForce: ([PinChange]) -> PinFailure?
  ) async -> Result<Void, PinFailure> {
    let own = PinSet(changes)
    waiting.append(own)
    await turn.take()
    defer { turn.leave() }
    if !own.isDone {
      let sets = takeNext()
      for set in sets { set.failure = refusal(set.changes) }
      await record(sets.filter(\.isGood))
      await putInStore(sets.filter(\.isGood))
      let decisions = sets.filter { $0.isGood && !$0.decided.isEmpty }
      if !decisions.isEmpty, let failure = putInForce(decisions.flatMap(\.decided)) {
        for set in decisions { set.failure = failure }
      }
      for set in sets { set.isDone = true }
    }
    return own.failure.map { .failure($0) } ?? .success(())
  }

  /// Whatever waits to be decided about a server is not kept. For whoever has the turn.
  func drop(_ server: String, because failure: PinFailure) {
    for set in waiting where set.changes.contains(where: { $0.server == server }) {
      set.failure = failure
      set.isDone = true
    }
    waiting.removeAll(where: \.isDone)
  }

  /// What has waited longest, and as much of what came after it as is kept together.
  private func takeNext() -> [PinSet] {
    var (count, changes) = (0, 0)
    for set in waiting {
      changes += set.changes.count
      guard count == 0 || changes <= Self.changesAtOnce else { break }
      count += 1
    }
    defer { waiting.removeFirst(count) }
    return Array(waiting.prefix(count))
  }

  private func record(_ sets: [PinSet]) async {
    var last: LedgerPosition?
    var staged = 0
    for set in sets {
      do throws(LedgerError) {
        for change in set.changes {
          guard let record = PinRecord(change) else { continue }
          last = try ledger.append(LedgerRecord(.pin(record), time: change.time))
          staged += 1
          if staged % Self.recordsAtOnce == 0 { try ledger.flush() }
        }
      } catch {
        set.failure = Self.unrecorded(error)
      }
    }
    guard let last else { return }
    do throws(LedgerError) {
      try await ledger.durable(last)
    } catch {
      for set in sets where set.isGood { set.failure = Self.unrecorded(error) }
    }
  }

  /// What cannot be stored together may be stored one after the other.
  private func putInStore(_ sets: [PinSet]) async {
    if sets.count > 1, await failure(ofStoring: sets.flatMap(\.changes)) == nil { return }
    for set in sets { set.failure = await failure(ofStoring: set.changes) }
  }

  private func failure(ofStoring changes: [PinChange]) async -> PinFailure? {
    do throws(CatalogStoreError) {
      try await files.run { [self] () throws(CatalogStoreError) in try store.take(changes) }
      return nil
    } catch {
      return PinFailure(reason: "it is on record, but cannot be stored: \(error)")
    }
  }

  private static func unrecorded(_ error: LedgerError) -> PinFailure {
    PinFailure(reason: "the ledger cannot be written: \(error)")
  }
}

/// Changes of one decision, and what became of them. Confined to the home loop.
private final class PinSet {
  let changes: [PinChange]
  /// Those that hold only once they are kept; what the catalog told itself holds already.
  let decided: [PinChange]
  var failure: PinFailure?
  var isDone = false

  var isGood: Bool { failure == nil }

  init(_ changes: [PinChange]) {
    self.changes = changes
    decided = changes.filter {
      switch $0.event {
      case .approved, .rejected, .revoked: true
      case .quarantined, .changed, .restored, .forgotten: false
      }
    }
  }
}
