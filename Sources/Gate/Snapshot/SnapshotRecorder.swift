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
  /// What was recorded last, so is in force or about to be.
  private var inForce: (entities: String, agents: String)?

  /// A recorder that has written nothing yet.
  public init(ledger: Ledger) {
    self.ledger = ledger
  }

  /// Records what of a snapshot was not recorded lately. Blocks for writing to the page cache.
  /// - Throws: what the ledger says. The snapshot must not come into force then; trying again
  ///   records it anew.
  public func record(_ snapshot: GateSnapshot) throws(LedgerError) {
    try record(snapshot.policies)
    let next = (
      entities: snapshot.decider.entitiesVersion, agents: try record(snapshot.directory)
    )
    try recordEntities(snapshot, next.entities)
    if let before = inForce {
      try record(.agents, before.agents, next.agents)
      try record(.tools, before.entities, next.entities)
    }
    inForce = next
  }

  /// A version that comes into force again has no pieces of its own: the change names it.
  private func record(
    _ subject: ChangeRecord.Subject, _ before: String, _ after: String
  ) throws(LedgerError) {
    guard before != after else { return }
    try ledger.append(
      LedgerRecord(
        .change(ChangeRecord(of: subject, event: .applied, before: before, after: after))))
  }

  private func recordEntities(
    _ snapshot: GateSnapshot, _ version: String
  ) throws(LedgerError) {
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

  /// - Returns: the version.
  private func record(_ directory: AgentDirectory) throws(LedgerError) -> String {
    let pieces = AgentsRecord.pieces(directory.known.map { LedgerPrincipal($0) })
    let version = pieces.first?.version ?? ""
    guard !agents.contains(version) else { return version }
    try append(pieces.lazy.map { .agents($0) })
    Self.remember(version, in: &agents)
    return version
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
