/// Policies that were read together, compiled and indexed. Immutable, and cheap to copy.
public struct PolicySet: Sendable {
  /// What the authorizer needs of a policy on its way.
  struct Compiled: Sendable {
    let condition: Int32
    let effect: Effect
    /// Whether being reached through the index is not yet being in scope.
    let needsScopeCheck: Bool
  }

  private final class Storage: Sendable {
    let policies: ContiguousArray<Policy>
    let ids: PrehashedTable<PolicyID>
    let compiled: ContiguousArray<Compiled>
    let program: Program
    let index: ScopeIndex
    let sources: [PolicySource]
    let contextUse: AttributeUse

    init(
      policies: ContiguousArray<Policy>, ids: PrehashedTable<PolicyID>, program: Program,
      sources: [PolicySource], contextUse: AttributeUse
    ) {
      self.policies = policies
      self.ids = ids
      self.program = program
      self.sources = sources
      self.contextUse = contextUse
      compiled = ContiguousArray(
        policies.map {
          Compiled(condition: $0.condition, effect: $0.effect, needsScopeCheck: $0.scope.needsCheck)
        })
      index = ScopeIndex(policies)
    }
  }

  private let storage: Storage

  init(
    policies: ContiguousArray<Policy>, ids: PrehashedTable<PolicyID>, program: Program,
    sources: [PolicySource], contextUse: AttributeUse
  ) {
    storage = Storage(
      policies: policies, ids: ids, program: program, sources: sources, contextUse: contextUse)
  }

  /// The policies: the sources in their order, and in each the order in which they are written.
  public var policies: ContiguousArray<Policy> { storage.policies }

  /// What was parsed, in order: with the names of the files it determines the set, so a digest of
  /// it identifies the set.
  public var sources: [PolicySource] { storage.sources }

  /// Which parts of the context any policy reads. A context that lacks all else gets the same
  /// answers.
  public var contextUse: AttributeUse { storage.contextUse }

  /// The policy of this name, or nil.
  public func policy(named name: String) -> Policy? {
    storage.ids.find(PolicyID(name, index: 0)).map { storage.policies[$0] }
  }

  /// The policy with an id of this set.
  public subscript(id: PolicyID) -> Policy? {
    let position = Int(id.index)
    if policies.indices.contains(position), policies[position].id == id {
      return policies[position]
    }
    return policy(named: id.name)
  }

  var compiled: ContiguousArray<Compiled> { storage.compiled }
  var program: Program { storage.program }
  var index: ScopeIndex { storage.index }
}

extension Scope {
  /// Whether it has a constraint that one key of the index does not express: `is … in`.
  fileprivate var needsCheck: Bool {
    if case .typeInside = principal { return true }
    if case .typeInside = resource { return true }
    return false
  }
}
