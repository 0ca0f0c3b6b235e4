/// What running a test of policies gave.
public struct PolicyTestOutcome: Sendable {
  /// What one request gave.
  public struct Request: Sendable {
    /// What the test calls it.
    public let description: String
    /// The answer; nil when the request was not valid.
    public let response: Response?
    /// How the answer differs from what was expected, each a sentence without a full stop; empty
    /// when it does not.
    public let differences: [String]

    /// Whether the answer is as expected.
    public var passed: Bool { differences.isEmpty }
  }

  /// What validating the policies gave.
  public enum Validation: Sendable, Equatable {
    /// What was expected.
    case passed
    /// The opposite of what was expected.
    case failed(expected: Bool)
    /// Nothing is expected, there is no schema, or the runner has no validator.
    case notChecked
  }

  /// Whether the policies are as valid as expected.
  public let validation: Validation
  /// The requests, in the order of the test.
  public let requests: [Request]

  /// Whether all was as expected.
  public var passed: Bool {
    if case .failed = validation { return false }
    return requests.allSatisfy(\.passed)
  }
}

/// Why a test of policies could not be run.
public struct PolicyTestError: Error, Sendable, CustomStringConvertible {
  /// The file that is wrong or missing.
  public let file: String
  /// What is wrong with it: one or more sentences.
  public let message: String

  /// File and message.
  public var description: String { "\(file): \(message)" }
}
