/// Policies: annotations, effect, conditions.
extension Parser {
  mutating func policy() throws(SyntaxError) -> PolicySyntax {
    tree = ExpressionTree()
    nesting = 0
    let annotations = try annotations()
    let start = Int(token.start)
    let effect = try effect()
    try expect(.leftParenthesis, "`(` and the scope after `\(effect.rawValue)`")
    let principal = try entityConstraint(.principal, follows: nil)
    try expect(.comma, "`,` and `action` after the principal")
    let action = try actionConstraint()
    try expect(.comma, "`,` and `resource` after the action")
    let resource = try entityConstraint(.resource, follows: "the action")
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
      let hasValue = take(.leftParenthesis)
      if hasValue {
        value = try string("the annotation's value as a string")
        try expect(.rightParenthesis, "`)` after the annotation's value")
      }
      annotations.append(Annotation(key: key, value: value, hasValue: hasValue))
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
      if token.kind == .string { return name }
      name += "::" + (try nameSegment())
    }
    guard token.kind != .string else {
      throw SyntaxError(
        at: Int(token.start), "expected `::` between `\(name)` and \(found(token))",
        help: "an entity is written `Type::\"id\"`")
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
