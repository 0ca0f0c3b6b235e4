/// Expressions, one method for each level of binding, from the loosest to the tightest.
extension Parser {
  mutating func expression() throws(SyntaxError) -> Expression.ID {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= limits.nesting else {
      throw SyntaxError(
        at: Int(token.start), "the expression nests deeper than \(limits.nesting) levels",
        help: "split the condition into several `when` clauses or policies")
    }
    guard isWord(token, "if") else { return try disjunction() }
    let start = token
    advance()
    let condition = try expression()
    guard take(word: "then") else { throw unexpected("an operator or `then`") }
    let then = try expression()
    guard take(word: "else") else {
      throw unexpected("an operator or `else`", help: "`if … then …` always has an `else`")
    }
    let otherwise = try expression()
    return try add(
      .conditional(condition, then: then, else: otherwise), at: start,
      over: [condition, then, otherwise])
  }

  private mutating func disjunction() throws(SyntaxError) -> Expression.ID {
    let first = try conjunction()
    guard token.kind == .or else { return first }
    let start = token
    var operands = [first]
    // `(a || b) || c` is the same as without parentheses.
    if case .or(let inner) = tree[first].kind { operands = inner }
    while take(.or) { operands.append(try conjunction()) }
    return try add(.or(operands), at: start, over: operands)
  }

  private mutating func conjunction() throws(SyntaxError) -> Expression.ID {
    let first = try relation()
    guard token.kind == .and else { return first }
    let start = token
    var operands = [first]
    // `(a && b) && c` is the same as without parentheses.
    if case .and(let inner) = tree[first].kind { operands = inner }
    while take(.and) { operands.append(try relation()) }
    return try add(.and(operands), at: start, over: operands)
  }

