/// One reason why a source is not a set of policies.
public struct PolicyParseError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Where.
  public let place: SourcePlace
  /// What was found and what was expected, one sentence without a full stop.
  public let message: String
  /// What to do about it, if that can be said.
  public let help: String?
  /// The line of the source, shortened when long.
  public let excerpt: String

  /// The error for a person at a terminal: place and message, the line with a mark under the
  /// place, the help.
  public var description: String {
    var text = "\(place): \(message)"
    if !excerpt.isEmpty, place.column <= excerpt.unicodeScalars.count + 1 {
      let margin = String(
        excerpt.unicodeScalars.prefix(place.column - 1).map { scalar in
          scalar == "\t" ? Character("\t") : " "
        })
      text += "\n  \(excerpt)\n  \(margin)^"
    }
    if let help { text += "\n  help: \(help)" }
    return text
  }
}

/// Everything that is wrong with the sources of a policy set, in their order and up to
/// `PolicyLimits.reportedErrors`.
public struct PolicyParseErrors: Error, Sendable, Equatable, CustomStringConvertible {
  /// The errors, at least one.
  public let errors: [PolicyParseError]
  /// Whether there may be more that were not looked for.
  public let isComplete: Bool

  /// All errors, one after another.
  public var description: String {
    let text = errors.map(\.description).joined(separator: "\n")
    return isComplete ? text : text + "\nmore errors may follow; fix these first"
  }
}

/// An error while it is still an offset.
struct SyntaxError: Error {
  let offset: Int
  let message: String
  let help: String?

  init(at offset: Int, _ message: String, help: String? = nil) {
    self.offset = offset
    self.message = message
    self.help = help
  }

  func resolved(in map: SourceMap) -> PolicyParseError {
    PolicyParseError(
      place: map.place(offset), message: message, help: help, excerpt: map.excerpt(offset))
  }
}
