internal import JSON

/// Constraints: an object with an `op` and what it needs.
extension PolicyJSONReader {
  private static let members = ["op", "entity", "entities", "slot", "entity_type", "in"]

  func constraint(_ node: JSONNode, slot: TemplateSlot) throws(SyntaxError) -> ScopeSyntax {
    switch try operation(node, ["All", "==", "in", "is"]) {
    case "==":
      return .equal(try operand(members(node, of: "==", ["entity", "slot"]), slot: slot))
    case "in":
      return .inside(try operand(members(node, of: "in", ["entity", "slot"]), slot: slot))
    case "is":
      let object = try members(node, of: "is", ["entity_type", "in"])
      let type = try PolicyJSONReader.type(object.required("entity_type"), in: root)
      guard let group = object["in"] else { return .type(type) }
      let inner = try StrictObject(of: group, in: root, "what `in` holds", ["entity", "slot"])
      return .typeInside(type, try operand(inner, slot: slot))
    default:
      _ = try members(node, of: "All", [])
      return .any
    }
  }

  func actionConstraint(_ node: JSONNode) throws(SyntaxError) -> ScopeConstraint {
    switch try operation(node, ["All", "==", "in"]) {
    case "==":
      return .equal(try action(members(node, of: "==", ["entity"]).required("entity")))
    case "in":
      let object = try members(node, of: "in", ["entity", "entities"])
      guard let list = object["entities"] else {
        return .inside(try action(object.required("entity")))
      }
      guard object["entity"] == nil else {
        throw root.error(node, "there is both `entity` and `entities`", help: "keep one of them")
      }
      guard list.kind == .array else { throw root.unexpected(list, "an array of actions") }
      var actions: [EntityUID] = []
      for element in list.elements { actions.append(try action(element)) }
      return .insideAny(actions)
    default:
      _ = try members(node, of: "All", [])
      return .any
    }
  }

  /// The operator, one of `operators`; `all` is accepted for `All`.
  private func operation(
    _ node: JSONNode, _ operators: [String]
  ) throws(SyntaxError) -> String {
    let object = try StrictObject(
      of: node, in: root, "a constraint", PolicyJSONReader.members)
    if object["op"]?.equals("all") == true { return "All" }
    return try object.string("op", oneOf: operators)
  }

  private func members(
    _ node: JSONNode, of operation: String, _ names: [String]
  ) throws(SyntaxError) -> StrictObject {
    try StrictObject(of: node, in: root, "a constraint with `\(operation)`", ["op"] + names)
  }

  private func operand(
    _ object: StrictObject, slot: TemplateSlot
  ) throws(SyntaxError) -> ScopeOperand {
    guard let given = object["slot"] else {
      return .entity(try PolicyJSONReader.entity(object.required("entity"), in: root))
    }
    guard object["entity"] == nil else {
      throw root.error(object.node, "there is both `entity` and `slot`", help: "keep one of them")
    }
    guard given.equals(slot.rawValue) else {
      throw root.unexpected(
        given, "`\(slot)`, the slot for the \(slot.variable.name)")
    }
    return .slot
  }

  private func action(_ node: JSONNode) throws(SyntaxError) -> EntityUID {
    let uid = try PolicyJSONReader.entity(node, in: root)
    guard uid.type.baseName == "Action" else {
      throw root.error(
        node, "expected an entity of a type `Action`, found `\(uid)`",
        help: "actions are of the type `Action` or `Namespace::Action`")
    }
    return uid
  }
}
