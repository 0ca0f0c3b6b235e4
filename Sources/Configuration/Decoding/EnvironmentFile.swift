/// The `.env` files that MCP clients read: one `NAME=value` a line, `#` comments, an optional
/// `export`, values plain or in quotes. Nothing in a value is replaced.
public enum EnvironmentFile {
  /// The variables as the text of a file, which reads as the same again.
  /// - Throws: the name of a variable that no such file can hold: it is no variable's name, or its
  ///   value has a NUL character or ends lines otherwise than with CR and LF.
  public static func text(of variables: [String: String]) throws(UnwritableVariable) -> String {
    var text = ""
    for (name, value) in variables.sorted(by: { $0.key < $1.key }) {
      var line = "\(name)=\""
      for scalar in value.unicodeScalars {
        switch scalar {
        case "\n": line += "\\n"
        case "\r": line += "\\r"
        case "\"", "\\", "$": line += "\\\(scalar)"
        default: line.unicodeScalars.append(scalar)
        }
      }
      line += "\""
      guard VariableExpansion.isName(name),
        (try? parse(line)) == [name: value]
      else { throw UnwritableVariable(name: name) }
      text += line + "\n"
    }
    return text
  }

  /// Whether it can be the name of an environment variable in such a file, and in `${NAME}`.
  public static func isName(_ name: String) -> Bool { VariableExpansion.isName(name) }

  struct Failure: Error, Equatable {
    /// From 1.
    var line: Int
    var message: String
  }

  static func parse(_ text: String) throws(Failure) -> [String: String] {
    var variables: [String: String] = [:]
    var number = 0
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      number += 1
      var rest = trimmed(line)
      if rest.isEmpty || rest.hasPrefix("#") { continue }
      if rest.hasPrefix("export ") { rest = trimmed(rest.dropFirst(7)) }
      guard let equals = rest.firstIndex(of: "=") else {
        throw Failure(line: number, message: "has no `=`")
      }
      let name = trimmed(rest[..<equals])
      guard VariableExpansion.isName(name) else {
        throw Failure(line: number, message: "does not begin with a variable's name")
      }
      let value = try value(of: trimmed(rest[rest.index(after: equals)...]), line: number)
      guard !value.utf8.contains(0) else {
        throw Failure(line: number, message: "holds a NUL character")
      }
      variables[String(name)] = value
    }
    return variables
  }

  private static func value(of text: Substring, line: Int) throws(Failure) -> String {
    guard let quote = text.first, quote == "\"" || quote == "'" else {
      guard let comment = text.firstRange(of: " #") else { return String(text) }
      return String(trimmed(text[..<comment.lowerBound]))
    }
    var value = ""
    var rest = text.dropFirst()
    while let character = rest.popFirst() {
      if character == quote {
        let after = trimmed(rest)
        guard after.isEmpty || after.hasPrefix("#") else {
          throw Failure(line: line, message: "goes on after the closing quote")
        }
        return value
      }
      if character == "\\", quote == "\"", let escaped = rest.popFirst() {
        switch escaped {
        case "n": value.append("\n")
        case "r": value.append("\r")
        case "t": value.append("\t")
        case "\"", "\\", "$": value.append(escaped)
        default: value += "\\\(escaped)"
        }
      } else {
        value.append(character)
      }
    }
    throw Failure(line: line, message: "has no closing quote")
  }

  private static func trimmed(_ text: Substring) -> Substring {
    let start = text.drop { $0 == " " || $0 == "\t" }
    guard let last = start.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
    return start[...last]
  }
}

/// A variable that no file of `NAME=value` lines can hold.
public struct UnwritableVariable: Error, Sendable, Equatable {
  /// Its name.
  public let name: String
}
