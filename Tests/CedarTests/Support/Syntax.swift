@testable import Cedar

/// The syntax trees of policies that are expected to be right.
func syntax(_ text: String) throws -> [PolicySyntax] {
  let outcome = Parser.parse(text, limits: .standard, errorLimit: 20)
  let map = SourceMap(PolicySource(file: "test.cedar", text: text))
  guard outcome.errors.isEmpty else {
    throw PolicyParseErrors(
      errors: outcome.errors.map { $0.resolved(in: map) }, isComplete: outcome.isComplete)
  }
  return outcome.policies
}
