import Audit
import Configuration

/// What was typed for one command: options by their long name, and positional arguments by name.
struct ParsedArguments: Sendable {
  var options: [String: [String]] = [:]
  var positional: [String: [String]] = [:]
  /// Whether `--` was typed.
  var optionsEnded = false

  func flag(_ name: String) -> Bool { options[name] != nil }

  /// The option's value; the last one typed counts.
  func value(_ name: String) -> String? { options[name]?.last }

  /// The positional argument; the parser has seen to it that a required one is there.
  func argument(_ name: String) -> String? { positional[name]?.first }

  func integer(
    _ name: String, in range: ClosedRange<Int>, default defaultValue: Int
  ) throws(UsageError) -> Int {
    guard let text = value(name) else { return defaultValue }
    guard let number = Int(text), range.contains(number) else {
      throw UsageError(
        message: "`--\(name)` takes a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func time(_ name: String) throws(UsageError) -> AuditTime? {
    guard let text = value(name) else { return nil }
    guard let time = AuditTime(text) else {
      throw UsageError(
        message: "`--\(name)` takes a duration such as 2h or a time such as 2026-11-21T10:00:00Z")
    }
    return time
  }

  /// The options of these names that were typed, for a question.
  func values(of names: [String]) -> [String: String] {
    Dictionary(uniqueKeysWithValues: names.compactMap { name in value(name).map { (name, $0) } })
  }

  var common: Invocation.Common {
    Invocation.Common(configuration: value("config"), json: flag("json"))
  }
}
