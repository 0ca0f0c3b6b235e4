extension EntityUID {
  /// Reads an identity as policies write it, such as `Sallyport::Tool::"github__create_issue"`.
  /// - Throws: one error, whose place names `source`.
  public static func parse(
    _ text: String, source: String = "entity"
  ) throws(PolicyParseErrors) -> EntityUID {
    let map = SourceMap(PolicySource(file: source, text: text))
    var parser = Parser(text, limits: .standard)
    do throws(SyntaxError) {
      let uid = try parser.entityReference()
      try parser.expect(.end, "nothing after the entity")
      return uid
    } catch {
      throw PolicyParseErrors(errors: [error.resolved(in: map)], isComplete: true)
    }
  }
}
