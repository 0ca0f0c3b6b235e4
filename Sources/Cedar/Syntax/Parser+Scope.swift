/// The scope of a policy or template.
extension Parser {
  /// The constraint on the principal or the resource, whichever the slot is for.
  mutating func entityConstraint(_ slot: TemplateSlot, follows previous: String?)
    throws(SyntaxError) -> ScopeSyntax
  {
    let name = slot.variable.name
    try scopeVariable(
      slot.variable, previous.map { " after \($0)" } ?? " at the start of the scope")
    if take(.equal) { return .equal(try scopeOperand(slot)) }
    if take(word: "in") { return .inside(try operandAfterIn(slot)) }
    if take(word: "is") {
      guard token.kind != .slot else {
        throw unexpected(
          "an entity type after `is`",
          help: "a slot stands for an entity: write `\(name) == \(slot)` or "
            + "`\(name) is Type in \(slot)`")
      }
      let type = try typeName()
      guard take(word: "in") else { return .type(type) }
      return .typeInside(type, try operandAfterIn(slot))
    }
    try rejectOtherOperator(name, allowed: "`==`, `in` and `is`")
    return .any
  }

  private mutating func operandAfterIn(_ slot: TemplateSlot) throws(SyntaxError) -> ScopeOperand {
    guard token.kind != .leftBracket else {
      throw SyntaxError(
        at: Int(token.start), "only `action in` takes a list in the scope",
        help: "write `when { \(slot.variable.name) in [ … ] }`")
    }
    return try scopeOperand(slot)
  }

  private mutating func scopeOperand(_ slot: TemplateSlot) throws(SyntaxError) -> ScopeOperand {
    try inParentheses("the entity") { parser throws(SyntaxError) in
      guard parser.token.kind == .slot else { return .entity(try parser.entityReference()) }
      let name = parser.text(parser.token)
      guard name == slot.rawValue else { throw parser.wrongSlot(name, expected: slot) }
      parser.advance()
      return .slot
    }
  }

  private func wrongSlot(_ name: String, expected: TemplateSlot) -> SyntaxError {
    let isKnown = TemplateSlot(rawValue: name) != nil
    return SyntaxError(
      at: Int(token.start),
      isKnown
        ? "`\(name)` cannot stand for the \(expected.variable.name)"
        : "there is no slot `\(name)`",
      help: "the slot for the \(expected.variable.name) is `\(expected)`")
  }

  mutating func actionConstraint() throws(SyntaxError) -> ScopeConstraint {
    try scopeVariable(.action, " after the principal")
    if take(.equal) { return .equal(try scopeAction()) }
    if take(word: "in") {
      guard listFollowsParentheses else { return .inside(try scopeAction()) }
      let actions = try inParentheses("the list of actions") { parser throws(SyntaxError) in
        try parser.actionList()
      }
      // `in [a]` says no more than `in a`.
      return actions.count == 1 ? .inside(actions[0]) : .insideAny(actions)
    }
    if isWord(token, "is") {
      throw SyntaxError(
        at: Int(token.start), "`action is` is not possible in the scope",
        help: "actions are chosen with `==` and `in`")
    }
    try rejectOtherOperator("action", allowed: "`==` and `in`")
    return .any
  }

  private mutating func actionList() throws(SyntaxError) -> [EntityUID] {
    try expect(.leftBracket, "`[`")
    var actions: [EntityUID] = []
    while !take(.rightBracket) {
      actions.append(try scopeAction())
      if take(.rightBracket) { break }
      try expect(.comma, "`,` or `]` in the list of actions")
    }
    return actions
  }

  private var listFollowsParentheses: Bool {
    var next = position
    while tokens[next].kind == .leftParenthesis { next += 1 }
    return tokens[next].kind == .leftBracket
  }

  private mutating func scopeAction() throws(SyntaxError) -> EntityUID {
    let start = token
    let uid = try inParentheses("the entity") { parser throws(SyntaxError) in
      guard parser.token.kind != .slot else {
        throw SyntaxError(
          at: Int(parser.token.start), "a slot cannot stand for an action",
          help: "the slots are `?principal` and `?resource`, each in its own place")
      }
      return try parser.entityReference()
    }
    guard uid.type.baseName == "Action" else {
      throw SyntaxError(
        at: Int(start.start), "expected an entity of a type `Action`, found `\(uid)`",
        help: "actions are written `Action::\"name\"` or `Namespace::Action::\"name\"`")
    }
    return uid
  }

  // MARK: Shared

  private mutating func scopeVariable(_ variable: Expression.Variable, _ where: String)
    throws(SyntaxError)
  {
    let name = variable.name
    guard token.kind == .identifier, text(token) == name else {
      var help = "the scope is `(principal, action, resource)`, in this order"
      if token.kind == .slot { help = "a slot is compared: `principal == ?principal`" }
      throw unexpected("`\(name)`\(`where`)", help: help)
    }
    advance()
    if token.kind == .colon {
      throw SyntaxError(
        at: Int(token.start), "a type in the scope is written with `is`, not with `:`",
        help: "write `\(name) is Type`")
    }
  }

  private func rejectOtherOperator(_ name: String, allowed: String) throws(SyntaxError) {
    switch token.kind {
    case .comma, .rightParenthesis: return
    case .assign:
      throw SyntaxError(
        at: Int(token.start), "expected `==`, found `=`", help: "compare with `==`")
    case .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .and, .or:
      throw SyntaxError(
        at: Int(token.start),
        "the scope knows only \(allowed) for `\(name)`, found \(found(token))",
        help: "write the condition in `when { … }` or `unless { … }`")
    default: return
    }
  }

  /// Reads what may stand in any number of parentheses.
  private mutating func inParentheses<Result>(
    _ what: String, _ body: (inout Parser) throws(SyntaxError) -> Result
  ) throws(SyntaxError) -> Result {
    var depth = 0
    while take(.leftParenthesis) { depth += 1 }
    let result = try body(&self)
    for _ in 0..<depth { try expect(.rightParenthesis, "`)` after \(what)") }
    return result
  }

  /// An entity: `Type::"id"`.
  mutating func entityReference() throws(SyntaxError) -> EntityUID {
    guard token.kind == .identifier else {
      throw unexpected("an entity such as `Type::\"id\"`")
    }
    let name = try qualifiedName()
    guard token.kind == .string else {
      throw unexpected(
        "`::\"id\"` after the entity type `\(name)`",
        help: "an entity is written `\(name)::\"id\"`; a type is tested with `is`")
    }
    return EntityUID(type: EntityType(name), id: try string("the entity's id"))
  }
}
