import JSON
import Ledger
import MCP
import Reactor
import Synchronization

/// An upstream inside the test: keeps what reaches it and, when a call does, what the ledger's
/// files held at that moment.
final class RecordingUpstream: Upstream {
  struct Arrival: Sendable {
    var request: UpstreamRequest
    /// Records of decisions on disk when the call arrived, newest first.
    var decisions: [LedgerEntry]
    /// Every smaller sequence was flushed when the call arrived.
    var durable: UInt64
  }

  let name = "notes"
  let status: UpstreamStatus
  let health: UpstreamHealth? = UpstreamHealth()
  private let ledger: Ledger
  private let ledgerDirectory: String
  private let watches = Mutex<[WatchList]>([])
  private let seen = Mutex<[Arrival]>([])
  private let answer: @Sendable (UpstreamRequest, NoticeSink?) async -> Answer

  typealias Answer = Result<UpstreamReply, UpstreamError>

  init(
    ledger: Ledger, directory: String, peer: UpstreamPeer? = nil,
    answer: @escaping @Sendable (UpstreamRequest, NoticeSink?) async -> Answer
  ) {
    var status = UpstreamStatus.stopped
    status.peer = peer
    self.status = status
    self.ledger = ledger
    ledgerDirectory = directory
    self.answer = answer
  }

  var arrivals: [Arrival] { seen.withLock { $0 } }

  func start(_ observer: @escaping @Sendable (UpstreamEvent) -> Void) {}
  func stop() async {}

  func watch(_ wanted: WatchList, then done: @escaping @Sendable () -> Void) {
    watches.withLock { $0.append(wanted) }
    done()
  }

  /// What was to be watched, each time it was said.
  var watched: [Set<String>] { watches.withLock { $0.map(\.resources) } }
  var watchedTasks: [Set<String>] { watches.withLock { $0.map(\.tasks) } }

  /// The clients whose roots changed.
  private let rooted = Mutex<[ClientCapabilities]>([])
  var changedRoots: [ClientCapabilities] { rooted.withLock { $0 } }

  func rootsChanged(ofClientsWith capabilities: ClientCapabilities) {
    rooted.withLock { $0.append(capabilities) }
  }

  func call(_ request: UpstreamRequest, notices: NoticeSink?) async throws(UpstreamError)
    -> UpstreamReply
  {
    let decisions = try? LedgerReader.newest(
      100, in: ledgerDirectory, matching: LedgerFilter(kinds: [.decision]))
    seen.withLock {
      $0.append(
        Arrival(
          request: request, decisions: decisions ?? [], durable: ledger.status.durable))
    }
    return try await answer(request, notices).get()
  }
}
