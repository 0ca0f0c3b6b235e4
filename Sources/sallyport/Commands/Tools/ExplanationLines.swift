import JSON
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
    var writer = JSONWriter(reservingCapacity: 1024)
    explanation.write(to: &writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// With two decimals.
  static func rounded(_ value: Float) -> String {
    let hundredths = Int((value * 100).rounded())
    let rest = abs(hundredths % 100)
    return "\(hundredths < 0 ? "-" : "")\(abs(hundredths) / 100).\(rest < 10 ? "0" : "")\(rest)"
  }
}
