public import JSON
import Storage

/// How people answer when they are asked for approval: how often, how long it takes, and how often
/// so quickly that they can hardly have read what they approved.
public struct ApprovalsQuestion: LedgerQuestion {
  var since: AuditTime?
  var until: AuditTime?
  var approver: String?
  /// Answers within so many seconds are counted as fast.
  var fastSeconds: Int

  /// The parameters that it knows, for requests and `--help`.
  public static let parameters = ["approver", "fast", "since", "until"]

  /// Reads the parameters of a request.
  /// - Throws: for one that is missing or cannot be read.
  public init(_ parameters: QuestionParameters) throws(QuestionError) {
    since = try parameters.time("since")
    until = try parameters.time("until")
    approver = parameters.text("approver")
    fastSeconds = try parameters.integer("fast", in: 1...86_400, default: 5)
  }

  /// Asks an index that has caught up.
  /// - Parameter now: microseconds since 1970, from which `30m` counts back.
  public func answer(from index: AuditIndex, now: Int64) throws(AuditError) -> ApprovalsAnswer {
    var conditions = CallConditions()
    if let since { conditions.add("time >= ?", [.integer(since.microseconds(before: now))]) }
    if let until { conditions.add("time < ?", [.integer(until.microseconds(before: now))]) }
    var answer = ApprovalsAnswer(fastSeconds: fastSeconds)
    var people: [String: Answers] = [:]
    try index.storing { () throws(StorageError) in
      try index.reading { () throws(StorageError) in
        try index.database.each(
          """
          SELECT event, \(SQLText.name("approver")), waited, time FROM approvals
          \(conditions.clause) ORDER BY sequence
          """, conditions.values
        ) { row in
          let event = row.text(0)
          answer.events[event, default: 0] += 1
          guard event == "approved" || event == "denied" else { return }
          let person = row.text(1)
          guard approver == nil || person == approver else { return }
          people[person, default: Answers()].take(
            isApproval: event == "approved", waited: row.integerIfAny(2), time: row.integer(3))
        }
      }
    }
    answer.rows = people.map { $1.row(of: $0, fast: Int64(fastSeconds) * 1_000_000) }
      .sorted { ($1.answered, $0.approver) < ($0.answered, $1.approver) }
    return answer
  }
}

/// What one person answered.
private struct Answers {
  private var approved: Int64 = 0
  private var denied: Int64 = 0
  private var waited: [Int64] = []
  private var times: [Int64] = []

  mutating func take(isApproval: Bool, waited: Int64?, time: Int64) {
    if isApproval { approved += 1 } else { denied += 1 }
    if let waited { self.waited.append(waited) }
    times.append(time)
  }

  func row(of person: String, fast: Int64) -> ApprovalsAnswer.Row {
    let sorted = waited.sorted()
    let times = self.times.sorted()
    return ApprovalsAnswer.Row(
      approver: person, approved: approved, denied: denied,
      medianWaited: Self.rank(sorted, 50), p90Waited: Self.rank(sorted, 90),
      fast: Int64(sorted.prefix { $0 < fast }.count), busiestHour: Self.busiestHour(times),
      first: times.first ?? 0, last: times.last ?? 0)
  }

  /// The nearest rank.
  private static func rank(_ sorted: [Int64], _ percent: Int) -> Int64? {
    guard !sorted.isEmpty else { return nil }
    return sorted[(sorted.count * percent + 99) / 100 - 1]
  }

  /// The most answers within any hour.
  private static func busiestHour(_ times: [Int64]) -> Int64 {
    var most = 0
    var start = 0
    for end in times.indices {
      while times[end] - times[start] >= 3_600_000_000 { start += 1 }
      most = max(most, end - start + 1)
    }
    return Int64(most)
  }
}

/// How people answer.
public struct ApprovalsAnswer: LedgerAnswer {
  /// One person, the one with the most answers first.
  public struct Row: Sendable, Equatable {
    /// The person.
    public var approver: String
    /// Answers that approve.
    public var approved: Int64
    /// Answers that deny.
    public var denied: Int64
    /// From request to answer in microseconds, nearest rank; nil when no record says.
    public var medianWaited: Int64?
    /// Likewise.
    public var p90Waited: Int64?
    /// Answers in less than `fastSeconds`.
    public var fast: Int64
    /// The most answers within any hour.
    public var busiestHour: Int64
    /// The first answer, in microseconds since 1970-01-01 UTC.
    public var first: Int64
    /// The last answer, likewise.
    public var last: Int64

    /// All answers.
    public var answered: Int64 { approved + denied }
    /// Answers a day between the first and the last; of less than a day, all of them.
    public var perDay: Double {
      Double(answered) / max(1, Double(last - first) / 86_400_000_000)
    }
  }

  /// Below how many seconds an answer is fast.
  public var fastSeconds: Int
  /// How many records there are of each event.
  public var events: [String: Int64] = [:]
  /// By approver.
  public var rows: [Row] = []

  init(fastSeconds: Int) { self.fastSeconds = fastSeconds }

  /// Writes the answer as JSON.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("fastSeconds", fastSeconds)
    writer.name("events")
    writer.beginObject()
    for (event, count) in events.sorted(by: { $0.key < $1.key }) { writer.member(event, count) }
    writer.endObject()
    writer.array("rows", rows) { writer, row in
      writer.beginObject()
      writer.member("approver", row.approver)
      writer.member("answered", row.answered)
      writer.member("approved", row.approved)
      writer.member("denied", row.denied)
      writer.member("medianWaitedMicroseconds", row.medianWaited)
      writer.member("p90WaitedMicroseconds", row.p90Waited)
      writer.member("fast", row.fast)
      writer.member("busiestHour", row.busiestHour)
      writer.name("perDay")
      writer.double(row.perDay)
      writer.member("first", row.first)
      writer.member("last", row.last)
      writer.endObject()
    }
    writer.endObject()
  }
}
