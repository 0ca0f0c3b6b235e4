import Audit
import Configuration
import Glibc
import Storage

/// `sallyport audit reindex`
struct AuditReindexCommand {
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
    let directory = DataDirectory(directories.data)
    let start = ContinuousClock.now
    do throws(StorageError) {
      try AuditIndex(path: directory.index).reset()
    } catch {
      guard error.isDamaged else {
        session.reportIndex(error)
        return .failure
      }
      // Whoever still has it open has a damaged index.
      for suffix in ["", "-wal", "-shm"] { unlink(directory.index + suffix) }
    }
    guard let (_, found) = session.auditIndex(directories) else { return .failure }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    if common.json {
      Output.write(
        JSONText.object([
          ("records", "\(found.read)"), ("milliseconds", "\(Int(seconds * 1000))"),
        ]) + "\n")
    } else {
      let milliseconds = Int(seconds * 1000)
      Output.write("\(found.read) records indexed in \(milliseconds) ms\n")
    }
    return found.stopped == nil ? .success : .failure
  }
}
