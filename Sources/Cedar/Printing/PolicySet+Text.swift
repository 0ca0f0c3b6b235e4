extension Policy {
  /// The policy as Cedar text in the canonical form: one space where one belongs, parentheses only
  /// where they matter, one clause a line, no comments. Reading it gives the same syntax tree.
  ///
  /// Text knows neither links nor names outside of policies: a linked policy is written with its
  /// entities in place of the slots, and it and one named by JSON have their names as `@id`.
  public var text: String {
    let isNamed = templateID == nil && !statement.isNamedOutside
    return PolicyPrinter.text(of: isNamed ? syntax : syntax.replacing(id: id.name))
  }
}

extension Template {
  /// The template as Cedar text in the canonical form: see `Policy.text`.
  public var text: String {
    PolicyPrinter.text(of: statement.isNamedOutside ? syntax.replacing(id: id.name) : syntax)
  }
}

extension PolicySet {
  /// The policies and after them the templates as Cedar text in the canonical form, an empty line
  /// between them: see `Policy.text`. Names by source and position (`github.cedar#0`) are not
  /// written.
  public var text: String {
    let texts = policies.map(\.text) + templates.map(\.text)
    return texts.joined(separator: "\n\n") + (texts.isEmpty ? "" : "\n")
  }
}
