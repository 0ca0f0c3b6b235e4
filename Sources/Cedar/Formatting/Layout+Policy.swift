/// Policies: annotations, effect, scope, conditions.
extension Layout {
  mutating func policy() {
    annotations()
    token()
    space()
    scope()
    while kind == .identifier { condition() }
    token()
  }

  mutating func annotations() {
    while kind == .at {
      token()
      token()
      if kind == .leftParenthesis {
        token()
        token()
        token()
      }
      gap(.hard(blank: false))
    }
  }

  private mutating func scope() {
    list(closing: .rightParenthesis, ends: .line(orSpace: false)) { $0.constraint() }
  }

  private mutating func constraint() {
    open()
    token()
    if kind == .equal || isWord("in") {
      scopeOperator()
    } else if isWord("is") {
      word()
      name()
      if isWord("in") { scopeOperator() }
    }
    close()
  }

  private mutating func scopeOperator() {
    space()
    token()
    let isList = kind == .leftBracket
    if !isList { indent() }
    gap(isList ? .space : .line(orSpace: true))
    scopeOperand()
    if !isList { dedent() }
  }

  /// An entity, a slot or a list of entities, possibly in parentheses.
  private mutating func scopeOperand() {
    var depth = 0
    while kind == .leftParenthesis {
      token()
      depth += 1
    }
    if kind == .leftBracket {
      list(closing: .rightBracket, ends: .line(orSpace: false)) { $0.scopeOperand() }
    } else {
      name()
    }
    while depth > 0, kind == .rightParenthesis {
      token()
      depth -= 1
    }
  }

  private mutating func condition() {
    gap(.hard(blank: false))
    token()
    space()
    open()
    token()
    indent()
    gap(.line(orSpace: true))
    expression()
    dedent(.line(orSpace: true))
    token()
    close()
  }

  /// A name with namespaces, an entity, or a slot.
  mutating func name() {
    token()
    while kind == .doubleColon {
      token()
      token()
    }
  }

  /// What stands in brackets, elements separated by commas. A comma before the closing bracket is
  /// left out. `ends` are the places behind the opening and before the closing bracket.
  mutating func list(
    closing: Token.Kind, ends: LayoutStep, element: (inout Layout) -> Void
  ) {
    open()
    token()
    if kind != closing {
      indent()
      gap(ends)
      repeat {
        element(&self)
      } while nextElement(closing)
      dedent(ends)
    }
    token()
    close()
  }

  private mutating func nextElement(_ closing: Token.Kind) -> Bool {
    guard kind == .comma else { return false }
    guard peek(1) != closing else {
      skip()
      return false
    }
    token()
    gap(.line(orSpace: true))
    return true
  }
}
