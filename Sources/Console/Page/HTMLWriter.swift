/// Writes HTML. Names of elements and attributes are the program's own; all else is escaped, and
/// what could turn or hide text (controls, marks of direction) is shown by its code point.
public struct HTMLWriter: Sendable {
  /// What was written so far.
  public private(set) var bytes: [UInt8] = []

  /// Nothing yet.
  public init() {}

  /// An element with what it holds.
  public mutating func element(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:],
    _ content: (inout HTMLWriter) -> Void = { _ in }
  ) {
    void(name, attributes)
    content(&self)
    end(name)
  }

  /// An element with a text.
  public mutating func element(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:], _ text: String
  ) {
    element(name, attributes) { $0.text(text) }
  }

  /// An element with a text and no attributes.
  public mutating func element(_ name: StaticString, _ text: String) {
    element(name, [:], text)
  }

  /// An element that has no end, such as `input`.
  public mutating func void(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:],
    _ more: KeyValuePairs<StaticString, String> = [:]
  ) {
    raw("<\(name)")
    write(attributes)
    write(more)
    raw(">")
  }

  /// Text, wherever it may come from.
  public mutating func text(_ text: String) {
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": raw("&amp;")
      case "<": raw("&lt;")
      case ">": raw("&gt;")
      case "\"": raw("&quot;")
      case "'": raw("&#39;")
      case "\n", "\t": raw(String(scalar))
      case let scalar where Self.isHidden(scalar):
        raw("⟨U+\(String(scalar.value, radix: 16, uppercase: true))⟩")
      default: raw(String(scalar))
      }
    }
  }

  /// A link to another page of the console.
  public mutating func link(
    _ text: String, to path: LocalPath, _ attributes: KeyValuePairs<StaticString, String> = [:]
  ) {
    void("a", ["href": path.description], attributes)
    self.text(text)
    raw("</a>")
  }

  mutating func end(_ name: StaticString) { raw("</\(name)>") }

  mutating func append(_ other: HTMLWriter) { bytes += other.bytes }

  mutating func doctype() { raw("<!doctype html>\n") }

  private mutating func write(_ attributes: KeyValuePairs<StaticString, String>) {
    for (name, value) in attributes {
      raw(" \(name)=\"")
      text(value)
      raw("\"")
    }
  }

  private mutating func raw(_ text: String) { bytes += text.utf8 }

  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: true
    default: false
    }
  }
}
