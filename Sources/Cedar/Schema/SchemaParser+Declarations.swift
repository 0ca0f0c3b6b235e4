/// What the keywords `entity`, `action` and `type` declare.
extension SchemaParser {
  // MARK: Entity types

  mutating func entityTypes(_ annotations: [AnnotationSyntax])
    throws(SyntaxError) -> [EntityTypeSyntax]
  {
    var names: [(text: String, origin: Origin)] = []
    repeat {
      let start = token
      let name = try identifier(
        "the name of an entity type",
        help: token.kind == .string ? "a type is written without quotes" : nil)
      guard name != SchemaName.builtinNamespace else { throw reserved(start) }
      guard token.kind != .doubleColon else { throw qualifiedDeclaration() }
      names.append((name, origin(start)))
    } while parser.take(.comma)
    var body = EntityTypeSyntax(name: "", origin: .none, annotations: annotations)
    if take("enum") {
      body.ids = try entityIDs()
    } else {
      try standardEntity(&body)
    }
    return names.map { name in
      EntityTypeSyntax(
        name: name.text, origin: name.origin, annotations: annotations, parents: body.parents,
        shape: body.shape, tags: body.tags, ids: body.ids)
    }
  }

  private func qualifiedDeclaration() -> SyntaxError {
    parser.unexpected(
      "`;` or the rest of the declaration",
      help: "names are declared without their namespace, inside `namespace … { … }`")
  }

  private mutating func entityIDs() throws(SyntaxError) -> [String] {
    try parser.expect(.leftBracket, "`[` and the ids after `enum`")
    var ids: [String] = []
    repeat {
      ids.append(try parser.string("an id as a string"))
    } while parser.take(.comma)
    try parser.expect(.rightBracket, "`,` or `]` in the list of ids")
    guard token.kind == .semicolon else {
      throw parser.unexpected(
        "`;` after the ids", help: "an enumerated entity type has nothing but its ids")
    }
    return ids
  }

  private mutating func standardEntity(_ entity: inout EntityTypeSyntax) throws(SyntaxError) {
    if take("in") { entity.parents = try typeNames("an entity type after `in`", canBeEmpty: true) }
    if parser.take(.assign) {
      guard token.kind == .leftBrace else {
        throw parser.unexpected(
          "`{` and the attributes after `=`",
          help: token.kind == .identifier
            ? "an entity type's attributes are written out; single attributes can have common types"
            : nil)
      }
    }
    if token.kind == .leftBrace { entity.shape = try record() }
    if take("tags") { entity.tags = try type() }
    guard token.kind == .semicolon else { throw entityEnd() }
  }

  private func entityEnd() -> SyntaxError {
    var help: String?
    if isWord("enum") {
      help = "an enumerated entity type has nothing but its ids"
    } else if isWord("in") || token.kind == .leftBrace {
      help = "the order is `entity Name in [Parent] { … } tags Type;`"
    } else if token.kind == .identifier {
      help =
        Suggestions.nearest(to: parser.text(token), among: ["in", "tags", "enum"])
        ?? "the order is `entity Name in [Parent] { … } tags Type;`"
    }
    return parser.unexpected("`;` after the entity type", help: help)
  }

  /// One name, or a list of names in brackets.
  private mutating func typeNames(_ what: String, canBeEmpty: Bool)
    throws(SyntaxError) -> [NameSyntax]
  {
    guard parser.take(.leftBracket) else { return [try path(what)] }
    if canBeEmpty, parser.take(.rightBracket) { return [] }
    var names: [NameSyntax] = []
    repeat {
      if token.kind == .rightBracket, !names.isEmpty { throw trailingComma() }
      names.append(try path("an entity type"))
    } while parser.take(.comma)
    try parser.expect(.rightBracket, "`,` or `]` in the list of entity types")
    return names
  }

  private func trailingComma() -> SyntaxError {
    SyntaxError(
      at: Int(token.start), "expected another entry after `,`, found `]`",
      help: "lists in schemas have no comma at their end")
  }

  // MARK: Actions

  mutating func actions(_ annotations: [AnnotationSyntax]) throws(SyntaxError) -> [ActionSyntax] {
    var names: [(id: String, origin: Origin)] = []
    repeat {
      let start = token
      names.append((try actionID("the name of an action"), origin(start)))
    } while parser.take(.comma)
    var parents: [ActionSyntax.Parent] = []
    if take("in") { parents = try actionParents() }
    var appliesTo: ActionSyntax.AppliesTo?
    if take("appliesTo") { appliesTo = try self.appliesTo() }
    if take("attributes") { try emptyAttributes() }
    guard token.kind == .semicolon else {
      throw parser.unexpected(
        "`;` after the action",
        help: token.kind == .identifier
          ? Suggestions.nearest(to: parser.text(token), among: ["in", "appliesTo"])
          : isWord("in") ? "the groups stand before `appliesTo`" : nil)
    }
    return names.map { name in
      ActionSyntax(
        id: name.id, origin: name.origin, annotations: annotations, parents: parents,
        appliesTo: appliesTo)
    }
  }

