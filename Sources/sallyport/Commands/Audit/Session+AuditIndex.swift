import Audit
import Configuration
import Glibc
import Ledger
import Storage

extension Session {
  /// The index of a data directory, caught up with its ledger, and what catching up found. Nil,
  /// with the error shown, when there is none (exit with `ExitCode.failure`).
  func auditIndex(_ directories: ConfigurationDirectories) -> (index: AuditIndex, CatchUp)? {
    let directory = DataDirectory(directories.data)
    // The index lies in a directory that a gateway makes; there is nothing to index before.
    guard access(directory.ledger, F_OK) == 0 else {
      report(
        "there is no ledger in \(directory.path)",
        hint: "it is made when `sallyport serve` or `sallyport stdio` first runs")
      return nil
    }
    do {
      let index = try AuditIndex(path: directory.index)
      let progress = IndexProgress(terminal: errors)
      let found = try index.catchUp(with: directory.ledger) { progress.show($0) }
      progress.end()
      warn(found, try index.records())
      return (index, found)
    } catch {
      reportIndex(error)
      return nil
    }
  }

  /// Says why the index or the ledger below it cannot be used.
  func reportIndex(_ error: any Error) {
    var isDamaged = false
    if let error = error as? StorageError { isDamaged = error.isDamaged }
    if case .storage(let error)? = error as? AuditError { isDamaged = error.isDamaged }
    report(
      "\(error)", hint: isDamaged ? "`sallyport audit reindex` makes the index anew" : nil)
  }

  private func warn(_ found: CatchUp, _ next: Int64) {
    guard let reason = found.stopped else { return }
    report(
      "the ledger cannot be read from record \(next) on: \(reason)",
      hint: "what follows is about the records before")
  }
}

/// Says on standard error how far indexing is, when it takes longer than a second.
final class IndexProgress {
  private let terminal: Terminal
  private var shown = IndexProgress.seconds()
  private var isOpen = false

  init(terminal: Terminal) { self.terminal = terminal }

  func show(_ next: Int64) {
    let now = Self.seconds()
    guard now > shown + 1 else { return }
    shown = now
    // On a terminal over and over in one line, else once.
    guard terminal.isTerminal || !isOpen else { return }
    Output.writeError(
      "\(terminal.isTerminal ? "\r" : "")indexing the ledger: \(next) records"
        + (terminal.isTerminal ? "" : " so far\n"))
    isOpen = true
  }

  func end() {
    if isOpen, terminal.isTerminal { Output.writeError("\n") }
  }

  static func seconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
