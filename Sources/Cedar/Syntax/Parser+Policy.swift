/// Policies: annotations, effect, scope, conditions.
extension Parser {
  mutating func policy() throws(SyntaxError) -> PolicySyntax {
    tree = ExpressionTree()
    nesting = 0
    let annotations = try annotations()
    let start = Int(token.start)
    let effect = try effect()
    try expect(.leftParenthesis, "`(` and the scope after `\(effect.rawValue)`")
    let principal = try entityConstraint("principal", follows: nil)
    try expect(.comma, "`,` and `action` after the principal")
    let action = try actionConstraint()
    try expect(.comma, "`,` and `resource` after the action")
    let resource = try entityConstraint("resource", follows: "the action")
    _ = take(.comma)
    try expect(
      .rightParenthesis, "`)` after the resource",
      help: "the scope is `(principal, action, resource)`; other conditions go into `when { … }`")
    let conditions = try conditions()
    try expect(
      .semicolon, "`when`, `unless` or `;` after the policy",
      help: conditions.isEmpty ? nil : "each policy ends with `;`")
    return PolicySyntax(
      annotations: annotations, effect: effect, principal: principal, action: action,
      resource: resource, conditions: conditions, tree: tree, offset: start)
  }

  private mutating func annotations() throws(SyntaxError) -> [Annotation] {
    var annotations: [Annotation] = []
    var keys: Set<String> = []
    while take(.at) {
      guard token.kind == .identifier || token.kind == .reserved else {
        throw unexpected("the key of an annotation after `@`")
      }
      let key = text(token)
      guard keys.insert(key).inserted else {
        throw SyntaxError(
          at: Int(token.start), "the annotation `@\(key)` occurs twice",
          help: "keep one; several values can share one string")
      }
      advance()
      var value = ""
      if take(.leftParenthesis) {
        value = try string("the annotation's value as a string")
        try expect(.rightParenthesis, "`)` after the annotation's value")
      }
      annotations.append(Annotation(key: key, value: value))
    }
    return annotations
  }

  private mutating func effect() throws(SyntaxError) -> Effect {
    if take(word: "permit") { return .permit }
    if take(word: "forbid") { return .forbid }
    var help: String?
    if token.kind == .identifier {
      let word = text(token)
      switch word {
      case "allow", "grant": help = "did you mean `permit`?"
      case "deny", "block": help = "did you mean `forbid`?"
      case "when", "unless": help = "is there a `;` too many before `\(word)`?"
      default: help = Suggestions.nearest(to: word, among: ["permit", "forbid"])
      }
    }
    throw unexpected("`permit` or `forbid`", help: help)
  }

  private mutating func scopeVariable(_ name: StaticString, _ where: String)
    throws(SyntaxError)
  {
    guard take(word: name) else {
      if token.kind == .slot { throw templatesUnsupported() }
      throw unexpected(
        "`\(name)`\(`where`)", help: "the scope is `(principal, action, resource)`, in this order")
    }
    if token.kind == .colon {
      throw SyntaxError(
        at: Int(token.start), "a type in the scope is written with `is`, not with `:`",
        help: "write `\(name) is Type`")
    }
  }

  private mutating func entityConstraint(_ name: StaticString, follows previous: String?)
    throws(SyntaxError) -> ScopeConstraint
  {
    try scopeVariable(name, previous.map { " after \($0)" } ?? " at the start of the scope")
    if take(.equal) { return .equal(try scopeEntity()) }
    if take(word: "in") { return .inside(try insideEntity(name)) }
    if take(word: "is") {
      let type = try typeName()
      guard take(word: "in") else { return .type(type) }
      return .typeInside(type, try insideEntity(name))
    }
    try rejectOtherOperator(name, allowed: "`==`, `in` and `is`")
    return .any
  }

  private mutating func insideEntity(_ name: StaticString) throws(SyntaxError) -> EntityUID {
    guard token.kind != .leftBracket else {
      throw SyntaxError(
        at: Int(token.start), "only `action in` takes a list in the scope",
        help: "write `when { \(name) in [ … ] }`")
    }
    return try scopeEntity()
  }

