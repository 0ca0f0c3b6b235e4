internal import JSON

/// Reads syntax trees in Cedar's JSON policy format. Offsets are those in the JSON text.
struct PolicyJSONReader {
  /// The root of the document, for the paths in errors.
  let root: JSONNode
  let limits: PolicyLimits
  var tree = ExpressionTree()

  init(root: JSONNode, limits: PolicyLimits) {
    self.root = root
    self.limits = limits
  }

  /// Reads a policy or a template.
  mutating func policy(_ node: JSONNode) throws(SyntaxError) -> PolicySyntax {
    tree = ExpressionTree()
    let object = try StrictObject(
      of: node, in: root, "a policy",
      ["effect", "principal", "action", "resource", "conditions", "annotations"])
    let effect = try object.string("effect", oneOf: ["permit", "forbid"])
    let principal = try constraint(object.required("principal"), slot: .principal)
    let action = try actionConstraint(object.required("action"))
    let resource = try constraint(object.required("resource"), slot: .resource)
    let conditions = try conditions(object.required("conditions"))
    let policy = PolicySyntax(
      annotations: try object["annotations"].map(annotations) ?? [],
      effect: Effect(rawValue: effect) ?? .forbid, principal: principal, action: action,
      resource: resource, conditions: conditions, tree: tree, offset: node.rawRange.lowerBound)
    // JSON has no parentheses; what is read must be possible to write as text and to read again.
    guard PolicyPrinter.nesting(of: policy) <= limits.nesting else {
      throw root.error(
        node, "the conditions nest deeper than \(limits.nesting) levels",
        help: "split them into several clauses or policies")
    }
    return policy
  }

  private func annotations(_ node: JSONNode) throws(SyntaxError) -> [Annotation] {
    guard node.kind == .object else {
      throw root.unexpected(node, "an object of annotations by key")
    }
    var annotations: [Annotation] = []
    for member in node.members {
      guard Quoting.isWord(member.name) else {
        throw root.error(
          member.value,
          "the key of an annotation is an identifier, and "
            + "\(JSONNode.shown(member.name)) is none")
      }
      let value = member.value.string
      guard value != nil || member.value.isNull else {
        throw root.unexpected(member.value, "a string, or `null` for an annotation without value")
      }
      annotations.append(
        Annotation(key: member.name, value: value ?? "", hasValue: value != nil))
    }
    return annotations
  }

  private mutating func conditions(
    _ node: JSONNode
  ) throws(SyntaxError) -> [PolicySyntax.Condition] {
    guard node.kind == .array else { throw root.unexpected(node, "an array of conditions") }
    var conditions: [PolicySyntax.Condition] = []
    for element in node.elements {
      let object = try StrictObject(of: element, in: root, "a condition", ["kind", "body"])
      let kind = try object.string("kind", oneOf: ["when", "unless"])
      conditions.append(
        PolicySyntax.Condition(
          isUnless: kind.hasSameBytes(as: "unless"),
          body: try expression(object.required("body"))))
    }
    return conditions
  }

  // MARK: Entities

  /// Reads `{"type": …, "id": …}` or the same within `{"__entity": …}`.
  static func entity(_ node: JSONNode, in root: JSONNode) throws(SyntaxError) -> EntityUID {
    let object = try StrictObject(
      of: node[member: "__entity"] == nil
        ? node
        : StrictObject(of: node, in: root, "an escape", ["__entity"]).required("__entity"),
      in: root, "an entity", ["type", "id"])
    return EntityUID(
      type: try type(object.required("type"), in: root), id: try object.string("id"))
  }

  static func type(_ node: JSONNode, in root: JSONNode) throws(SyntaxError) -> EntityType {
    guard let name = node.string, Quoting.isQualifiedName(name) else {
      throw root.unexpected(node, "the name of an entity type, such as `Namespace::Type`")
    }
    return EntityType(name)
  }
}
