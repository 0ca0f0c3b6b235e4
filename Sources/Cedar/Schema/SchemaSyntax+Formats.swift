extension SchemaSyntax {
  /// Reads Cedar's own schema syntax. `file` is its name in errors.
  /// - Throws: errors of the syntax and names that are declared twice or that shadow others, up to
  ///   `SchemaLimits.reportedErrors`. What names mean is found by `Schema.init(resolving:)`.
  public init(
    parsing text: String, file: String, limits: SchemaLimits = .standard
  ) throws(SchemaErrors) {
    try self.init(PolicySource(file: file, text: text), limits, SchemaParser.parse)
  }

  /// Reads the JSON syntax. `file` is its name in errors, which also have a JSON pointer.
  /// - Throws: what is no JSON, what is no schema, members that the format does not know, and
  ///   names that are declared twice or that shadow others, up to `SchemaLimits.reportedErrors`.
  public init(
    json: String, file: String, limits: SchemaLimits = .standard
  ) throws(SchemaErrors) {
    try self.init(PolicySource(file: file, text: json), limits, SchemaJSONReader.read)
  }

  private init(
    _ source: PolicySource, _ limits: SchemaLimits,
    _ read: (PolicySource, SchemaLimits, inout SchemaErrorList) -> SchemaSyntax
  ) throws(SchemaErrors) {
    var errors = SchemaErrorList(limit: limits.reportedErrors)
    self = read(source, limits, &errors)
    try errors.check()
    _ = SchemaNames(namespaces, errors: &errors)
    try errors.check()
  }

  /// The schema in the JSON syntax, in the order of its declarations, without white space.
  public var json: String { SchemaJSONWriter.json(self) }

  /// The schema in Cedar's own syntax: namespaces in their order, in each of them common types,
  /// entity types and actions in theirs. `appliesTo` with an empty list is left out, since such an
  /// action applies to nothing.
  /// - Throws: what only the JSON syntax can say: an entity type whose attributes are a common
  ///   type, a reference to one of two types that have the same name.
  public func text() throws(SchemaErrors) -> String {
    let (text, errors) = SchemaTextWriter.text(self)
    try errors.check()
    return text
  }
}

extension Schema {
  /// Parses a schema in the JSON syntax. `file` is its name in errors.
  /// - Throws: all errors up to `SchemaLimits.reportedErrors`.
  public static func parse(
    json: String, file: String, limits: SchemaLimits = .standard
  ) throws(SchemaErrors) -> Schema {
    try Schema(
      resolving: SchemaSyntax(json: json, file: file, limits: limits), limits: limits)
  }
}
