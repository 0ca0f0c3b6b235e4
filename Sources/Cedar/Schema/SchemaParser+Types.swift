/// Types: names, sets, records.
extension SchemaParser {
  mutating func type() throws(SyntaxError) -> TypeSyntax {
    if token.kind == .leftBrace { return try record() }
    guard isWord("Set"), parser.peek().kind == .less else {
      return .named(
        try path("a type such as `String`, `Set<String>`, `{ … }` or the name of one"))
    }
    try descend()
    parser.advance()
    parser.advance()
    let element = try type()
    try parser.expect(.greater, "`>` after the type of the elements")
    nesting -= 1
    return .set(element)
  }

  mutating func record() throws(SyntaxError) -> TypeSyntax {
    try descend()
    let origin = origin(token)
    try parser.expect(.leftBrace, "`{`")
    var attributes: [AttributeSyntax] = []
    var names: Set<AttributeName> = []
    while !parser.take(.rightBrace) {
      let attribute = try attribute()
      guard names.insert(AttributeName(attribute.name)).inserted else {
        throw SyntaxError(
          at: attribute.origin.offset,
          "the attribute \(Quoting.quote(attribute.name)) is declared twice")
      }
      attributes.append(attribute)
      if parser.take(.rightBrace) { break }
      try parser.expect(
        .comma, "`,` or `}` after the attribute `\(attribute.name)`",
        help: afterAttribute)
    }
    nesting -= 1
    return .record(attributes, origin)
  }

  private var afterAttribute: String {
    switch token.kind {
    case .assign: "attributes have no default values"
    case .less: "only `Set` takes a type between `<` and `>`"
    default: "attributes are separated with `,`"
    }
  }

  private mutating func attribute() throws(SyntaxError) -> AttributeSyntax {
    let annotations = try annotations()
    let start = token
    let name =
      if token.kind == .string || token.kind == .unterminatedString {
        try parser.string("the name of an attribute")
      } else {
        try identifier(
          "the name of an attribute",
          help: token.kind == .reserved ? "write it between quotes" : nil)
      }
    let isOptional = takeQuestionMark()
    try parser.expect(.colon, "`:` and a type after the attribute `\(name)`")
    if isQuestionMark {
      throw parser.unexpected("a type", help: "an optional attribute is written `name?: Type`")
    }
    let type = try type()
    if isQuestionMark {
      throw parser.unexpected(
        "`,` or `}` after the attribute", help: "an optional attribute is written `name?: Type`")
    }
    return AttributeSyntax(
      name: name, origin: origin(start), annotations: annotations, isRequired: !isOptional,
      type: type)
  }

  private var isQuestionMark: Bool {
    token.kind == .unexpected && parser.bytes[Int(token.start)] == UInt8(ascii: "?")
  }

  private mutating func takeQuestionMark() -> Bool {
    guard isQuestionMark else { return false }
    parser.advance()
    return true
  }

  private mutating func descend() throws(SyntaxError) {
    guard nesting < limits.nesting else {
      throw SyntaxError(
        at: Int(token.start), "types nest deeper than the limit of \(limits.nesting)")
    }
    nesting += 1
  }
}