  private mutating func actionID(_ what: String) throws(SyntaxError) -> String {
    if token.kind == .string || token.kind == .unterminatedString {
      return try parser.string(what)
    }
    return try identifier(
      what, help: token.kind == .reserved ? "write it between quotes" : nil)
  }

  private mutating func actionParents() throws(SyntaxError) -> [ActionSyntax.Parent] {
    guard parser.take(.leftBracket) else { return [try actionParent()] }
    var parents: [ActionSyntax.Parent] = []
    repeat {
      if token.kind == .rightBracket, !parents.isEmpty { throw trailingComma() }
      parents.append(try actionParent())
    } while parser.take(.comma)
    try parser.expect(.rightBracket, "`,` or `]` in the list of actions")
    return parents
  }

  private mutating func actionParent() throws(SyntaxError) -> ActionSyntax.Parent {
    let origin = origin(token)
    guard token.kind == .identifier, parser.peek().kind == .doubleColon else {
      return ActionSyntax.Parent(
        type: nil, id: try actionID("an action such as `read` or `Action::\"read\"`"),
        origin: origin)
    }
    let type = try path("an action")
    guard token.kind == .string else {
      throw parser.unexpected(
        "`::\"name\"` after `\(type.text)`",
        help: "an action of another namespace is written `Namespace::Action::\"name\"`")
    }
    return ActionSyntax.Parent(
      type: type, id: try parser.string("the action's name"), origin: origin)
  }

  private mutating func emptyAttributes() throws(SyntaxError) {
    try parser.expect(.leftBrace, "`{` after `attributes`")
    try parser.expect(.rightBrace, "`}`", help: "actions have no attributes")
  }

  private mutating func appliesTo() throws(SyntaxError) -> ActionSyntax.AppliesTo {
    let start = token
    try parser.expect(.leftBrace, "`{` after `appliesTo`")
    var principals: [NameSyntax]?
    var resources: [NameSyntax]?
    var context: TypeSyntax?
    repeat {
      if token.kind == .rightBrace, principals ?? resources != nil || context != nil { break }
      let word = token
      if take("principal") {
        try once(principals == nil, word)
        principals = try appliesToTypes("principal")
      } else if take("resource") {
        try once(resources == nil, word)
        resources = try appliesToTypes("resource")
      } else if take("context") {
        try once(context == nil, word)
        try parser.expect(.colon, "`:` after `context`")
        context =
          token.kind == .leftBrace
          ? try record() : .common(try path("`{` or the name of a common type"))
      } else {
        throw parser.unexpected(
          "`principal`, `resource` or `context`",
          help: token.kind == .identifier
            ? Suggestions.nearest(
              to: parser.text(token), among: ["principal", "resource", "context"])
            : token.kind == .rightBrace
              ? "an action that applies to nothing is written without `appliesTo`" : nil)
      }
    } while parser.take(.comma)
    try parser.expect(.rightBrace, "`,` or `}` in `appliesTo`")
    guard let principals, let resources else {
      throw SyntaxError(
        at: Int(start.start),
        "`appliesTo` has no `\(principals == nil ? "principal" : "resource")`",
        help: "it needs both: `appliesTo { principal: [Type], resource: [Type] }`")
    }
    return ActionSyntax.AppliesTo(
      principals: principals, resources: resources, context: context)
  }

  private func once(_ isFirst: Bool, _ word: Token) throws(SyntaxError) {
    guard isFirst else {
      throw SyntaxError(
        at: Int(word.start), "`\(parser.text(word))` occurs twice in `appliesTo`")
    }
  }

  private mutating func appliesToTypes(_ word: String) throws(SyntaxError) -> [NameSyntax] {
    try parser.expect(.colon, "`:` after `\(word)`")
    if token.kind == .leftBracket, parser.peek().kind == .rightBracket {
      throw SyntaxError(
        at: Int(token.start), "the list of types for `\(word)` is empty",
        help: "an action that applies to nothing is written without `appliesTo`")
    }
    return try typeNames("an entity type after `\(word):`", canBeEmpty: false)
  }

  // MARK: Common types

  mutating func commonType(_ annotations: [AnnotationSyntax])
    throws(SyntaxError) -> CommonTypeSyntax
  {
    let start = token
    let name = try identifier("the name of a common type")
    guard name != SchemaName.builtinNamespace else { throw reserved(start) }
    guard !SchemaName.reservedForTypes.contains(name) else {
      throw SyntaxError(
        at: Int(start.start), "`\(name)` comes with the language and cannot be declared",
        help: "choose another name")
    }
    guard token.kind != .doubleColon else { throw qualifiedDeclaration() }
    try parser.expect(.assign, "`=` and a type after `type \(name)`")
    return CommonTypeSyntax(
      name: name, origin: origin(start), annotations: annotations, type: try type())
  }
}
