/// Text of a page, escaped. The only way in which a text gets into a page.
struct HTMLText {
  private(set) var text = ""

  /// Markup as it is written here.
  mutating func markup(_ markup: StaticString) { text += "\(markup)" }

  /// Text from anywhere: markup in it is shown, and so are control and format characters, which
  /// could hide or turn what is around them.
  mutating func write(_ value: String) {
    for scalar in value.unicodeScalars {
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      case "'": text += "&#39;"
      case "\n", "\t": text += " "
      default:
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse:
          text += "\\u{\(String(scalar.value, radix: 16))}"
        default: text.unicodeScalars.append(scalar)
        }
      }
    }
  }

  /// An element without attributes but a class.
  mutating func element(_ tag: StaticString, _ value: String, class name: StaticString? = nil) {
    text += "<\(tag)"
    if let name { text += " class=\"\(name)\"" }
    text += ">"
    write(value)
    text += "</\(tag)>"
  }

  /// A row of a table with a heading and a cell.
  mutating func row(_ heading: String, _ value: String) {
    markup("<tr><th scope=\"row\">")
    write(heading)
    markup("</th><td>")
    write(value)
    markup("</td></tr>\n")
  }
}
