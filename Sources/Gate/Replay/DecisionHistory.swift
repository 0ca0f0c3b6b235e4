public import Cedar
import JSON
public import Ledger

/// What the ledger says was in force, and the decisions that can be made again from it. Give it
/// the records in their order. Nothing else is needed: no running gateway, no files.
///
/// ```swift
/// var history = DecisionHistory()
/// while let entry = try reader.next() {
///   if let replay = try history.replay(entry), !replay.isSame { print(replay.differences) }
/// }
/// ```
public struct DecisionHistory: Sendable {
  /// Versions of policies, and of entities, that are kept; older ones are forgotten.
  public static let versionsMax = 64

  private var policies = Versions<Policies>()
  private var entities = Versions<Entities>()
  private var policyPieces = PieceAssembly()
  private var entityPieces = PieceAssembly()

  /// Nothing was read yet.
  public init() {}

  /// The policies that came into force last, of those that were read.
  public var newestPolicies: Policies? { policies.newest }
  /// What policies could ask about last, the caller not among it.
  public var newestEntities: Entities? { entities.newest }

  /// Takes a record: a piece of policies or entities is kept, everything else passed over.
  /// - Throws: when a version is complete and cannot be read. Decisions that name it are then
  ///   unknown to this history.
  public mutating func add(_ entry: LedgerEntry) throws(ReplayError) {
    switch entry.text("kind") {
    case LedgerRecord.Kind.policies.rawValue:
      guard let (version, pieces) = policyPieces.add(entry) else { return }
      policies.keep(try Policies(version: version, pieces: pieces), as: version)
    case LedgerRecord.Kind.entities.rawValue:
      guard let (version, pieces) = entityPieces.add(entry) else { return }
      entities.keep(try RecordedEntities.entities(version: version, pieces: pieces), as: version)
    default: return
    }
  }

  /// Takes a record, and if it is a decision about a call makes it again: from what was in force
  /// then, or with other policies.
  /// - Throws: as `add`, and when the decision cannot be made again.
  public mutating func replay(
    _ entry: LedgerEntry, with others: Policies? = nil
  ) throws(ReplayError) -> Replay? {
    try add(entry)
    guard let recorded = try RecordedDecision(entry) else { return nil }
    let policies: Policies
    if let others { policies = others } else { policies = try self.policies(of: recorded) }
    let verdict: PolicyVerdict
    do {
      verdict = try recorded.request.decide(with: policies, entities: entities(of: recorded))
    } catch let error as EntityError {
      throw .unreadable("the principal", reason: error.description)
    } catch let error as ReplayError {
      throw error
    } catch {
      throw .unreadable("the record", reason: "\(error)")
    }
    return Replay(recorded: recorded, verdict: verdict)
  }

  /// The policies that made a decision.
  /// - Throws: `.unknownPolicies`.
  public func policies(of decision: RecordedDecision) throws(ReplayError) -> Policies {
    guard let found = policies[decision.policyVersion] else {
      throw .unknownPolicies(version: decision.policyVersion)
    }
    return found
  }

  /// The entities that a decision could ask about, the caller not among them.
  /// - Throws: `.unknownEntities`.
  public func entities(of decision: RecordedDecision) throws(ReplayError) -> Entities {
    guard let found = entities[decision.entitiesVersion] else {
      throw .unknownEntities(version: decision.entitiesVersion)
    }
    return found
  }
}

/// Values by version, the oldest forgotten.
private struct Versions<Value: Sendable>: Sendable {
  private var values: [String: Value] = [:]
  private var order: [String] = []

  subscript(version: String) -> Value? { values[version] }
  var newest: Value? { order.last.flatMap { values[$0] } }

  mutating func keep(_ value: Value, as version: String) {
    order.removeAll { $0 == version }
    order.append(version)
    values[version] = value
    if order.count > DecisionHistory.versionsMax { values[order.removeFirst()] = nil }
  }
}

extension Policies {
  /// The set whose pieces these are.
  init(version: String, pieces: [LedgerEntry]) throws(ReplayError) {
    var sources: [(file: String, text: String)] = []
    for piece in pieces {
      guard let file = piece.text("file"), let text = piece.text("text") else {
        throw .unreadable("a piece of the policies", reason: "it has no `file` or no `text`")
      }
      if sources.last?.file == file {
        sources[sources.count - 1].text += text
      } else {
        sources.append((file, text))
      }
    }
    let files = sources.map { PolicySource(file: $0.file, text: $0.text) }
    guard Policies.version(of: files) == version else { throw .wrongDigest(version: version) }
    do {
      self = try Policies.parse(files)
    } catch {
      throw .unreadable("the policies", reason: error.description)
    }
  }
}
