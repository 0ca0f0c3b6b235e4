/// Why a question cannot be asked so.
public struct QuestionError: Error, Sendable, Equatable {
  /// What is wrong, without a full stop.
  public let message: String

  /// A reason.
  public init(_ message: String) { self.message = message }
}

/// What a question is asked with, as texts by name: options of the command line, or the query of a
/// URL.
public struct QuestionParameters: Sendable {
  private let values: [String: String]

  /// - Throws: for a name that the question does not have.
  public init(_ values: [String: String], known: [String]) throws(QuestionError) {
    for name in values.keys.sorted() where !known.contains(name) {
      throw QuestionError("there is no `\(name)` here; there are \(known.joined(separator: ", "))")
    }
    self.values = values
  }

  /// The text of a name.
  public func text(_ name: String) -> String? { values[name] }

  /// The time of a name.
  /// - Throws: when its text is none.
  public func time(_ name: String) throws(QuestionError) -> AuditTime? {
    guard let text = values[name] else { return nil }
    guard let time = AuditTime(text) else {
      throw QuestionError(
        "`\(name)` takes a duration such as 2h or a time such as 2026-11-21T10:00:00Z")
    }
    return time
  }

  func integer(
    _ name: String, in range: ClosedRange<Int>, default defaultValue: Int
  ) throws(QuestionError) -> Int {
    guard let text = values[name] else { return defaultValue }
    guard let number = Int(text), range.contains(number) else {
      throw QuestionError(
        "`\(name)` takes a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func choice(_ name: String, of choices: [String]) throws(QuestionError) -> String? {
    guard let text = values[name] else { return nil }
    guard choices.contains(text) else {
      throw QuestionError("`\(name)` is one of \(choices.joined(separator: ", "))")
    }
    return text
  }
}