  private mutating func actionConstraint() throws(SyntaxError) -> ScopeConstraint {
    try scopeVariable("action", " after the principal")
    if take(.equal) { return .equal(try scopeAction()) }
    if take(word: "in") {
      var depth = 0
      if listFollowsParentheses { while take(.leftParenthesis) { depth += 1 } }
      guard take(.leftBracket) else { return .inside(try scopeAction()) }
      var actions: [EntityUID] = []
      while !take(.rightBracket) {
        actions.append(try scopeAction())
        if take(.rightBracket) { break }
        try expect(.comma, "`,` or `]` in the list of actions")
      }
      for _ in 0..<depth { try expect(.rightParenthesis, "`)` after the list of actions") }
      return .insideAny(actions)
    }
    if isWord(token, "is") {
      throw SyntaxError(
        at: Int(token.start), "`action is` is not possible in the scope",
        help: "actions are chosen with `==` and `in`")
    }
    try rejectOtherOperator("action", allowed: "`==` and `in`")
    return .any
  }

  private var listFollowsParentheses: Bool {
    var next = position
    while tokens[next].kind == .leftParenthesis { next += 1 }
    return tokens[next].kind == .leftBracket
  }

  private func rejectOtherOperator(_ name: StaticString, allowed: String) throws(SyntaxError) {
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

  private mutating func scopeAction() throws(SyntaxError) -> EntityUID {
    let start = token
    let uid = try scopeEntity()
    guard uid.type.baseName == "Action" else {
      throw SyntaxError(
        at: Int(start.start), "expected an entity of a type `Action`, found `\(uid)`",
        help: "actions are written `Action::\"name\"` or `Namespace::Action::\"name\"`")
    }
    return uid
  }

  private mutating func scopeEntity() throws(SyntaxError) -> EntityUID {
    if token.kind == .slot { throw templatesUnsupported() }
    var depth = 0
    while take(.leftParenthesis) { depth += 1 }
    let uid = try entityReference()
    for _ in 0..<depth { try expect(.rightParenthesis, "`)` after the entity") }
    return uid
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

  /// The error for a template's slot.
  func templatesUnsupported() -> SyntaxError {
    SyntaxError(
      at: Int(token.start), "templates (`\(text(token))`) are not supported yet",
      help: "write the entity itself")
  }

  private mutating func conditions() throws(SyntaxError) -> [PolicySyntax.Condition] {
    var conditions: [PolicySyntax.Condition] = []
    while token.kind == .identifier {
      let isUnless = isWord(token, "unless")
      guard isUnless || isWord(token, "when") else {
        throw unexpected(
          "`when`, `unless` or `;`",
          help: isWord(token, "permit") || isWord(token, "forbid") || token.kind == .at
            ? "each policy ends with `;`"
            : Suggestions.nearest(to: text(token), among: ["when", "unless"]))
      }
      advance()
      try expect(.leftBrace, "`{` after `\(isUnless ? "unless" : "when")`")
      guard token.kind != .rightBrace else {
        throw SyntaxError(
          at: Int(token.start), "the condition is empty",
          help: "write an expression between the braces, or leave the clause out")
      }
      let body = try expression()
      try expect(.rightBrace, "an operator or `}` after the condition")
      conditions.append(PolicySyntax.Condition(isUnless: isUnless, body: body))
    }
    return conditions
  }

  // MARK: Names

  /// A name with namespaces. Also steps over a final `::` when a string follows.
  mutating func qualifiedName() throws(SyntaxError) -> String {
    var name = try nameSegment()
    while token.kind == .doubleColon {
      advance()
      if token.kind == .string { break }
      name += "::" + (try nameSegment())
    }
    return name
  }

  private mutating func nameSegment() throws(SyntaxError) -> String {
    guard token.kind == .identifier else {
      if token.kind == .reserved {
        throw SyntaxError(
          at: Int(token.start), "`\(text(token))` is a reserved word and cannot be a name")
      }
      throw unexpected("a name")
    }
    let name = text(token)
    guard name != "__cedar" else {
      throw SyntaxError(at: Int(token.start), "the name `__cedar` is reserved")
    }
    advance()
    return name
  }

  /// The type after `is`.
  mutating func typeName() throws(SyntaxError) -> EntityType {
    guard token.kind == .identifier else {
      throw unexpected(
        "an entity type after `is`",
        help: token.kind == .string ? "a type is written without quotes" : nil)
    }
    let name = try qualifiedName()
    guard token.kind != .string else {
      throw SyntaxError(
        at: Int(token.start), "expected an entity type after `is`, found an entity",
        help: "compare with `==`, or write `is \(name)`")
    }
    return EntityType(name)
  }
}
