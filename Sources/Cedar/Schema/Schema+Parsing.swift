extension Schema {
  /// Parses one source in Cedar's own schema syntax. `file` is its name in errors.
  /// - Throws: all errors up to `SchemaLimits.reportedErrors`.
  public static func parse(
    _ text: String, file: String, limits: SchemaLimits = .standard
  ) throws(SchemaErrors) -> Schema {
    try parse([PolicySource(file: file, text: text)], limits: limits)
  }

  /// Parses several sources in Cedar's own schema syntax into one schema. The sources can name
  /// each other's declarations and can add to the same namespaces.
  /// - Throws: all errors of all sources up to `SchemaLimits.reportedErrors`: first those of the
  ///   syntax; only when there are none, those of what the names mean.
  public static func parse(
    _ sources: [PolicySource], limits: SchemaLimits = .standard
  ) throws(SchemaErrors) -> Schema {
    var errors = SchemaErrorList(limit: limits.reportedErrors)
    var syntaxes: [SchemaSyntax] = []
    for source in sources where !errors.isFull {
      syntaxes.append(SchemaParser.parse(source, limits: limits, errors: &errors))
    }
    try errors.check()
    return try SchemaResolver.resolve(syntaxes, limits: limits)
  }

  /// Finds what the names in a schema mean.
  /// - Throws: all errors up to `SchemaLimits.reportedErrors`.
  public init(
    resolving syntax: SchemaSyntax, limits: SchemaLimits = .standard
  ) throws(SchemaErrors) {
    self = try SchemaResolver.resolve([syntax], limits: limits)
  }
}
