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
    let contents: PolicySetContents
    let compiled: ContiguousArray<Compiled>
    let program: Program
    let index: ScopeIndex

    init(_ contents: PolicySetContents, program: Program) {
      self.contents = contents
      self.program = program
      compiled = ContiguousArray(
        contents.policies.map {
          Compiled(condition: $0.condition, effect: $0.effect, needsScopeCheck: $0.scope.needsCheck)
        })
      index = ScopeIndex(contents.policies)
    }
  }

  private let storage: Storage

  init(_ contents: PolicySetContents, program: Program) {
    storage = Storage(contents, program: program)
  }

  /// The policies that can apply: the sources in their order, and in each the order in which they
  /// are written; after them what was linked, in the order of the links.
  public var policies: ContiguousArray<Policy> { storage.contents.policies }

  /// The templates, in the order in which they are written.
  public var templates: ContiguousArray<Template> { storage.contents.templates }

  /// What was parsed, in order: with the names of the files and with the links made since it
  /// determines the set, so a digest of it identifies a set without such links.
  public var sources: [PolicySource] { storage.contents.sources }

  /// Which parts of the context any policy reads. A context that lacks all else gets the same
  /// answers.
  public var contextUse: AttributeUse { storage.contents.contextUse }

  /// The policy of this name, or nil.
  public func policy(named name: String) -> Policy? {
    contents.ids.find(PolicyID(name, index: 0)).map { contents.policies[$0] }
  }

  /// The template of this name, or nil.
  public func template(named name: String) -> Template? {
    contents.templateIDs.find(PolicyID(name, index: 0)).map { contents.templates[$0] }
  }

  /// The policy with an id of this set.
  public subscript(id: PolicyID) -> Policy? {
    let position = Int(id.index)
    if policies.indices.contains(position), policies[position].id == id {
      return policies[position]
    }
    return policy(named: id.name)
  }

  var contents: PolicySetContents { storage.contents }
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
