/// One reason why something is not a schema.
public struct SchemaError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Where; nil when the schema was not read from a source.
  public let place: SourcePlace?
  /// What was found and what was expected, one sentence without a full stop.
  public let message: String
  /// What to do about it, if that can be said.
  public let help: String?
  /// The line of the source, shortened when long; empty when there is no source.
  public let excerpt: String

  init(_ message: String, help: String? = nil, at origin: Origin = .none) {
    place = origin.place
    excerpt = origin.excerpt
    self.message = message
    self.help = help
  }

  init(_ error: SyntaxError, in map: SourceMap) {
    self.init(error.message, help: error.help, at: Origin(map: map, offset: error.offset))
  }

  /// The error for a person at a terminal: place and message, the line with a mark under the
  /// place, the help.
  public var description: String {
    guard let place else { return help.map { "\(message)\n  help: \($0)" } ?? message }
    return PolicyParseError(place: place, message: message, help: help, excerpt: excerpt)
      .description
  }
}

/// Everything that is wrong with a schema, in the order of its sources and up to
/// `SchemaLimits.reportedErrors`.
public struct SchemaErrors: Error, Sendable, Equatable, CustomStringConvertible {
  /// The errors, at least one.
  public let errors: [SchemaError]
  /// Whether there can be no more; false when the search stopped at the limit.
  public let isComplete: Bool

  /// All errors, one after another.
  public var description: String {
    let text = errors.map(\.description).joined(separator: "\n")
    return isComplete ? text : text + "\nmore errors may follow; fix these first"
  }
}

/// Where a part of a schema was written.
struct Origin: Sendable {
  let map: SourceMap?
  let offset: Int

  /// Written nowhere: made by a program.
  static let none = Origin(map: nil, offset: 0)

  var place: SourcePlace? { map?.place(offset) }
  var excerpt: String { map?.excerpt(offset) ?? "" }
}

/// Collects errors up to the limit.
struct SchemaErrorList {
  private(set) var errors: [SchemaError] = []
  private(set) var isComplete = true
  private let limit: Int

  init(limit: Int) { self.limit = max(1, limit) }

  /// Whether no more errors are collected.
  var isFull: Bool { !isComplete }

  /// Adds an error; its place is looked up only when there is room for it.
  mutating func add(_ message: String, help: String? = nil, at origin: Origin = .none) {
    if isFull { return }
    add(SchemaError(message, help: help, at: origin))
  }

  mutating func add(_ error: SchemaError) {
    guard errors.count < limit else {
      isComplete = false
      return
    }
    errors.append(error)
  }

  /// - Throws: the errors, if there are any.
  func check() throws(SchemaErrors) {
    guard errors.isEmpty else { throw SchemaErrors(errors: errors, isComplete: isComplete) }
  }
}
