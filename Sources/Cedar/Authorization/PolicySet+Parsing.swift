extension PolicySet {
  /// Parses one source. `file` is its name in errors and in the names of policies without `@id`.
  public static func parse(
    _ source: String, file: String, limits: PolicyLimits = .standard
  ) throws(PolicyParseErrors) -> PolicySet {
    try parse([PolicySource(file: file, text: source)], limits: limits)
  }

  /// Parses several sources into one set, in which every policy has its own name.
  /// - Throws: all errors of all sources up to `PolicyLimits.reportedErrors`; also when two
  ///   policies have the same name or a limit is passed.
  public static func parse(
    _ sources: [PolicySource], limits: PolicyLimits = .standard
  ) throws(PolicyParseErrors) -> PolicySet {
    var builder = PolicySetBuilder(limits: limits)
    for source in sources where !builder.isFull { builder.add(source) }
    return try builder.finish()
  }
}
