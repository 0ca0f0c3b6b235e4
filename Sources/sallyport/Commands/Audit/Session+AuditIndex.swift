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
      var progress = ProgressLine(session: self)
      let found = try index.catchUp(with: directory.ledger) { next in
        progress.show("indexing the ledger: \(next) records")
      }
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
