/// What a ledger shows of the controls in a period. A value; the renderers make pages of it.
public struct EvidenceReport: Sendable, Equatable {
  /// The version of the report's form.
  public static let form = 1

  /// What the report is about.
  public var subject: Subject
  /// The records of the period by kind.
  public var kinds: [String: Int]
  /// Versions of configuration, policies, entities and agents that were in force in the period.
  public var versions: [VersionInForce]
  /// One for each control, by number.
  public var findings: [ControlFinding]
  /// The checkpoint that covers the last record, as it is published; nil when none is attached.
  public var checkpoint: String?
  /// The signature over the canonical JSON without this member; nil when there is none.
  public var signature: String?

  /// Which ledger, which part of it, and when the report was made.
  public struct Subject: Sendable, Equatable {
    /// The ledger's identity.
    public var ledger: String
    /// Microseconds since 1970-01-01 UTC: records of this time and later.
    public var since: Int64
    /// Microseconds since 1970-01-01 UTC: records before this time.
    public var until: Int64
    /// When the report was made, microseconds since 1970-01-01 UTC.
    public var made: Int64
    /// The version of the program that made it.
    public var program: String
    /// The first record of the period; nil when there is none.
    public var first: UInt64?
    /// The last record of the period; nil when there is none.
    public var last: UInt64?
    /// Records of the period.
    public var records = 0
    /// Records that were looked at, those before the period included.
    public var examined = 0

    /// A subject before its records were looked at.
    public init(ledger: String, since: Int64, until: Int64, made: Int64, program: String) {
      self.ledger = ledger
      self.since = since
      self.until = until
      self.made = made
      self.program = program
    }
  }
}

/// A version that was in force in the period.
public struct VersionInForce: Sendable, Equatable {
  /// `configuration`, `policies`, `entities`, `agents`.
  public var of: String
  /// Its digest.
  public var version: String
  /// The record that says so first.
  public var sequence: UInt64
}

/// What was found about one control.
public struct ControlFinding: Sendable, Equatable {
  /// The control.
  public var control: Control
  /// What was asked of the records.
  public var tests: [TestFinding]

  /// What the tests come to: a failure counts most; a pass needs all to pass.
  public var result: EvidenceResult {
    if tests.contains(where: { $0.result == .fail }) { return .fail }
    if tests.allSatisfy({ $0.result == .pass }), !tests.isEmpty { return .pass }
    return tests.contains { $0.result == .pass } ? .partial : .notCovered
  }
}

/// How a test or a control came out.
public enum EvidenceResult: String, Sendable, CaseIterable {
  /// Every record of the population passed.
  case pass
  /// Some records are exceptions.
  case fail
  /// Of a control: what could be tested passed, the rest was not tested.
  case partial
  /// Nothing was tested.
  case notCovered = "not covered"
}

/// What one question to the records came to.
public struct TestFinding: Sendable, Equatable {
  /// What must hold of each record.
  public var statement: String
  /// Which records were asked.
  public var population: String
  /// How many these are.
  public var count: Int
  /// Up to 25 of them: those with the smallest leaf hashes, so that nobody chooses them and anybody
  /// can find them again.
  public var sample: [SampledRecord]
  /// How it came out.
  public var result: EvidenceResult
  /// Why nothing was tested.
  public var reason: String?
  /// The first exceptions, at most 100.
  public var exceptions: [EvidenceException]
  /// All exceptions.
  public var exceptionCount: Int
}

/// A record of a sample.
public struct SampledRecord: Sendable, Equatable {
  /// Its place in the ledger.
  public var sequence: UInt64
  /// The hash of its leaf.
  public var leafHash: String
  /// Whether it is an exception.
  public var isException: Bool
  /// Its inclusion proof in the checkpoint's tree, one hash a step; nil when none is attached.
  public var proof: [String]?
}

/// A record that does not pass.
public struct EvidenceException: Sendable, Equatable {
  /// Its place in the ledger.
  public var sequence: UInt64
  /// What is wrong.
  public var reason: String
}
