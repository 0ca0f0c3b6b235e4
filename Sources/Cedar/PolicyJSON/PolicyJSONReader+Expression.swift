internal import JSON

/// Expressions: an object with one member, the operator. The recursion is as deep as the document,
/// which is read with a limit.
extension PolicyJSONReader {
  private enum Form {
    case value, variable, slot
    case not, negate, isEmpty
    case and, or
    case binary(Expression.BinaryOperator)
    case attribute, has, like, `is`
    case conditional, set, record
    case call(ExtensionFunction)
  }

  private static let binaryOperators: [Expression.BinaryOperator] = [
    .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .add, .subtract, .multiply,
    .in, .contains, .containsAll, .containsAny, .hasTag, .getTag,
  ]

  private static let forms: [(name: String, form: Form)] =
    [
      ("Value", .value), ("Var", .variable), (".", .attribute), ("&&", .and), ("||", .or),
      ("!", .not), ("has", .has), ("like", .like), ("is", .is), ("if-then-else", .conditional),
      ("Set", .set), ("Record", .record), ("neg", .negate), ("isEmpty", .isEmpty), ("Slot", .slot),
    ] + binaryOperators.map { ($0.name, .binary($0)) }
    + ExtensionFunction.allCases.map { ($0.name, .call($0)) }

  mutating func expression(_ node: JSONNode) throws(SyntaxError) -> Expression.ID {
    guard node.count == 1, let member = node.memberNodes.first(where: { _ in true }) else {
      throw root.unexpected(node, "an expression, an object with one member, its operator")
    }
    guard let found = PolicyJSONReader.forms.first(where: { member.name.equals($0.name) }) else {
      let name = member.name.string ?? ""
      throw root.error(
        member.value, "there is no operator or function \(JSONNode.shown(name))",
        help: Suggestions.nearest(to: name, among: PolicyJSONReader.forms.map(\.name)))
    }
    return try expression(found.form, member.value, node, named: found.name)
  }

  private mutating func expression(
    _ form: Form, _ operand: JSONNode, _ node: JSONNode, named name: String
  ) throws(SyntaxError) -> Expression.ID {
    switch form {
    case .value: return try value(operand)
    case .variable:
      guard let variable = Expression.Variable.allCases.first(where: { operand.equals($0.name) })
      else {
        throw root.unexpected(
          operand, "`principal`, `action`, `resource` or `context`",
          help: operand.string.flatMap {
            Suggestions.nearest(to: $0, among: Expression.Variable.allCases.map(\.name))
          })
      }
      return try add(.variable(variable), at: node, over: [])
    case .slot:
      throw root.error(node, "a slot stands only in the scope and not in a condition")
    case .not: return try argument(operand, node, named: name) { .not($0) }
    case .negate: return try argument(operand, node, named: name) { .negate($0) }
    case .isEmpty: return try argument(operand, node, named: name) { .isEmpty($0) }
    case .and:
      let operands = try chain(node, of: name)
      return try add(.and(operands), at: node, over: operands)
    case .or:
      let operands = try chain(node, of: name)
      return try add(.or(operands), at: node, over: operands)
    case .binary(let operation):
      let object = try members(operand, of: name, ["left", "right"])
      let left = try expression(object.required("left"))
      let right = try expression(object.required("right"))
      return try add(.binary(operation, left, right), at: node, over: [left, right])
    case .attribute:
      let object = try members(operand, of: name, ["left", "attr"])
      let left = try expression(object.required("left"))
      let attribute = AttributeName(try object.string("attr"))
      return try add(.attribute(left, attribute), at: node, over: [left])
    case .has:
      let object = try members(operand, of: name, ["left", "attr"])
      let left = try expression(object.required("left"))
      return try add(.has(left, try path(object.required("attr"))), at: node, over: [left])
    case .like:
      let object = try members(operand, of: name, ["left", "pattern"])
      let left = try expression(object.required("left"))
      let pattern = try pattern(object.required("pattern"))
      return try add(.like(left, pattern), at: node, over: [left])
    case .is: return try typeTest(members(operand, of: name, ["left", "entity_type", "in"]), node)
    case .conditional:
      let object = try members(operand, of: name, ["if", "then", "else"])
      let condition = try expression(object.required("if"))
      let then = try expression(object.required("then"))
      let otherwise = try expression(object.required("else"))
      return try add(
        .conditional(condition, then: then, else: otherwise), at: node,
        over: [condition, then, otherwise])
    case .set:
      let elements = try list(operand, "an array of the set's elements")
      return try add(.set(elements), at: node, over: elements)
    case .record:
      guard operand.kind == .object else {
        throw root.unexpected(operand, "an object of the record's members")
      }
      var members: [(name: AttributeName, value: Expression.ID)] = []
      for member in operand.members {
        members.append((AttributeName(member.name), try expression(member.value)))
      }
      return try add(.record(members), at: node, over: members.map(\.value))
    case .call(let function):
      return try call(function, try list(operand, "an array of arguments"), at: node)
    }
  }

