internal import Crypto

extension Writer {
  /// Recovers what is in `files` and makes a writer that goes on from there.
  static func open(
    files: any LedgerFiles, sameBoot: Bool, configuration: LedgerConfiguration
  ) throws(LedgerError) -> (Writer, LedgerRecovery) {
    var recovery = Recovery(files: files, sameBoot: sameBoot)
    let found = try recovery.run()
    var current: (file: FileHandle, end: Int)?
    if let segment = found.current {
      do throws(FileFailure) {
        current = (try files.open(segment.name.text), segment.end)
      } catch {
        throw .system(error)
      }
    }
    let identity =
      found.ledger
      ?? LedgerIdentity(high: SecureRandom.uint64(), low: SecureRandom.uint64())
    let writer = Writer(
      files: files, configuration: configuration, ledger: identity,
      next: found.report.nextSequence, current: current)
    return (writer, found.report)
  }
}
