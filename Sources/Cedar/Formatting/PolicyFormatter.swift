/// Lays out the text of policies: the same tokens and all comments in the usual style.
///
/// Formatting what was formatted changes nothing, and never does formatting change what a policy
/// means; it only drops the commas before closing brackets. Comments keep their order. One beside
/// code stays beside it, one on a line of its own stays so; where no line can end, both move on to
/// the next place where one can.
public enum PolicyFormatter {
  /// How far what is inside is indented.
  static let indent = 2

  /// Formats a source. Time and memory are linear in its size.
  /// - Parameters:
  ///   - text: The policies and templates.
  ///   - file: The name of the source in errors.
  ///   - width: How many Unicode scalars a line should have at most. Names, strings and comments
  ///     are never broken, so lines may be longer. Nothing is indented by more than half of it.
  /// - Returns: The text with an end of line at its end, empty when there is nothing.
  /// - Throws: what is wrong with the source, as `PolicySet.parse` does; ids are not looked at.
  public static func format(
    _ text: String, file: String, width: Int = 80
  ) throws(PolicyParseErrors) -> String {
    let limits = PolicyLimits.standard
    let outcome = Parser.parse(text, limits: limits, errorLimit: limits.reportedErrors)
    guard outcome.errors.isEmpty else {
      let map = SourceMap(PolicySource(file: file, text: text))
      throw PolicyParseErrors(
        errors: outcome.errors.map { $0.resolved(in: map) }, isComplete: outcome.isComplete)
    }
    var layout = Layout(ContiguousArray(text.utf8))
    return layout.print(width: width) { $0.policy() }
  }
}
