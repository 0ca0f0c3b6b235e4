/// Schemas: namespaces, declarations, types. The recursion is as deep as the parser's, which has
/// accepted the source.
extension Layout {
  mutating func schemaItem() {
    annotations()
    guard isWord("namespace") else { return declaration() }
    token()
    space()
    name()
    space()
    token()
    if kind != .rightBrace {
      indent()
      gap(.hard(blank: false))
      while kind != .rightBrace, kind != .end {
        annotations()
        declaration()
        if kind != .rightBrace { finishItem(isFirst: false) }
      }
      dedent(.hard(blank: false))
    }
    token()
  }

  private mutating func declaration() {
    token()
    space()
    open()
    indent()
    token()
    while kind == .comma {
      token()
      gap(.line(orSpace: true))
      token()
    }
    dedent()
    close()
    while kind != .semicolon, kind != .end { clause() }
    token()
  }

  /// `in`, `enum`, `=`, `tags`, `appliesTo`, `attributes` and what follows, or attributes alone.
  private mutating func clause() {
    let isApplication = isWord("appliesTo")
    space()
    if kind != .leftBrace {
      token()
      gap(.space)
    }
    if isApplication {
      list(closing: .rightBrace, ends: .line(orSpace: true)) { $0.member() }
    } else {
      operand()
    }
  }

  /// A type, a name, or a list of names.
  private mutating func operand() {
    if kind == .leftBracket {
      list(closing: .rightBracket, ends: .line(orSpace: false)) { $0.name() }
    } else {
      type()
    }
  }

  /// A part of `appliesTo`, or an attribute.
  private mutating func member() {
    annotations()
    token()
    if kind != .colon { token() }
    token()
    gap(.space)
    operand()
  }

  private mutating func type() {
    guard kind != .leftBrace else {
      return list(closing: .rightBrace, ends: .line(orSpace: true)) { $0.member() }
    }
    name()
    guard kind == .less else { return }
    token()
    type()
    token()
  }
}
