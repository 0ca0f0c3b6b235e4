/// The name of a policy within its set: the value of its `@id` annotation, or else the name of
/// its source and its number there, as in `github.cedar#0`; for what was linked, the link's id.
public struct PolicyID: Hashable, Sendable, CustomStringConvertible {
  /// The name.
  public let name: String
  let index: Int32
  let prehash: Int

  init(_ name: String, index: Int) {
    self.name = name
    self.index = Int32(index)
    self.prehash = name.byteHash
  }

  /// The name.
  public var description: String { name }

  /// Whether both names are the same bytes.
  public static func == (left: PolicyID, right: PolicyID) -> Bool {
    left.prehash == right.prehash && left.name.hasSameBytes(as: right.name)
  }

  /// Feeds the precomputed hash.
  public func hash(into hasher: inout Hasher) { hasher.combine(prehash) }
}

extension PolicyID: Prehashed {}

/// What is written for a policy or a template and where: shared by a template and all its links.
final class PolicyStatement: Sendable {
  let syntax: PolicySyntax
  let map: SourceMap
  /// Whether the name was given beside the policy, as JSON does, and not by `@id` or position.
  let isNamedOutside: Bool

  init(_ syntax: PolicySyntax, in map: SourceMap, isNamedOutside: Bool = false) {
    self.syntax = syntax
    self.map = map
    self.isNamedOutside = isNamedOutside
  }

  var place: SourcePlace { map.place(syntax.offset) }

  func annotation(_ key: String) -> String? {
    syntax.annotations.first { $0.key == key }?.value
  }
}

/// One policy of a set: written as such, or linked from a template.
public struct Policy: Sendable {
  /// Its name.
  public let id: PolicyID
  /// The name of the template that it was linked from; nil for a policy written as such.
  public let templateID: PolicyID?
  let scope: Scope
  /// The node of the program to evaluate, or `Compiler.always`.
  let condition: Int32
  let statement: PolicyStatement

  init(
    id: PolicyID, templateID: PolicyID? = nil, scope: Scope, condition: Int32,
    statement: PolicyStatement
  ) {
    self.id = id
    self.templateID = templateID
    self.scope = scope
    self.condition = condition
    self.statement = statement
  }

  /// What it does.
  public var effect: Effect { statement.syntax.effect }

  /// Its annotations in the order in which they were written, `@id` among them; those of the
  /// template when it was linked.
  public var annotations: [Annotation] { statement.syntax.annotations }

  /// Where it stands; where its template stands when it was linked.
  public var place: SourcePlace { statement.place }

  /// The value of an annotation, empty when it was written without one; nil when there is none.
  public func annotation(_ key: String) -> String? { statement.annotation(key) }

  /// The syntax tree, with entities in place of a template's slots.
  var syntax: PolicySyntax {
    templateID == nil ? statement.syntax : statement.syntax.replacing(scope)
  }

  var map: SourceMap { statement.map }
}
