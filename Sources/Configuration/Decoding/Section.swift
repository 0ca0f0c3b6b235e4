/// A mapping being read. Every key that is asked for is thereby known; `finish` reports the rest,
/// so there is no second list of keys to keep true.
struct Section {
  let reader: ConfigurationReader
  let path: String
  let mark: YAMLMark
  private var entries: [YAMLEntry]
  private var taken: Set<String> = []
  private var known: [String] = []

  init(reader: ConfigurationReader, path: String, mark: YAMLMark, entries: [YAMLEntry]) {
    self.reader = reader
    self.path = path
    self.mark = mark
    self.entries = entries
  }

  /// The field called `key`, if the file has it. `suggested` is false for keys that are accepted
  /// but that nobody should be led to.
  mutating func take(_ key: String, suggested: Bool = true) -> Field? {
    if suggested { known.append(key) }
    guard let entry = entries.first(where: { $0.key == key }) else { return nil }
    taken.insert(key)
    return Field(
      reader: reader, path: path(of: key), node: entry.value, keyMark: entry.keyMark)
  }

  /// Reports every key that nobody asked for.
  func finish() {
    for entry in entries where !taken.contains(entry.key) {
      if entry.key.hasPrefix("//") {
        reader.report(
          .error, at: entry.keyMark, path: path, "a comment begins with `//`",
          expected: "`#` before a comment, as YAML has it")
        continue
      }
      let suggestion =
        reader.isFull ? nil : SpellingSuggestion.closest(to: entry.key, among: known)
      reader.report(
        .error, at: entry.keyMark, path: path, "unknown key \(quoted(entry.key))",
        expected: suggestion == nil ? "one of \(known.joined(separator: ", "))" : nil,
        suggestion: suggestion)
    }
  }

  func fail(_ message: String, expected: String? = nil) {
    reader.report(.error, at: mark, path: path, message, expected: expected)
  }

  private func path(of key: String) -> String {
    path.isEmpty ? key : "\(path).\(key)"
  }
}
