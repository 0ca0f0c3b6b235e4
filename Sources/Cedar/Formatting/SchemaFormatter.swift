/// Lays out the text of schemas, as `PolicyFormatter` does that of policies.
public enum SchemaFormatter {
  /// Formats a schema in Cedar's own syntax. Time and memory are linear in its size.
  /// - Parameters:
  ///   - text: The schema.
  ///   - file: The name of the source in errors.
  ///   - width: How many Unicode scalars a line should have at most; see `PolicyFormatter`.
  /// - Returns: The text with an end of line at its end, empty when there is nothing.
  /// - Throws: what is wrong with the source, as `SchemaSyntax.init(parsing:file:limits:)` does.
  public static func format(
    _ text: String, file: String, width: Int = 80
  ) throws(SchemaErrors) -> String {
    _ = try SchemaSyntax(parsing: text, file: file)
    var layout = Layout(ContiguousArray(text.utf8))
    return layout.print(width: width) { $0.schemaItem() }
  }
}
