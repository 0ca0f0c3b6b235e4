import Search

/// Why a tool was found, for people and for programs.
enum ExplanationLines {
  static func text(of explanation: Explanation, on terminal: Terminal) -> String {
    var lines = ["score \(rounded(explanation.score))"]
    for word in explanation.words {
      let how =
        word.reason == .same ? "" : " as \(word.matched) (\(word.reason.rawValue))"
      let fields = word.fields.map { field in
        let times = field.count > 1 ? "\(field.count) × " : ""
        return "\(field.field.title) \(times)\(rounded(field.weight))"
      }
      lines.append(
        "\(rounded(word.score))  \(word.word)\(how), worth \(rounded(word.worth)): "
          + fields.joined(separator: ", "))
    }
    lines += explanation.additions.map { "\(rounded($0.score))  \($0.title)" }
    if !explanation.missing.isEmpty {
      lines.append("without \(explanation.missing.joined(separator: ", "))")
    }
    return lines.map { terminal.styled("    " + printable($0), .dim) + "\n" }.joined()
  }

  static func json(of explanation: Explanation) -> String {
    let words = explanation.words.map { word in
      let fields = word.fields.map {
        JSONText.object([
          ("field", JSONText.string($0.field.title)), ("count", "\($0.count)"),
          ("weight", "\($0.weight)"),
        ])
      }
      return JSONText.object([
        ("word", JSONText.string(word.word)), ("matched", JSONText.string(word.matched)),
        ("reason", JSONText.string(word.reason.rawValue)), ("worth", "\(word.worth)"),
        ("score", "\(word.score)"), ("fields", "[\(fields.joined(separator: ","))]"),
      ])
    }
    let additions = explanation.additions.map {
      JSONText.object([("for", JSONText.string($0.title)), ("score", "\($0.score)")])
    }
    return JSONText.object([
      ("score", "\(explanation.score)"), ("words", "[\(words.joined(separator: ","))]"),
      ("missing", "[\(explanation.missing.map(JSONText.string).joined(separator: ","))]"),
      ("additions", "[\(additions.joined(separator: ","))]"),
    ])
  }

  /// With two decimals.
  static func rounded(_ value: Float) -> String {
    let hundredths = Int((value * 100).rounded())
    let rest = abs(hundredths % 100)
    return "\(hundredths < 0 ? "-" : "")\(abs(hundredths) / 100).\(rest < 10 ? "0" : "")\(rest)"
  }
}
