/// How a program writes variables, in our words: `${NAME}`.
struct VariableSyntax {
  let client: ClientApplication
  /// What `${workspaceFolder}` stands for.
  let directory: String?

  /// Something that the program asks a person for.
  struct Input: Equatable {
    var id: String
    /// The variable that stands for it here.
    var variable: String
  }

  func translate(_ text: String) -> (text: String, inputs: [Input]) {
    switch client {
    case .codex:
      // It replaces nothing.
      return (text.replacing("${", with: "$${"), [])
    case .gemini: return (bracing(text), [])
    case .vsCode, .cursor, .windsurf, .claudeCode, .claudeDesktop: return replacing(text)
    }
  }

  /// `${input:id}` and `${workspaceFolder}`; the others mean the same here.
  private func replacing(_ text: String) -> (text: String, inputs: [Input]) {
    var result = ""
    var inputs: [Input] = []
    var rest = text[...]
    while let open = rest.firstRange(of: "${") {
      result += rest[..<open.lowerBound]
      guard let close = rest[open.upperBound...].firstIndex(of: "}") else { break }
      let inside = rest[open.upperBound..<close]
      if inside.hasPrefix("input:") {
        let id = String(inside.dropFirst(6))
        let variable = SecretSeparation.variable("INPUT_\(id)")
        inputs.append(Input(id: id, variable: variable))
        result += "${\(variable)}"
      } else if inside == "workspaceFolder", let directory {
        result += directory
      } else {
        result += "${\(inside)}"
      }
      rest = rest[rest.index(after: close)...]
    }
    return (result + rest, inputs)
  }

  /// `$NAME` as `${NAME}`.
  private func bracing(_ text: String) -> String {
    var result = ""
    var rest = text[...]
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      let after = rest[rest.index(after: dollar)...]
      let name = after.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
      if let first = name.first, !first.isNumber {
        result += "${\(name)}"
        rest = after.dropFirst(name.count)
      } else {
        result += "$"
        rest = after
      }
    }
    return result + rest
  }
}
