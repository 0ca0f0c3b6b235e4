internal import Crypto
internal import JSON

/// A selection of a record's members as a row of comma-separated values in UTF-8.
///
/// Source: RFC 4180.
enum CSV {
  /// A column: its title, and where its value stands in a record.
  struct Column {
    var title: String
    var path: [String]

    init(_ title: String, _ path: String...) {
      self.title = title
      self.path = path.isEmpty ? [title] : path
    }
  }

  /// Sequence and time come before them, the leaf hash after.
  static let columns: [Column] = [
    Column("kind"), Column("decision"), Column("status"), Column("refusal"), Column("event"),
    Column("of"),
    Column("agent", "principal", "agent"), Column("human", "principal", "human"),
    Column("roles", "principal", "roles"), Column("tenant", "principal", "tenant"),
    Column("credential", "principal", "credential"),
    Column("client", "client", "name"), Column("client_version", "client", "version"),
    Column("transport"), Column("session"), Column("peer"), Column("call"), Column("parent"),
    Column("method"), Column("server"), Column("tool"), Column("effect"), Column("tool_digest"),
    Column("policies"), Column("remedies"), Column("reason"), Column("error"), Column("code"),
    Column("duration_us"), Column("upstream_us"), Column("policy_version"),
    Column("entities_version"), Column("approval"), Column("approver"), Column("before"),
    Column("after"), Column("user", "actor", "user"), Column("via", "actor", "via"),
    Column("run", "claims", "run"), Column("model", "claims", "model"),
    Column("skill", "claims", "skill", "name"),
    Column("skill_version", "claims", "skill", "version"), Column("traceparent"),
  ]

  static var header: [UInt8] {
    Array((["seq", "time"] + columns.map(\.title) + ["leaf_hash"]).joined(separator: ",").utf8)
  }

  static func row(_ record: ExportedRecord) -> [UInt8] {
    var cells = ["\(record.sequence)", record.time?.rfc3339 ?? ""]
    for column in columns {
      var node: JSONNode? = record.root
      for name in column.path { node = node?[member: name] }
      cells.append(node.map(cell) ?? "")
    }
    cells.append(record.leafHash.hex)
    return Array(cells.joined(separator: ",").utf8)
  }

  private static func cell(_ node: JSONNode) -> String {
    switch node.kind {
    case .string: text(node.string ?? "")
    case .array: text(node.elements.compactMap(\.string).joined(separator: ";"))
    case .number: node.int64.map(String.init) ?? text(node.description)
    default: text(node.description)
    }
  }

  /// A text as a cell that no spreadsheet takes for a formula: what could be one, and what starts
  /// with an apostrophe, gets an apostrophe in front. Control characters but for tabs and ends of
  /// lines become their pictures.
  ///
  /// Source: OWASP, CSV Injection.
  static func text(_ text: String) -> String {
    if isPlain(text) { return text }
    var shown = String.UnicodeScalarView()
    if isDangerous(text) { shown.append("'") }
    for scalar in text.unicodeScalars { shown.append(picture(of: scalar)) }
    let cell = String(shown)
    let special = cell.utf8.contains { ",;\"\r\n\t".utf8.contains($0) }
    guard special || cell.utf8.first == 0x20 || cell.utf8.last == 0x20 else { return cell }
    return "\"" + cell.replacing("\"", with: "\"\"") + "\""
  }

  /// Letters, digits and what identifiers are made of, as most texts are.
  private static func isPlain(_ text: String) -> Bool {
    guard let first = text.utf8.first, first != UInt8(ascii: "-") else { return text.isEmpty }
    return text.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "-")...UInt8(ascii: ":"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
  }

  private static func isDangerous(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first else { return false }
    if first == "'" || first == "\t" || first == "\r" || first == "\n" { return true }
    let content = text.unicodeScalars.first {
      !$0.properties.isWhitespace && $0.properties.generalCategory != .format
        && $0.properties.generalCategory != .control
    }
    // The last four are full-width forms, which some programs fold.
    return content.map { "=+-@\u{FF1D}\u{FF0B}\u{FF0D}\u{FF20}".unicodeScalars.contains($0) }
      ?? false
  }

  private static func picture(of scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    case 0x09, 0x0A, 0x0D: scalar
    case ..<0x20: Unicode.Scalar(0x2400 + scalar.value) ?? scalar
    case 0x7F: "\u{2421}"
    default: scalar
    }
  }
}
