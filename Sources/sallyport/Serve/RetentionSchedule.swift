import Configuration
import Ledger
import Logging
import Reactor

/// Lets go what the configuration says is old: soon after the start, and then each hour. Confined to
/// the home loop.
final class RetentionSchedule: @unchecked Sendable {
  private static let first: Duration = .seconds(30)
  private static let every: Duration = .seconds(3_600)
  private static let day: Int64 = 86_400_000_000

  private let home: EventLoop
  private let files: BlockingThread
  private let ledger: Ledger
  private let directory: String
  private let log: Logger
  private let rules: () -> Configuration.Audit.Retention
  private var isStopped = false

  /// - Parameter rules: those in force when it is asked.
  init(
    home: EventLoop, files: BlockingThread, ledger: Ledger, directory: String, log: Logger,
    rules: @escaping () -> Configuration.Audit.Retention
  ) {
    self.home = home
    self.files = files
    self.ledger = ledger
    self.directory = directory
    self.log = log
    self.rules = rules
  }

  func start() {
    home.spawn {
      var pause = Self.first
      while true {
        do { try await self.home.sleep(for: pause) } catch { return }
        if self.isStopped { return }
        await self.run()
        pause = Self.every
      }
    }
  }

  func stop() { isStopped = true }

  private func run() async {
    let rules = rules()
    if let days = rules.payloadDays { await letGo(.payloads, days: days) }
    if let days = rules.recordDays { await letGo(.records, days: days) }
  }

  private func letGo(_ subject: RetentionRecord.Subject, days: Int) async {
    do {
      let directory = directory
      let exported =
        subject == .payloads
        ? 0 : try await files.run { () throws(LedgerError) in try Exports.upTo(directory) }
      let report = try await ledger.retain(
        RetentionRule(
          of: subject, before: LedgerRecord.now() - Int64(days) * Self.day,
          exportedUpTo: exported, words: "\(subject.rawValue) older than \(days)d"),
        actor: LedgerActor(via: .schedule))
      guard let range = report.range else { return }
      log.info(
        "old \(subject.rawValue) were let go",
        [
          ("first", "\(range.lowerBound)"), ("last", "\(range.upperBound)"),
          ("bytes", "\(report.bytes)"),
        ])
    } catch {
      log.error("old \(subject.rawValue) could not be let go", [("reason", "\(error)")])
    }
  }
}