  // MARK: Operands

  private func members(
    _ node: JSONNode, of name: String, _ known: [String]
  ) throws(SyntaxError) -> StrictObject {
    try StrictObject(of: node, in: root, "`\(name)`", known)
  }

  private mutating func argument(
    _ operand: JSONNode, _ node: JSONNode, named name: String,
    _ kind: (Expression.ID) -> Expression.Kind
  ) throws(SyntaxError) -> Expression.ID {
    let argument = try expression(members(operand, of: name, ["arg"]).required("arg"))
    return try add(kind(argument), at: node, over: [argument])
  }

  /// The operands of `&&` or `||`, which associate to the left: without recursion along the chain.
  private mutating func chain(
    _ node: JSONNode, of name: String
  ) throws(SyntaxError) -> [Expression.ID] {
    var rights: [JSONNode] = []
    var first = node
    while first.count == 1, let operand = first[member: name] {
      let object = try members(operand, of: name, ["left", "right"])
      rights.append(try object.required("right"))
      first = try object.required("left")
    }
    var operands = [try expression(first)]
    for right in rights.reversed() { operands.append(try expression(right)) }
    return operands
  }

  private mutating func list(
    _ node: JSONNode, _ what: String
  ) throws(SyntaxError) -> [Expression.ID] {
    guard node.kind == .array else { throw root.unexpected(node, what) }
    var elements: [Expression.ID] = []
    for element in node.elements { elements.append(try expression(element)) }
    return elements
  }

  private mutating func typeTest(
    _ object: StrictObject, _ node: JSONNode
  ) throws(SyntaxError) -> Expression.ID {
    let left = try expression(object.required("left"))
    let type = try PolicyJSONReader.type(object.required("entity_type"), in: root)
    guard let group = object["in"], !group.isNull else {
      return try add(.is(left, type, in: nil), at: node, over: [left])
    }
    let container = try expression(group)
    return try add(.is(left, type, in: container), at: node, over: [left, container])
  }

  /// The attribute after `has`, or several in an array as in `has a.b`.
  private func path(_ node: JSONNode) throws(SyntaxError) -> [AttributeName] {
    if let name = node.string { return [AttributeName(name)] }
    guard node.kind == .array, node.count > 0 else {
      throw root.unexpected(node, "the name of an attribute")
    }
    var path: [AttributeName] = []
    for element in node.elements {
      guard let name = element.string, node.count == 1 || Quoting.isIdentifier(name) else {
        throw root.unexpected(element, "an identifier")
      }
      path.append(AttributeName(name))
    }
    guard path.count <= limits.expressionHeight else {
      throw root.error(node, "the path is longer than \(limits.expressionHeight)")
    }
    return path
  }

  private func pattern(_ node: JSONNode) throws(SyntaxError) -> Pattern {
    guard node.kind == .array else { throw root.unexpected(node, "an array, the pattern") }
    var elements: [Pattern.Element] = []
    for piece in node.elements {
      if piece.equals("Wildcard") {
        elements.append(.wildcard)
      } else if piece.count == 1, let text = piece[member: "Literal"]?.string {
        elements += text.utf8.map { .byte($0) }
      } else {
        throw root.unexpected(piece, #"`"Wildcard"` or `{"Literal": "…"}`"#)
      }
    }
    return Pattern(elements)
  }

  mutating func call(
    _ function: ExtensionFunction, _ arguments: [Expression.ID], at node: JSONNode
  ) throws(SyntaxError) -> Expression.ID {
    guard function.isConstructor || !arguments.isEmpty else {
      throw root.error(node, "`\(function.name)` is a method, and there is nothing to call it on")
    }
    return try add(.call(function, arguments), at: node, over: arguments)
  }

  mutating func add(
    _ kind: Expression.Kind, at node: JSONNode, over children: [Expression.ID]
  ) throws(SyntaxError) -> Expression.ID {
    let height = children.reduce(0) { max($0, tree[$1].height) }
    guard Int(height) < limits.expressionHeight else {
      throw root.error(
        node, "the expression is a tree of more than \(limits.expressionHeight) levels",
        help: "split the condition into several clauses or policies")
    }
    return tree.add(
      Expression(kind: kind, offset: Int32(node.rawRange.lowerBound), height: height + 1))
  }
}
