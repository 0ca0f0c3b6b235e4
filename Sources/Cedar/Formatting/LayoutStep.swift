/// One step of writing a text. Steps are flat and nest by pairs, so that neither making nor
/// printing them recurses.
enum LayoutStep {
  /// Bytes of the source.
  case text(start: Int32, end: Int32)
  case space
  /// Starts a group: either none of its own lines breaks or all do. `needed` is its width on one
  /// line up to the next place that can break; the printer fills it in.
  case open(needed: Int32)
  case close
  /// Ends the line when its group is broken, and is otherwise a space or nothing.
  case line(orSpace: Bool)
  /// Ends the line when what follows up to the next possible break does not fit. The rest of the
  /// indented part is then indented.
  case fill(needed: Int32)
  /// Ends the line, with an empty line behind it if asked for.
  case hard(blank: Bool)
  /// A comment, beside what was written before or on a line of its own. A `hard` follows.
  case comment(start: Int32, end: Int32, isBeside: Bool)
  /// Indents the lines that start from here to the matching `dedent`.
  case indent(by: Int32)
  /// Indents the lines that start from here to the matching `dedent` to where this stands.
  case align
  case dedent
}
