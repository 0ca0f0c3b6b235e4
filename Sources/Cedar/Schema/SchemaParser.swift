/// A recursive-descent parser for schemas in Cedar's own syntax. After an error it goes on behind
/// the declaration, so that one run reports the errors of several.
struct SchemaParser {
  var parser: Parser
  let map: SourceMap
  let limits: SchemaLimits
  var nesting = 0
  private var namespaces: [NamespaceSyntax] = []
  /// Where in `namespaces` a name is.
  private var positions: [String: Int] = [:]

  private init(_ map: SourceMap, limits: SchemaLimits) {
    parser = Parser(map.source.text, limits: .standard)
    self.map = map
    self.limits = limits
  }

  /// Parses a whole source.
  static func parse(
    _ source: PolicySource, limits: SchemaLimits, errors: inout SchemaErrorList
  ) -> SchemaSyntax {
    let map = SourceMap(source)
    let limit = min(limits.sourceBytes, PolicyLimits.largestSource)
    guard source.text.utf8.count <= limit else {
      errors.add(
        "the source has \(source.text.utf8.count) bytes, more than the limit of \(limit)",
        at: Origin(map: map, offset: 0))
      return SchemaSyntax(namespaces: [])
    }
    var parser = SchemaParser(map, limits: limits)
    parser.schema(&errors)
    return SchemaSyntax(namespaces: parser.namespaces)
  }

  private mutating func schema(_ errors: inout SchemaErrorList) {
    var namespace = ""
    var isOpen = false
    while !errors.isFull, token.kind != .end || isOpen {
      let start = parser.position
      do throws(SyntaxError) {
        if isOpen, token.kind == .rightBrace {
          parser.advance()
          isOpen = false
          namespace = ""
          continue
        }
        guard token.kind != .end else {
          isOpen = false
          throw parser.unexpected("`}` after the declarations of the namespace `\(namespace)`")
        }
        let annotations = try annotations()
        if isWord("namespace"), !isOpen {
          namespace = try namespaceHead(annotations, &errors)
          isOpen = true
        } else {
          try declaration(annotations, in: namespace)
        }
      } catch {
        errors.add(SchemaError(error, in: map))
        skip(from: start)
        if !isOpen { _ = parser.take(.rightBrace) }
        if token.kind == .end { isOpen = false }
      }
    }
  }

  /// Goes on behind the `;` that ends the declaration, or to the `}` that ends its namespace.
  private mutating func skip(from start: Int) {
    nesting = 0
    var open = 0
    for passed in start..<parser.position { open += braces(parser.tokens[passed].kind) }
    while token.kind != .end {
      if token.kind == .rightBrace, open <= 0 { return }
      open += braces(token.kind)
      let ends = token.kind == .semicolon
      parser.advance()
      if ends { return }
    }
  }

  private func braces(_ kind: Token.Kind) -> Int {
    kind == .leftBrace ? 1 : kind == .rightBrace ? -1 : 0
  }

  // MARK: Namespaces

  private mutating func namespaceHead(
    _ annotations: [AnnotationSyntax], _ errors: inout SchemaErrorList
  ) throws(SyntaxError) -> String {
    parser.advance()
    let start = token
    let name = try path("the name of the namespace")
    guard SchemaName.isDeclarable(name.text) else { throw reserved(start) }
    if positions[name.text] != nil {
      errors.add(
        "the namespace `\(name.text)` is declared twice",
        help: "put all its declarations between the braces of one", at: name.origin)
    }
    try parser.expect(.leftBrace, "`{` and the declarations of the namespace")
    let position = open(name.text, at: name.origin)
    namespaces[position].annotations = annotations
    return name.text
  }

  private mutating func open(_ name: String, at origin: Origin) -> Int {
    if let position = positions[name] { return position }
    positions[name] = namespaces.count
    namespaces.append(NamespaceSyntax(name: name, origin: origin))
    return namespaces.count - 1
  }

  private mutating func declaration(_ annotations: [AnnotationSyntax], in namespace: String)
    throws(SyntaxError)
  {
    let position = open(namespace, at: origin(token))
    if take("entity") {
      namespaces[position].entityTypes += try entityTypes(annotations)
    } else if take("action") {
      namespaces[position].actions += try actions(annotations)
    } else if take("type") {
      namespaces[position].commonTypes.append(try commonType(annotations))
    } else {
      throw undeclarable(isInside: !namespace.isEmpty)
    }
    guard parser.take(.semicolon) else {
      throw parser.unexpected("`;` after the declaration")
    }
  }

  private func undeclarable(isInside: Bool) -> SyntaxError {
    var help: String?
    if isWord("namespace") {
      help = "namespaces do not nest; write `namespace A::B { … }` at the top"
    } else if token.kind == .semicolon {
      help = "there is a `;` too many"
    } else if token.kind == .divide {
      help = "comments start with `//`"
    } else if token.kind == .identifier {
      help = Suggestions.nearest(
        to: parser.text(token), among: ["entity", "action", "type", "namespace"])
    }
    return parser.unexpected(
      isInside ? "`entity`, `action`, `type` or `}`" : "`entity`, `action`, `type` or `namespace`",
      help: help)
  }

  mutating func annotations() throws(SyntaxError) -> [AnnotationSyntax] {
    var annotations: [AnnotationSyntax] = []
    var keys: Set<String> = []
    while parser.take(.at) {
      guard token.kind == .identifier || token.kind == .reserved else {
        throw parser.unexpected("the key of an annotation after `@`")
      }
      let key = parser.text(token)
      guard keys.insert(key).inserted else {
        throw SyntaxError(
          at: Int(token.start), "the annotation `@\(key)` occurs twice",
          help: "keep one; several values can share one string")
      }
      parser.advance()
      var value: String?
      if parser.take(.leftParenthesis) {
        value = try parser.string("the annotation's value as a string")
        try parser.expect(.rightParenthesis, "`)` after the annotation's value")
      }
      annotations.append(AnnotationSyntax(key: key, value: value))
    }
    return annotations
  }

  // MARK: Tokens

  var token: Token { parser.token }

  func origin(_ token: Token) -> Origin { Origin(map: map, offset: Int(token.start)) }

  func isWord(_ word: StaticString) -> Bool { parser.isWord(token, word) }

  mutating func take(_ word: StaticString) -> Bool { parser.take(word: word) }

  func reserved(_ token: Token) -> SyntaxError {
    SyntaxError(at: Int(token.start), "the name `\(SchemaName.builtinNamespace)` is reserved")
  }

  /// A name without namespaces.
  mutating func identifier(_ what: String, help: String? = nil) throws(SyntaxError) -> String {
    guard token.kind == .identifier else {
      guard token.kind == .reserved else { throw parser.unexpected(what, help: help) }
      throw SyntaxError(
        at: Int(token.start),
        "`\(parser.text(token))` is a reserved word and cannot be a name", help: help)
    }
    let name = parser.text(token)
    parser.advance()
    return name
  }

  /// A name with namespaces. Stops before a string, over the `::` that leads to it.
  mutating func path(_ what: String) throws(SyntaxError) -> NameSyntax {
    let origin = origin(token)
    var text = try identifier(what)
    while parser.take(.doubleColon) {
      if token.kind == .string { return NameSyntax(text: text, origin: origin) }
      text += "::" + (try identifier("a name after `::`"))
    }
    guard token.kind != .string else { throw parser.unexpected("`::`") }
    return NameSyntax(text: text, origin: origin)
  }
}
