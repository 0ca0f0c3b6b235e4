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

/// Collects the policies and the errors of several sources.
private struct PolicySetBuilder {
  private let limits: PolicyLimits
  private var contents: PolicySetContents
  private var compiler = Compiler()
  private var errors: [PolicyParseError] = []
  private var isComplete = true

  init(limits: PolicyLimits) {
    self.limits = limits
    contents = PolicySetContents(policyLimit: limits.policies)
  }

  /// Whether no more errors are collected.
  var isFull: Bool { !isComplete }

  mutating func add(_ source: PolicySource) {
    let map = SourceMap(source)
    contents.sources.append(source)
    let outcome = Parser.parse(
      source.text, limits: limits, errorLimit: max(1, limits.reportedErrors - errors.count))
    errors += outcome.errors.map { $0.resolved(in: map) }
    isComplete = outcome.isComplete
    for (number, syntax) in outcome.policies.enumerated() { add(syntax, number, map) }
  }

  private mutating func add(_ syntax: PolicySyntax, _ number: Int, _ map: SourceMap) {
    guard !contents.isFull else {
      let message = "there are more policies than the limit of \(limits.policies)"
      report(SyntaxError(at: syntax.offset, message), in: map)
      isComplete = false
      return
    }
    let given = syntax.annotations.first { $0.key == "id" }?.value ?? ""
    let name = given.isEmpty ? "\(map.source.file)#\(number)" : given
    if let place = contents.place(of: PolicyID(name, index: 0)) {
      report(
        SyntaxError(
          at: syntax.offset,
          "a policy with the id \(Quoting.quote(name)) already stands at \(place)",
          help: "give each policy its own `@id`"), in: map)
      return
    }
    contents.add(PolicyStatement(syntax, in: map), named: name, with: &compiler)
  }

  private mutating func report(_ error: SyntaxError, in map: SourceMap) {
    guard errors.count < limits.reportedErrors || errors.isEmpty else {
      isComplete = false
      return
    }
    errors.append(error.resolved(in: map))
  }

  func finish() throws(PolicyParseErrors) -> PolicySet {
    guard errors.isEmpty else {
      throw PolicyParseErrors(errors: errors, isComplete: isComplete)
    }
    return PolicySet(contents, program: compiler.finish())
  }
}
