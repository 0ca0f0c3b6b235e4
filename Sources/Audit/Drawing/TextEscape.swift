/// Foreign text made harmless for where it is shown.
public enum TextEscape {
  /// For a terminal: control and format characters escaped, so that nobody can move the cursor,
  /// recolour the screen or reverse the line.
  public static func terminal(_ text: String) -> String {
    var shown = ""
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse:
        shown += "\\u{\(String(scalar.value, radix: 16))}"
      default:
        shown.unicodeScalars.append(scalar)
      }
    }
    return shown
  }

  /// For text and attributes of XML.
  static func xml(_ text: String) -> String {
    var shown = ""
    for scalar in terminal(text).unicodeScalars {
      switch scalar {
      case "&": shown += "&amp;"
      case "<": shown += "&lt;"
      case ">": shown += "&gt;"
      case "\"": shown += "&quot;"
      case "'": shown += "&#39;"
      // Beyond what XML 1.0 can hold.
      case "\u{FFFE}", "\u{FFFF}": shown += "\u{FFFD}"
      default: shown.unicodeScalars.append(scalar)
      }
    }
    return shown
  }

  /// For a quoted string of DOT. Graphviz reads escapes and HTML entities in labels.
  static func dot(_ text: String) -> String {
    var shown = "\""
    for scalar in terminal(text).unicodeScalars {
      switch scalar {
      case "\"": shown += "\\\""
      case "\\": shown += "\\\\"
      case "&": shown += "&amp;"
      default: shown.unicodeScalars.append(scalar)
      }
    }
    return shown + "\""
  }

  /// For a quoted label of Mermaid: whatever could be markup is written as an entity code.
  static func mermaid(_ text: String) -> String {
    var shown = "\""
    for scalar in terminal(text).unicodeScalars {
      let isPlain =
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        || " -_.,:@/".unicodeScalars.contains(scalar)
      if isPlain { shown.unicodeScalars.append(scalar) } else { shown += "#\(scalar.value);" }
    }
    return shown + "\""
  }

  /// At most so many characters, the last one `…` where something was cut.
  static func cut(_ text: String, to count: Int) -> String {
    text.count <= count ? text : text.prefix(max(0, count - 1)) + "…"
  }
}
