/// Something that is wrong, or looks wrong, with a policy in view of a schema.
public struct ValidationFinding: Sendable, Equatable, CustomStringConvertible {
  /// What is wrong, for programs.
  public enum Kind: String, Sendable, CaseIterable {
    // Errors.

    /// The schema has no such entity type.
    case unknownEntityType
    /// The schema has no such action.
    case unknownAction
    /// The id is not among those of an enumerated entity type.
    case unknownEntity
    /// No kind of request fits the scope.
    case noApplicableAction
    /// A value is of a type that the operator does not take.
    case unexpectedType
    /// Values that meet have types with nothing in common.
    case incompatibleTypes
    /// The entity type, record or context has no such attribute.
    case unknownAttribute
    /// An optional attribute is read without a test for it.
    case unsafeAttribute
    /// A tag is read without a test for it.
    case unsafeTag
    /// The entity type has no tags.
    case noTags
    /// The type of `[]` cannot be told.
    case emptySet
    /// A function of an extension has too many or too few arguments.
    case argumentCount
    /// A string is not what an extension's function reads.
    case invalidArgument
    /// An extension's constructor is called with something else than a string literal.
    case nonliteralArgument
    /// More entities must be followed than the level allows.
    case levelExceeded
    /// A level is set, and something is read of an entity that is not reached from the request.
    case literalAccess
    /// The limit of work was reached before the policy was checked.
    case limitReached

    // Warnings.

    /// The policy can never be satisfied.
    case impossiblePolicy
    /// A string has invisible characters that change the order in which text is shown.
    case bidirectionalText
    /// A word in a string has letters of several alphabets that look alike.
    case mixedScripts

    /// Whether it leaves the verdict as it is.
    public var isWarning: Bool {
      switch self {
      case .impossiblePolicy, .bidirectionalText, .mixedScripts: true
      default: false
      }
    }
  }

  /// What is wrong.
  public let kind: Kind
  /// The policy.
  public let policy: PolicyID
  /// The offending part.
  public let place: SourcePlace
  /// What was found and what was expected, one sentence without a full stop.
  public let message: String
  /// What to do about it, if that can be said.
  public let help: String?
  /// The line of the source, shortened when long.
  public let excerpt: String
  /// A kind of request that shows it; nil when all those in the scope do.
  public let environment: RequestEnvironment?
  /// How many other kinds of requests in the scope show it as well, when not all do.
  public let otherEnvironments: Int

  /// The finding for a person at a terminal: place and message, the line with a mark under the
  /// place, the kind of request, the help.
  public var description: String {
    let severity = kind.isWarning ? "warning: " : ""
    var text = PolicyParseError(
      place: place, message: severity + message, help: nil, excerpt: excerpt
    ).description
    if let environment {
      text += "\n  when principal, action and resource are \(environment)"
      if otherEnvironments > 0 { text += " (and in \(otherEnvironments) other cases)" }
    }
    if let help { text += "\n  help: \(help)" }
    return text
  }
}

/// What validation found, in the order of the policies and in each in the order of its text.
public struct ValidationResult: Sendable, Equatable, CustomStringConvertible {
  /// What makes the policies invalid.
  public let errors: [ValidationFinding]
  /// What a person should look at.
  public let warnings: [ValidationFinding]
  /// Whether all was looked at, and nothing was left out for `ValidationLimits`.
  public let isComplete: Bool

  /// Whether there are no errors: in strict mode, evaluation fails only for arithmetic that
  /// overflows and for entities that are missing.
  public var isValid: Bool { errors.isEmpty }

  /// All findings, one after another.
  public var description: String {
    let text = (errors + warnings).map(\.description).joined(separator: "\n")
    return isComplete ? text : text + "\nmore may follow; fix these first"
  }
}

/// The bounds of validation.
public struct ValidationLimits: Sendable {
  /// How many errors are collected before validation stops, and how many warnings are kept.
  public var findings = 100
  /// How many kinds of requests are told apart for one policy. Those that differ in nothing that
  /// its conditions mention count as one.
  public var environments = 100_000
  /// How many steps are taken for all policies together: one for each node of a condition in each
  /// kind of request, and for each comparison of two types within them.
  public var steps = 200_000_000

  /// The bounds used unless others are given.
  public static let standard = ValidationLimits()

  /// Makes the standard bounds.
  public init() {}
}
