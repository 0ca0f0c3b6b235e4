import JSON

/// A result of a meta-tool, complete in stateless form.
enum MetaToolAnswer {
  /// Tokens that the lines of a search may take, as `TokenEstimate` has them.
  static let searchTokensMax = 1_500

  /// One text. There is no `structuredContent`: many clients give a model both, and it would read
  /// everything twice.
  static func text(_ text: String) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: 128 + text.utf8.count)
    writer.beginObject()
    writer.textResult(text)
    writer.endObject()
    return writer.bytes
  }

  /// What was found, for a model.
  static func found(_ lines: [String], omitted: Int) -> String {
    if lines.isEmpty && omitted == 0 {
      return "No tool fits. Say in other words what it should do, or name the product or service."
    }
    let rest =
      omitted > 0 ? ["\(omitted) more fit and were left out for their length."] : []
    return (lines + rest).joined(separator: "\n")
  }
}