  private mutating func relation() throws(SyntaxError) -> Expression.ID {
    let left = try sum()
    let start = token
    let result: Expression.ID
    if let comparison = comparison() {
      advance()
      let right = try sum()
      result = try add(.binary(comparison, left, right), at: start, over: [left, right])
    } else if take(word: "has") {
      result = try add(.has(left, try attributePath()), at: start, over: [left])
    } else if take(word: "like") {
      guard token.kind == .string else {
        throw unexpected("a pattern after `like`", help: #"a pattern is a string: `like "a*"`"#)
      }
      let content = bytes[Int(token.start) + 1..<Int(token.end) - 1]
      let pattern = try StringEscapes.pattern(of: ArraySlice(content), at: Int(token.start) + 1)
      advance()
      result = try add(.like(left, pattern), at: start, over: [left])
    } else if take(word: "is") {
      let type = try typeName()
      let container = take(word: "in") ? try sum() : nil
      result = try add(
        .is(left, type, in: container), at: start, over: [left] + (container.map { [$0] } ?? []))
    } else {
      return left
    }
    if comparison() != nil || isWord(token, "has") || isWord(token, "like")
      || isWord(token, "is")
    {
      throw SyntaxError(
        at: Int(token.start), "comparisons do not chain, found another \(found(token))",
        help: "put one of them in parentheses, or combine them with `&&`")
    }
    return result
  }

  private func comparison() -> Expression.BinaryOperator? {
    switch token.kind {
    case .equal: .equal
    case .notEqual: .notEqual
    case .less: .less
    case .lessOrEqual: .lessOrEqual
    case .greater: .greater
    case .greaterOrEqual: .greaterOrEqual
    case .reserved: isWord(token, "in") ? .in : nil
    default: nil
    }
  }

  private mutating func attributePath() throws(SyntaxError) -> [AttributeName] {
    if token.kind == .string { return [AttributeName(try string("an attribute name"))] }
    var path = [try attributeName("an attribute name after `has`")]
    while take(.dot) { path.append(try attributeName("an attribute name after `.`")) }
    guard path.count <= limits.expressionHeight else {
      throw SyntaxError(at: Int(token.start), "the path is longer than \(limits.expressionHeight)")
    }
    return path
  }

  private mutating func attributeName(_ what: String) throws(SyntaxError) -> AttributeName {
    guard token.kind == .identifier else {
      guard token.kind == .reserved else { throw unexpected(what) }
      let word = text(token)
      throw SyntaxError(
        at: Int(token.start), "`\(word)` is a reserved word and cannot be an attribute name here",
        help: "write `[\"\(word)\"]` to read it, `has \"\(word)\"` to test for it")
    }
    let name = text(token)
    guard name != "__cedar" else {
      throw SyntaxError(at: Int(token.start), "the name `__cedar` is reserved")
    }
    advance()
    return AttributeName(name)
  }

  private mutating func sum() throws(SyntaxError) -> Expression.ID {
    var left = try product()
    while token.kind == .plus || token.kind == .minus {
      let start = token
      advance()
      let right = try product()
      left = try add(
        .binary(start.kind == .plus ? .add : .subtract, left, right), at: start,
        over: [left, right])
    }
    return left
  }

  private mutating func product() throws(SyntaxError) -> Expression.ID {
    var left = try unary()
    while token.kind == .times {
      let start = token
      advance()
      let right = try unary()
      left = try add(.binary(.multiply, left, right), at: start, over: [left, right])
    }
    return left
  }

  /// How many `!` or `-` may follow each other.
  static let unaryLimit = 4

  private mutating func unary() throws(SyntaxError) -> Expression.ID {
    let start = token
    guard start.kind == .not || start.kind == .minus else { return try member() }
    var count = 0
    while take(start.kind) { count += 1 }
    guard count <= Parser.unaryLimit else {
      throw SyntaxError(
        at: Int(start.start),
        "more than \(Parser.unaryLimit) \(found(start)) in a row", help: "leave out pairs of them")
    }
    var operand: Expression.ID
    if start.kind == .minus, token.kind == .number, !startsAccess(peek()) {
      // The sign belongs to the literal, so that the smallest integer can be written.
      operand = try integer(negative: true, at: start)
      count -= 1
    } else {
      operand = try member()
    }
    for _ in 0..<count {
      operand = try add(
        start.kind == .not ? .not(operand) : .negate(operand), at: start, over: [operand])
    }
    return operand
  }

  private func startsAccess(_ token: Token) -> Bool {
    token.kind == .dot || token.kind == .leftBracket || token.kind == .leftParenthesis
  }

  private mutating func integer(negative: Bool, at start: Token) throws(SyntaxError)
    -> Expression.ID
  {
    let digits = text(token)
    guard let value = Int64((negative ? "-" : "") + digits) else {
      throw SyntaxError(
        at: Int(start.start),
        "the integer \(negative ? "-" : "")\(digits.prefix(40)) does not fit in 64 bits",
        help: "integers go from -9223372036854775808 to 9223372036854775807")
    }
    advance()
    return try add(.literal(.long(value)), at: start, over: [])
  }

  // MARK: Access

  private mutating func member() throws(SyntaxError) -> Expression.ID {
    var value = try primary()
    while true {
      let start = token
      if take(.dot) {
        if token.kind == .identifier, peek().kind == .leftParenthesis {
          value = try method(on: value)
        } else {
          let name = try attributeName("an attribute or method name after `.`")
          value = try add(.attribute(value, name), at: start, over: [value])
        }
      } else if take(.leftBracket) {
        guard token.kind == .string else {
          throw unexpected(
            "an attribute name as a string between `[` and `]`",
            help: "sets have no positions; test membership with `.contains(…)`")
        }
        let name = AttributeName(try string("an attribute name"))
        try expect(.rightBracket, "`]` after the attribute name")
        value = try add(.attribute(value, name), at: start, over: [value])
      } else if token.kind == .leftParenthesis {
        throw SyntaxError(
          at: Int(token.start), "this value cannot be called, found `(`",
          help: "an operator may be missing before the parenthesis")
      } else {
        return value
      }
    }
  }

  private static let methods: [(name: String, operator: Expression.BinaryOperator)] = [
    ("contains", .contains), ("containsAll", .containsAll), ("containsAny", .containsAny),
    ("hasTag", .hasTag), ("getTag", .getTag),
  ]

  private mutating func method(on receiver: Expression.ID) throws(SyntaxError) -> Expression.ID {
    let start = token
    let name = text(start)
    advance()
    let arguments = try arguments()
    if let method = Parser.methods.first(where: { $0.name == name }) {
      try check(arguments, count: 1, of: name, at: start)
      return try add(
        .binary(method.operator, receiver, arguments[0]), at: start,
        over: [receiver, arguments[0]])
    }
    if name == "isEmpty" {
      try check(arguments, count: 0, of: name, at: start)
      return try add(.isEmpty(receiver), at: start, over: [receiver])
    }
    if let function = ExtensionFunction.named(name, constructor: false) {
      let all = [receiver] + arguments
      return try add(.call(function, all), at: start, over: all)
    }
    let known =
      Parser.methods.map(\.name) + ["isEmpty"]
      + ExtensionFunction.allCases.filter { !$0.isConstructor }.map(\.name)
    throw SyntaxError(
      at: Int(start.start), "there is no method `\(name)`",
      help: ExtensionFunction.named(name, constructor: true) != nil
        ? "`\(name)` is a function: write `\(name)(…)`"
        : Suggestions.nearest(to: name, among: known))
  }

  private mutating func arguments() throws(SyntaxError) -> [Expression.ID] {
    try expect(.leftParenthesis, "`(`")
    return try list(until: .rightParenthesis, "`)`")
  }

  private mutating func list(until end: Token.Kind, _ what: String) throws(SyntaxError)
    -> [Expression.ID]
  {
    var values: [Expression.ID] = []
    while !take(end) {
      values.append(try expression())
      if take(end) { break }
      try expect(.comma, "an operator, `,` or \(what)")
    }
    return values
  }

  private func check(
    _ arguments: [Expression.ID], count: Int, of name: String, at start: Token
  ) throws(SyntaxError) {
    guard arguments.count == count else {
      throw SyntaxError(
        at: Int(start.start),
        "`\(name)` takes \(count) argument\(count == 1 ? "" : "s"), found \(arguments.count)")
    }
  }

  // MARK: Primaries

  private mutating func primary() throws(SyntaxError) -> Expression.ID {
    let start = token
    switch start.kind {
    case .number: return try integer(negative: false, at: start)
    case .string:
      return try add(.literal(.string(try string("a string"))), at: start, over: [])
    case .slot:
      throw SyntaxError(
        at: Int(start.start), "a slot stands only in the scope, found `\(text(start))` here",
        help: "in a condition write `principal` or `resource`")
    case .leftParenthesis:
      advance()
      let inner = try expression()
      try expect(.rightParenthesis, "an operator or `)`")
      return inner
    case .leftBracket:
      advance()
      let elements = try list(until: .rightBracket, "`]`")
      return try add(.set(elements), at: start, over: elements)
    case .leftBrace: return try record()
    case .reserved:
      if take(word: "true") { return try add(.literal(.bool(true)), at: start, over: []) }
      if take(word: "false") { return try add(.literal(.bool(false)), at: start, over: []) }
      throw unexpected(
        "an expression",
        help: isWord(start, "if") ? "put `if … then … else …` in parentheses here" : nil)
    case .identifier: return try named()
    default: throw unexpected("an expression")
    }
  }

  private mutating func record() throws(SyntaxError) -> Expression.ID {
    let start = token
    advance()
    var members: [(name: AttributeName, value: Expression.ID)] = []
    var names: Set<AttributeName> = []
    while !take(.rightBrace) {
      let key = token
      let name =
        token.kind == .string
        ? AttributeName(try string("a member name"))
        : try attributeName("a member name, an identifier or a string")
      guard names.insert(name).inserted else {
        throw SyntaxError(at: Int(key.start), "the record has two members `\(name)`")
      }
      try expect(.colon, "`:` after the member name")
      members.append((name, try expression()))
      if take(.rightBrace) { break }
      try expect(.comma, "an operator, `,` or `}`")
    }
    return try add(.record(members), at: start, over: members.map(\.value))
  }

  /// What starts with a name: a variable, an entity, a call of a function.
  private mutating func named() throws(SyntaxError) -> Expression.ID {
    let start = token
    let name = try qualifiedName()
    if token.kind == .string {
      let uid = EntityUID(type: EntityType(name), id: try string("the entity's id"))
      return try add(.literal(.entity(uid)), at: start, over: [])
    }
    if token.kind == .leftParenthesis {
      guard let function = ExtensionFunction.named(name, constructor: true) else {
        throw SyntaxError(
          at: Int(start.start), "there is no function `\(name)`",
          help: isMethod(name)
            ? "`\(name)` is a method: write `value.\(name)(…)`"
            : Suggestions.nearest(
              to: name, among: ExtensionFunction.allCases.filter(\.isConstructor).map(\.name)))
      }
      let arguments = try arguments()
      return try add(.call(function, arguments), at: start, over: arguments)
    }
    if let variable = Expression.Variable.allCases.first(where: { $0.name == name }) {
      return try add(.variable(variable), at: start, over: [])
    }
    throw SyntaxError(
      at: Int(start.start), "`\(name)` is not a value",
      help: Suggestions.nearest(to: name, among: Expression.Variable.allCases.map(\.name))
        ?? "a string stands between double quotes, an entity is written `Type::\"id\"`, and an "
        + "attribute is read from `principal`, `action`, `resource` or `context`")
  }

  private func isMethod(_ name: String) -> Bool {
    name == "isEmpty" || Parser.methods.contains { $0.name == name }
      || ExtensionFunction.named(name, constructor: false) != nil
  }

  private mutating func add(
    _ kind: Expression.Kind, at token: Token, over children: [Expression.ID]
  ) throws(SyntaxError) -> Expression.ID {
    var height: Int32 = 0
    for child in children { height = max(height, tree[child].height) }
    guard Int(height) < limits.expressionHeight else {
      throw SyntaxError(
        at: Int(token.start),
        "the expression is a tree of more than \(limits.expressionHeight) levels",
        help: "split the condition into several `when` clauses or policies")
    }
    return tree.add(Expression(kind: kind, offset: token.start, height: height + 1))
  }
}
