/// Collects the policies and the errors of several sources.
struct PolicySetBuilder {
  let limits: PolicyLimits
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
    let given = syntax.annotations.first { $0.key == "id" }?.value ?? ""
    add(
      PolicyStatement(syntax, in: map),
      named: given.isEmpty ? "\(map.source.file)#\(number)" : given)
  }

  /// Adds a source that is read in another way than as Cedar text.
  mutating func begin(_ source: PolicySource) -> SourceMap {
    contents.sources.append(source)
    return SourceMap(source)
  }

  /// Adds a policy or template; reports one too many and a name that is taken.
  mutating func add(_ statement: PolicyStatement, named name: String) {
    let offset = statement.syntax.offset
    guard !contents.isFull else {
      let message = "there are more policies than the limit of \(limits.policies)"
      report(SyntaxError(at: offset, message), in: statement.map)
      isComplete = false
      return
    }
    if let place = contents.place(of: PolicyID(name, index: 0)) {
      report(
        SyntaxError(
          at: offset,
          "a policy with the id \(Quoting.quote(name)) already stands at \(place)",
          help: statement.isNamedOutside
            ? "give each policy its own name" : "give each policy its own `@id`"),
        in: statement.map)
      return
    }
    contents.add(statement, named: name, with: &compiler)
  }

  /// Adds what a link makes of a template that was added before.
  mutating func link(_ link: TemplateLink) throws(LinkError) { try contents.link(link) }

  /// Adds an error while there are not too many.
  mutating func report(_ error: SyntaxError, in map: SourceMap) {
    guard errors.count < limits.reportedErrors || errors.isEmpty else {
      isComplete = false
      return
    }
    errors.append(error.resolved(in: map))
  }

  /// The set, or all errors.
  func finish() throws(PolicyParseErrors) -> PolicySet {
    guard errors.isEmpty else {
      throw PolicyParseErrors(errors: errors, isComplete: isComplete)
    }
    return PolicySet(contents, program: compiler.finish())
  }
}
