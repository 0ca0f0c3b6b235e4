import Cedar
import Identity
import JSON
import Ledger

/// Where the ledger holds what was in force at a moment.
public struct SnapshotPlaces: Sendable, Equatable {
  /// The policies.
  public var policies: Place
  /// What policies could ask about.
  public var entities: Place
  /// Who might connect.
  public var agents: Place
  /// A decision that was made under the same configuration, if there is one.
  public var decision: UInt64?

  /// A version and the sequence of its first piece.
  public struct Place: Sendable, Equatable {
    /// The digest that names it.
    public var version: String
    /// Nil where it is not whole in the ledger.
    public var sequence: UInt64?

    /// A place.
    public init(version: String, sequence: UInt64?) {
      self.version = version
      self.sequence = sequence
    }
  }

  /// Places.
  public init(policies: Place, entities: Place, agents: Place, decision: UInt64?) {
    self.policies = policies
    self.entities = entities
    self.agents = agents
    self.decision = decision
  }
}

extension RecordedSnapshot {
  /// Reads what was in force. Blocks.
  /// - Throws: `.unreadable` and `.ledger`.
  public init(_ places: SnapshotPlaces, from ledger: String) throws(AccessError) {
    // A set without files has no pieces.
    let pieces =
      places.policies.version == Policies.version(of: [])
      ? [] : try Self.pieces(.policies, places.policies, ledger)
    let described = try Self.pieces(.entities, places.entities, ledger)
    let policies: Policies
    let entities: Entities
    do throws(ReplayError) {
      policies = try Policies(version: places.policies.version, pieces: pieces)
      entities = try RecordedEntities.entities(
        version: places.entities.version, pieces: described)
    } catch {
      throw .unreadable(error)
    }
    let agents = try Self.pieces(.agents, places.agents, ledger)
      .compactMap { $0.document.root[member: "agents"] }.flatMap(\.elements)
    self.init(
      policies: policies, entities: entities,
      agents: agents.compactMap(Principal.init(recorded:)),
      environment: try Self.environment(places.decision, ledger))
  }

  private static func pieces(
    _ kind: LedgerRecord.Kind, _ place: SnapshotPlaces.Place, _ ledger: String
  ) throws(AccessError) -> [LedgerEntry] {
    guard let sequence = place.sequence else { throw .unreadable(unknown(kind, place.version)) }
    var assembly = PieceAssembly()
    do throws(LedgerError) {
      var reader = try LedgerReader(
        directory: ledger, from: sequence, matching: LedgerFilter(kinds: [kind]))
      while let entry = try reader.next() {
        guard let (version, pieces) = assembly.add(entry) else { continue }
        if version == place.version { return pieces }
      }
    } catch {
      throw .ledger(error)
    }
    throw .unreadable(unknown(kind, place.version))
  }

  private static func unknown(_ kind: LedgerRecord.Kind, _ version: String) -> ReplayError {
    switch kind {
    case .policies: .unknownPolicies(version: version)
    case .entities: .unknownEntities(version: version)
    default: .unreadable("who might connect", reason: "version \(version.prefix(12)) is not there")
    }
  }

  private static func environment(
    _ decision: UInt64?, _ ledger: String
  ) throws(AccessError) -> Environment {
    guard let decision else { return .unknown }
    do throws(LedgerError) {
      var reader = try LedgerReader(directory: ledger, from: decision)
      guard let record = try reader.next()?.document.root,
        record[member: "kind"]?.equals("decision") == true, record[member: "truncated"] == nil
      else { return .unknown }
      return .known(record[member: "environment"]?.string)
    } catch {
      throw .ledger(error)
    }
  }
}
