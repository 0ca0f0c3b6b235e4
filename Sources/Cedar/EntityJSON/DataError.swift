/// One thing that is wrong with entities, a context or a request: with their JSON, or with what
/// they hold in view of a schema.
public struct DataError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Where, as a JSON pointer (RFC 6901) into the JSON, or into what the JSON would be; empty for
  /// the whole. What is wrong with an element of a set has the place of the set.
  public let pointer: String
  /// What was found and what was expected, one sentence without a full stop.
  public let message: String
  /// What to do about it, if that can be said.
  public let help: String?

  /// The error for a person at a terminal: place and message, the help.
  public var description: String {
    let text = pointer.isEmpty ? message : "\(pointer): \(message)"
    return help.map { "\(text)\n  help: \($0)" } ?? text
  }
}

/// Everything that is wrong with entities, a context or a request, up to
/// `EntityLimits.reportedErrors`.
public struct DataErrors: Error, Sendable, Equatable, CustomStringConvertible {
  /// The errors, at least one.
  public let errors: [DataError]
  /// Whether these are all.
  public let isComplete: Bool

  /// All errors, one after another.
  public var description: String {
    let text = errors.map(\.description).joined(separator: "\n")
    return isComplete ? text : text + "\nmore errors may follow; fix these first"
  }
}

/// Collects errors up to a number.
struct DataErrorCollector {
  private(set) var errors: [DataError] = []
  private var isComplete = true
  private let limit: Int

  init(limit: Int) { self.limit = max(1, limit) }

  /// Whether no more errors are taken.
  var isFull: Bool { errors.count >= limit }

  mutating func report(_ path: DataPath, _ message: String, help: String? = nil) {
    guard !isFull else {
      isComplete = false
      return
    }
    errors.append(DataError(pointer: path.pointer, message: message, help: help))
  }

  /// Leaves off: there may be more errors.
  mutating func abandon() { isComplete = false }

  /// - Throws: what was collected.
  func check() throws(DataErrors) {
    if !errors.isEmpty { throw DataErrors(errors: errors, isComplete: isComplete) }
  }

  /// What was read; nil always comes with an error.
  /// - Throws: what was collected.
  func finish<Content>(_ content: Content?) throws(DataErrors) -> Content {
    guard errors.isEmpty, let content else {
      throw DataErrors(errors: errors, isComplete: isComplete)
    }
    return content
  }
}
