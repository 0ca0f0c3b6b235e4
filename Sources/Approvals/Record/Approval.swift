import Crypto
public import Identity

/// One call that waits for people: what it is bound to, who said what, and what became of it.
///
/// A pure machine; the time is given. It goes from `pending` to one of the others, and from
/// `approved` to `used`, `expired` or `voided`; nothing leads back.
public struct Approval: Sendable, Identifiable, Equatable {
  /// Where it stands.
  public enum State: String, Sendable, CaseIterable {
    /// It waits for people.
    case pending
    /// It counts for one call, until its deadline.
    case approved
    /// Somebody said no.
    case denied
    /// Nobody said enough in time, or nobody used it.
    case expired
    /// What it was bound to is no more.
    case voided
    /// Its one call went out.
    case used
  }

  /// Bytes of a reason; more is cut.
  public static let reasonBytesMax = 1024
  /// Answers that one approval can have.
  public static let answersMax = 64

  /// `apr_` and 20 hexadecimal digits.
  public let id: String
  /// What it is bound to.
  public let terms: ApprovalTerms
  /// The circumstances, as people are shown them.
  public internal(set) var ask: ApprovalAsk
  /// When it was asked for, in seconds since 1970 UTC.
  public let requestedAt: Int64
  /// When it is over, in seconds since 1970 UTC.
  public let deadline: Int64
  /// Where it stands.
  public internal(set) var state: State
  /// What people said, in the order they said it.
  public internal(set) var answers: [Answer]
  /// The call that used it.
  public internal(set) var usedBy: String?
  /// When it came to its end, in seconds since 1970 UTC; nil while it counts.
  public internal(set) var endedAt: Int64?
  /// Why it is void, or was used up without a call.
  public internal(set) var voidedFor: String?
  /// Whether the ledger is known to have that it was asked for and, once it is over, its end.
  public internal(set) var isOnRecord = false

  /// One that waits.
  public init(
    id: String, terms: ApprovalTerms, ask: ApprovalAsk, requestedAt: Int64, deadline: Int64
  ) {
    self.id = id
    self.terms = terms
    self.ask = ask
    self.requestedAt = requestedAt
    self.deadline = deadline
    state = .pending
    answers = []
  }

  /// Whether something can still become of it.
  public var isOpen: Bool { state == .pending || state == .approved }

  /// The digest of the arguments as records have it: salted, the same for every event.
  public var recordedDigest: String { SHA256.hash(utf8: ask.salt + terms.argumentsDigest).hex }

  /// Who said yes besides the requester's human.
  public var approvers: [Person] {
    answers.filter { $0.verdict == .approve && !terms.isRequester($0.person.name) }.map(\.person)
  }

  /// The requester's human's own yes to a step-up.
  public var confirmation: Answer? {
    answers.last { $0.verdict == .approve && terms.isRequester($0.person.name) }
  }

  /// Who said no, if somebody did.
  public var denial: Answer? { answers.last { $0.verdict == .deny } }

  /// Takes an answer that counts, or says why it does not. Yes leaves it pending until `approve`
  /// or another answer; no ends it.
  public mutating func answer(_ answer: Answer) throws(ApprovalRefusal) {
    try check(answer)
    var answer = answer
    answer.reason = answer.reason.map { $0.prefix(utf8Bytes: Self.reasonBytesMax) }
    answers.append(answer)
    if answer.verdict == .deny { end(.denied, at: answer.at) }
  }

  /// Enough people said yes.
  public mutating func approve(at now: Int64) throws(ApprovalRefusal) {
    guard state == .pending else { throw .over(id, state) }
    guard now < deadline else { throw .over(id, .expired) }
    guard answers.contains(where: { $0.verdict == .approve }) else { throw .unanswered(id) }
    state = .approved
  }

  /// Uses it up for one call.
  /// - Parameter terms: those of the call; any difference is refused.
  public mutating func use(
    by call: String, on terms: ApprovalTerms, at now: Int64
  ) throws(ApprovalRefusal) {
    guard state == .approved else { throw .over(id, state) }
    guard terms == self.terms else { throw .otherTerms(id) }
    guard now < deadline else { throw .over(id, .expired) }
    usedBy = call
    end(.used, at: now)
  }

  /// Ends it when its time has come.
  /// - Returns: whether it did.
  public mutating func expire(at now: Int64) -> Bool {
    guard isOpen, now >= deadline else { return false }
    end(.expired, at: now)
    return true
  }

  /// What it was bound to is no more, or somebody took it back.
  public mutating func void(_ reason: String, at now: Int64) throws(ApprovalRefusal) {
    guard isOpen else { throw .over(id, state) }
    voidedFor = reason
    end(.voided, at: now)
  }

  /// The call that it was used up for was not made.
  public mutating func unmake(_ reason: String) throws(ApprovalRefusal) {
    guard state == .used else { throw .over(id, state) }
    voidedFor = reason
  }

  /// Forgets the values of the arguments; their digest stays.
  mutating func eraseArguments() {
    ask.arguments = []
    ask.salt = ""
  }

  private mutating func end(_ state: State, at now: Int64) {
    self.state = state
    endedAt = now
    isOnRecord = false
  }
}

extension String {
  /// No more than so many bytes of it, cut between characters.
  func prefix(utf8Bytes count: Int) -> String {
    guard utf8.count > count else { return self }
    var bytes = 0
    return String(
      prefix {
        bytes += $0.utf8.count
        return bytes <= count
      })
  }
}
