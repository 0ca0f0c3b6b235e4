public import JSON

/// A question about the ledger that the index answers.
public protocol LedgerQuestion: Sendable, Equatable {
  associatedtype Answer: LedgerAnswer
  /// The names of what it can be asked with.
  static var parameters: [String] { get }
  init(_ parameters: QuestionParameters) throws(QuestionError)
  /// Answers from what the index has, all of it of one moment. Blocks.
  /// - Parameter now: microseconds since 1970-01-01 UTC.
  func answer(from index: AuditIndex, now: Int64) throws(AuditError) -> Answer
}

/// What a question is answered with.
public protocol LedgerAnswer: Sendable {
  /// The answer for programs: one JSON object. Members are only added, never renamed.
  func write(to writer: inout JSONWriter)
}

extension LedgerQuestion {
  /// A question asked with texts by name.
  public init(_ values: [String: String]) throws(QuestionError) {
    try self.init(QuestionParameters(values, known: Self.parameters))
  }
}

extension LedgerAnswer {
  /// The answer for programs.
  public var json: [UInt8] {
    var writer = JSONWriter(reservingCapacity: 4096)
    write(to: &writer)
    return writer.bytes
  }
}

/// Any of the questions, by its name.
public enum AuditQuestion: Sendable, Equatable {
  case graph(GraphQuestion)
  case who(WhoQuestion)
  case boundary(BoundaryQuestion)
  case touched(TouchedQuestion)
  case approvals(ApprovalsQuestion)
  case unused(UnusedQuestion)
  case changes(ChangesQuestion)
  case gaps(GapsQuestion)

  /// The names of all.
  public static let names = [
    "graph", "who", "boundary", "touched", "approvals", "unused", "changes", "gaps",
  ]

  /// The question of a name, with texts by name; nil when there is none of this name.
  public init?(_ name: String, _ values: [String: String]) throws(QuestionError) {
    switch name {
    case "graph": self = .graph(try GraphQuestion(values))
    case "who": self = .who(try WhoQuestion(values))
    case "boundary": self = .boundary(try BoundaryQuestion(values))
    case "touched": self = .touched(try TouchedQuestion(values))
    case "approvals": self = .approvals(try ApprovalsQuestion(values))
    case "unused": self = .unused(try UnusedQuestion(values))
    case "changes": self = .changes(try ChangesQuestion(values))
    case "gaps": self = .gaps(try GapsQuestion(values))
    default: return nil
    }
  }

  /// The answer for programs.
  public func json(from index: AuditIndex, now: Int64) throws(AuditError) -> [UInt8] {
    switch self {
    case .graph(let question): try question.answer(from: index, now: now).json
    case .who(let question): try question.answer(from: index, now: now).json
    case .boundary(let question): try question.answer(from: index, now: now).json
    case .touched(let question): try question.answer(from: index, now: now).json
    case .approvals(let question): try question.answer(from: index, now: now).json
    case .unused(let question): try question.answer(from: index, now: now).json
    case .changes(let question): try question.answer(from: index, now: now).json
    case .gaps(let question): try question.answer(from: index, now: now).json
    }
  }
}
