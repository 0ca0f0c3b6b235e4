import Configuration
import Ledger

extension LedgerConfiguration {
  /// The ledger that a configuration asks for.
  init(_ audit: Configuration.Audit, in directory: DataDirectory) {
    self.init(
      sealing: audit.sealing,
      tree: TreeConfiguration(
        interval: audit.checkpointInterval.milliseconds, origin: audit.origin,
        keyFile: directory.logKey))
  }
}

extension Duration {
  fileprivate var milliseconds: Int64 {
    components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
  }
}

extension Configuration.Audit {
  /// What payloads are sealed and opened with.
  var sealing: PayloadSealing? { key.flatMap { PayloadSealing(key: $0.reveal()) } }
}
