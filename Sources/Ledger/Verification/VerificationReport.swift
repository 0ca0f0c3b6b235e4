/// What a verification found.
public struct VerificationReport: Sendable, Equatable {
  /// Which log.
  public var origin: String?
  /// Records that were read.
  public var records: UInt64 = 0
  /// The first record that is there; later than 0 when older ones were let go.
  public var first: UInt64 = 0
  /// Records under the checkpoint.
  public var signed: UInt64 = 0
  /// Verifier keys whose signature of the checkpoint is right.
  public var signers: [String] = []
  /// The older checkpoint that the log was held against.
  public var since: UInt64?
  /// Bytes of records and payloads.
  public var bytes: UInt64 = 0
  /// Payloads whose digest was computed.
  public var payloads: UInt64 = 0
  /// Payloads that are sealed with a key that was not given.
  public var sealed: UInt64 = 0
  /// Records whose payloads were erased, with a record that says so.
  public var erased: UInt64 = 0
  /// Sequences of decisions to forward a call that have no outcome: at most
  /// ``VerificationReport/listMax``.
  public var inDoubt: [UInt64] = []
  /// How many there are in all.
  public var inDoubtCount = 0
  /// What is wrong, in the order in which it was found: at most ``VerificationReport/listMax``.
  public var problems: [VerificationProblem] = []
  /// How many there are in all.
  public var problemCount = 0

  /// Items that lists of a report hold.
  public static let listMax = 100

  /// Nothing was found yet.
  public init() {}

  /// Whether nothing is wrong.
  public var isSound: Bool { problemCount == 0 }

  mutating func add(_ problem: VerificationProblem) {
    problemCount += 1
    if problems.count < Self.listMax { problems.append(problem) }
  }
}

/// One thing that is wrong with a log.
public struct VerificationProblem: Sendable, Equatable, CustomStringConvertible {
  /// What it is about: a file, or `record 17`.
  public var place: String
  /// What is wrong.
  public var reason: String

  /// A problem.
  public init(_ place: String, _ reason: String) {
    self.place = place
    self.reason = reason
  }

  /// One line for a person.
  public var description: String { "\(place): \(reason)" }
}
