import Cedar
import Identity
public import Ledger

/// Writes down what comes into force before it does: the sources of the policies, and the entities
/// that they can ask about. Decisions name both by their digests, so each can be made again from
/// the ledger alone. Confined to one loop.
public final class SnapshotRecorder {
  /// So many versions are remembered as written; one that was written longer ago is written again.
  /// Readers that keep at least as many find every version that decisions name.
  static let remembered = 16
  /// Bytes of records between two writes.
  private static let flushBytes = 4 << 20

  private let ledger: Ledger
  private var policies: [String] = []
  private var entities: [String] = []
  private var agents: [String] = []

  /// A recorder that has written nothing yet.
  public init(ledger: Ledger) {
    self.ledger = ledger
  }

  /// Records what of a snapshot was not recorded lately. Blocks for writing to the page cache.
  /// - Throws: what the ledger says. The snapshot must not come into force then; trying again
  ///   records it anew.
  public func record(_ snapshot: GateSnapshot) throws(LedgerError) {
    try record(snapshot.policies)
    try record(snapshot.directory)
    let version = snapshot.decider.entitiesVersion
    guard !entities.contains(version) else { return }
    let encoded = RecordedEntities.encode(PolicyVocabulary.entities(of: snapshot.catalog))
    guard let pieces = EntitiesRecord.pieces(version: version, entities: encoded) else {
      throw .recordTooLarge(bytes: encoded.map(\.count).max() ?? 0)
    }
    try append(pieces.lazy.map { .entities($0) })
    Self.remember(version, in: &entities)
  }

  private func record(_ set: Policies) throws(LedgerError) {
    guard !policies.contains(set.version) else { return }
    let pieces = PoliciesRecord.pieces(
      version: set.version, files: set.set.sources.map { ($0.file, $0.text) })
    try append(pieces.lazy.map { .policies($0) })
    Self.remember(set.version, in: &policies)
  }

  private func record(_ directory: AgentDirectory) throws(LedgerError) {
    let pieces = AgentsRecord.pieces(directory.known.map { LedgerPrincipal($0) })
    guard let version = pieces.first?.version, !agents.contains(version) else { return }
    try append(pieces.lazy.map { .agents($0) })
    Self.remember(version, in: &agents)
  }

  private func append(_ contents: some Sequence<LedgerRecord.Content>) throws(LedgerError) {
    var staged = 0
    for content in contents {
      try ledger.append(LedgerRecord(content))
      staged += LedgerLimits.pieceBytesMax
      guard staged >= Self.flushBytes else { continue }
      try ledger.flush()
      staged = 0
    }
  }

  private static func remember(_ version: String, in versions: inout [String]) {
    versions.append(version)
    if versions.count > remembered { versions.removeFirst() }
  }
}
