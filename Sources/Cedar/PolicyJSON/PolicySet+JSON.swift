extension PolicySet {
  /// Reads a policy set in Cedar's JSON policy format: `staticPolicies` and `templates` by name,
  /// and `templateLinks`. `file` is its name in errors.
  ///
  /// The text is a source as any other: its size, its number of policies and the height and nesting
  /// of its expressions are bounded by `limits`; JSON may nest 512 levels deep.
  /// - Throws: all errors up to `PolicyLimits.reportedErrors`, one a policy, each with its place
  ///   and with the JSON pointer of what is wrong.
  public static func parse(
    json: String, file: String, limits: PolicyLimits = .standard
  ) throws(PolicyParseErrors) -> PolicySet {
    var builder = PolicySetBuilder(limits: limits)
    builder.add(json: PolicySource(file: file, text: json)) { $0.readSet() }
    return try builder.finish()
  }

  /// Reads one policy or template in Cedar's JSON policy format, as a set: named by its `@id`, else
  /// as the first of its source (`github.json#0`).
  /// - Throws: see `parse(json:file:limits:)`.
  public static func parse(
    policyJSON json: String, file: String, limits: PolicyLimits = .standard
  ) throws(PolicyParseErrors) -> PolicySet {
    var builder = PolicySetBuilder(limits: limits)
    builder.add(json: PolicySource(file: file, text: json)) { $0.readPolicy() }
    return try builder.finish()
  }

  /// The set in Cedar's JSON policy format: policies and templates by their names, and the links.
  /// Reading it gives the same policies, except that `e has a.b` has become
  /// `e has a && e.a has b`, which means the same.
  /// - Throws: when it would have more than `limit` bytes. No more than these are written.
  public func json(
    limit: Int = PolicyLimits.standard.sourceBytes
  ) throws(PolicyJSONSizeError) -> String {
    try PolicyJSONWriter.text(of: self, limit: limit)
  }
}

extension Policy {
  /// The policy in Cedar's JSON policy format, a linked one with its entities in place of the
  /// slots.
  /// - Throws: when it would have more than `limit` bytes. No more than these are written.
  public func json(
    limit: Int = PolicyLimits.standard.sourceBytes
  ) throws(PolicyJSONSizeError) -> String {
    try PolicyJSONWriter.text(of: syntax, limit: limit)
  }
}

extension Template {
  /// The template in Cedar's JSON policy format.
  /// - Throws: when it would have more than `limit` bytes. No more than these are written.
  public func json(
    limit: Int = PolicyLimits.standard.sourceBytes
  ) throws(PolicyJSONSizeError) -> String {
    try PolicyJSONWriter.text(of: syntax, limit: limit)
  }
}
