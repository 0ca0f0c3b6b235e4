/// Expressions, one method for each level of binding. The recursion is as deep as the parser's,
/// which has accepted the source.
extension Layout {
  mutating func expression() {
    guard isWord("if") else { return disjunction() }
    open()
    repeat {
      branch()
      gap(.line(orSpace: true))
      branch()
      gap(.line(orSpace: true))
      token()
      gap(.space)
    } while isWord("if")
    indent()
    expression()
    dedent()
    close()
  }

  /// `if` or `then` with its expression.
  private mutating func branch() {
    token()
    indent()
    gap(.space)
    expression()
    dedent()
  }

  private mutating func disjunction() {
    open()
    var ands = [conjunction()]
    while kind == .or {
      space()
      token()
      gap(.line(orSpace: true))
      ands.append(conjunction())
    }
    if ands.count > 1 {
      for case let indent? in ands { change(indent, to: PolicyFormatter.indent) }
    }
    close()
  }

  /// Returns its indent, if it has several operands: it is needed only beside `||`.
  private mutating func conjunction() -> Int? {
    open()
    defer { close() }
    relation()
    guard kind == .and else { return nil }
    let indent = indent(by: 0)
    while kind == .and {
      space()
      token()
      gap(.line(orSpace: true))
      relation()
    }
    dedent()
    return indent
  }

  private mutating func relation() {
    open()
    sum()
    switch kind {
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
      right { $0.sum() }
    case .reserved where isWord("in"): right { $0.sum() }
    case .reserved where isWord("like"): right { $0.token() }
    case .reserved where isWord("has"):
      word()
      path()
    case .reserved where isWord("is"):
      word()
      name()
      if isWord("in") { right { $0.sum() } }
    default: break
    }
    close()
  }

  /// An operator and what stands right of it: behind it when that is in brackets.
  private mutating func right(_ operand: (inout Layout) -> Void) {
    space()
    token()
    let isBracket = kind == .leftBracket || kind == .leftBrace
    if !isBracket { indent() }
    gap(isBracket ? .space : .line(orSpace: true))
    operand(&self)
    if !isBracket { dedent() }
  }

  /// An operator that stays together with the name behind it.
  mutating func word() {
    space()
    token()
    gap(.space)
  }

  private mutating func path() {
    token()
    while kind == .dot {
      token()
      token()
    }
  }

  private mutating func sum() {
    chain(of: [.plus, .minus]) { layout in
      layout.chain(of: [.times]) { $0.unary() }
    }
  }

  private mutating func chain(of operators: [Token.Kind], operand: (inout Layout) -> Void) {
    open()
    operand(&self)
    if operators.contains(kind) {
      indent()
      while operators.contains(kind) {
        space()
        token()
        gap(.line(orSpace: true))
        operand(&self)
      }
      dedent()
    }
    close()
  }

  private mutating func unary() {
    while kind == .not || kind == .minus { token() }
    member()
  }

  private mutating func member() {
    indent(by: 0)
    primary()
    var isFirst = true
    while true {
      if kind == .dot {
        if !isFirst { gap(.fill(needed: 0)) }
        token()
        token()
        if kind == .leftParenthesis { arguments() }
      } else if kind == .leftBracket {
        token()
        token()
        token()
      } else {
        break
      }
      isFirst = false
    }
    dedent()
  }

  private mutating func primary() {
    switch kind {
    case .leftParenthesis:
      token()
      align()
      expression()
      dedent()
      token()
    case .leftBracket:
      list(closing: .rightBracket, ends: .line(orSpace: false)) { $0.expression() }
    case .leftBrace: list(closing: .rightBrace, ends: .line(orSpace: true)) { $0.recordMember() }
    case .identifier:
      name()
      if kind == .leftParenthesis { arguments() }
    default: token()
    }
  }

  private mutating func recordMember() {
    open()
    token()
    token()
    let isBracket = kind == .leftBracket || kind == .leftBrace
    indent(by: isBracket ? 0 : PolicyFormatter.indent)
    gap(isBracket ? .space : .line(orSpace: true))
    expression()
    dedent()
    close()
  }

  /// Arguments in parentheses. A single one stays with the parentheses if it is a literal or a
  /// variable, or has brackets itself that open and close with them.
  private mutating func arguments() {
    guard isSingleArgument else {
      return list(closing: .rightParenthesis, ends: .line(orSpace: false)) { $0.expression() }
    }
    token()
    expression()
    if kind == .comma { skip() }
    token()
  }

  private var isSingleArgument: Bool {
    switch peek(1) {
    case .string, .number: isClosing(2)
    case .identifier where peek(2) == .leftParenthesis: isClosing(distanceToPartner(2) + 1)
    case .identifier: isClosing(2)
    case .leftBracket, .leftBrace: isClosing(distanceToPartner(1) + 1)
    default: false
    }
  }

  private func isClosing(_ distance: Int) -> Bool {
    peek(distance) == .rightParenthesis
      || peek(distance) == .comma && peek(distance + 1) == .rightParenthesis
  }
}
