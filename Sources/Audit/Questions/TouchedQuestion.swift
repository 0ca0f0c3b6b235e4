public import JSON
import Storage

/// What a credential, agent, person, skill, tool or server touched: the calls it took part in, and
/// what they may have led to. A call may have been led to by an earlier one when that is its
/// parent, or when it is later in the same session, run or trace.
public struct TouchedQuestion: LedgerQuestion {
  /// What it is about: one of `subjects`, and its name.
  var subject: String
  var name: String
  var since: AuditTime?
  var until: AuditTime?
  var limit: Int

  /// What can be asked about.
  public static let subjects = [
    "credential", "agent", "human", "skill", "tool", "server", "session", "run",
  ]
  /// The parameters that it knows, for requests and `--help`.
  public static let parameters = subjects + ["since", "until", "limit"]

  /// Reads the parameters of a request.
  /// - Throws: for one that is missing or cannot be read.
  public init(_ parameters: QuestionParameters) throws(QuestionError) {
    let given = Self.subjects.filter { parameters.text($0) != nil }
    guard given.count == 1, let name = parameters.text(given[0]) else {
      throw QuestionError("name one of \(Self.subjects.joined(separator: ", "))")
    }
    subject = given[0]
    self.name = name
    since = try parameters.time("since")
    until = try parameters.time("until")
    limit = try parameters.integer("limit", in: 1...100_000, default: 200)
  }

  /// Asks an index that has caught up.
  /// - Parameter now: microseconds since 1970, from which `30m` counts back.
  public func answer(from index: AuditIndex, now: Int64) throws(AuditError) -> TouchedAnswer {
    var direct = CallConditions()
    direct.isEqual(subject, name)
    var conditions = CallConditions()
    conditions.within(since: since, until: until, now: now)
    conditions.add("shown IS NULL")
    var closure = Closure()
    return try index.storing { () throws(StorageError) in
      try index.reading { () throws(StorageError) in
        try index.database.each(
          """
          SELECT \(direct.texts.joined(separator: " AND ")), decision, time, session, run, trace,
            trace_start, call, call_start, parent, parent_start, agent, human, credential, skill,
            server, tool, sent, received
          FROM calls \(conditions.clause) ORDER BY sequence
          """, direct.values + conditions.values
        ) { closure.take($0) }
        return try answer(closure, index, now)
      }
    }
  }

  private func answer(
    _ closure: Closure, _ index: AuditIndex, _ now: Int64
  ) throws(StorageError) -> TouchedAnswer {
    var names = NameReader(index.database)
    var answer = TouchedAnswer(subject: subject, name: name)
    answer.direct = closure.direct
    answer.reached = closure.reached
    answer.denied = closure.denied
    answer.sessions = closure.sessions.count
    answer.runs = closure.runs.count
    for kind in TouchedAnswer.Kind.allCases {
      let found = closure.things.filter { $0.key.kind == kind }
      var rows: [TouchedAnswer.Row] = []
      for (key, tally) in found {
        let name =
          switch kind {
          case .skill: try names.skill(key.id).short
          case .tool: try "\(names.text(key.server) ?? "")__\(names.text(key.id) ?? "")"
          default: try names.text(key.id) ?? ""
          }
        rows.append(TouchedAnswer.Row(kind: kind, name: name, tally: tally))
      }
      rows.sort {
        ($1.tally.direct, $1.tally.reached, $0.name) < ($0.tally.direct, $0.tally.reached, $1.name)
      }
      answer.omitted += max(0, rows.count - limit)
      answer.rows += rows.prefix(limit)
    }
    try addOthers(to: &answer, index, now)
    return answer
  }

  /// Requests that were refused, and approvals that a person gave.
  private func addOthers(
    to answer: inout TouchedAnswer, _ index: AuditIndex, _ now: Int64
  ) throws(StorageError) {
    let from = SQLValue.integer(since?.microseconds(before: now) ?? .min)
    let to = SQLValue.integer(until?.microseconds(before: now) ?? .max)
    let named = "(SELECT id FROM names WHERE text = ?)"
    if ["agent", "human", "credential", "server"].contains(subject) {
      answer.refused =
        try index.database.first(
          "SELECT count(*) FROM refused WHERE \(subject) = \(named) AND time >= ? AND time < ?",
          [.text(name), from, to]
        ) { $0.integer(0) } ?? 0
    }
    if subject == "human" {
      answer.approvals =
        try index.database.first(
          """
          SELECT count(*) FROM approvals WHERE approver = \(named) AND event IN ('approved',
            'denied') AND time >= ? AND time < ?
          """, [.text(name), from, to]
        ) { $0.integer(0) } ?? 0
    }
  }
}

/// What is reached, found in one pass: influence goes forward in time only.
private struct Closure {
  struct Key: Hashable {
    var kind: TouchedAnswer.Kind
    var id: Int64
    var server: Int64 = 0
  }

  var direct: Int64 = 0
  var reached: Int64 = 0
  var denied: Int64 = 0
  var sessions: Set<Int64> = []
  var runs: Set<Int64> = []
  var things: [Key: TouchedAnswer.Tally] = [:]
  private var traces: Set<HexID> = []
  private var calls: Set<HexID> = []

  mutating func take(_ row: Row) {
    let isDirect = row.integer(0) != 0
    guard isDirect || isLedTo(row) else { return }
    guard row.integer(1) == NameTable.Known.allow.id else {
      if isDirect { denied += 1 }
      return
    }
    if isDirect { direct += 1 } else { reached += 1 }
    if let session = row.integerIfAny(3) { sessions.insert(session) }
    if let run = row.integerIfAny(4) { runs.insert(run) }
    if let trace = Self.id(row, 5) { traces.insert(trace) }
    if let call = Self.id(row, 7) { calls.insert(call) }
    for (column, kind) in [
      (11, TouchedAnswer.Kind.agent), (12, .human), (13, .credential), (14, .skill), (15, .server),
    ] {
      if let id = row.integerIfAny(column) { count(Key(kind: kind, id: id), row, isDirect) }
    }
    if let tool = row.integerIfAny(16) {
      count(Key(kind: .tool, id: tool, server: row.integer(15)), row, isDirect)
    }
  }

  private func isLedTo(_ row: Row) -> Bool {
    if direct == 0 { return false }
    if let session = row.integerIfAny(3), sessions.contains(session) { return true }
    if let run = row.integerIfAny(4), runs.contains(run) { return true }
    if let trace = Self.id(row, 5), traces.contains(trace) { return true }
    if let parent = Self.id(row, 9), calls.contains(parent) { return true }
    return false
  }

  private mutating func count(_ key: Key, _ row: Row, _ isDirect: Bool) {
    let time = row.integer(2)
    var tally = things[key] ?? TouchedAnswer.Tally(first: time, last: time)
    if isDirect { tally.direct += 1 } else { tally.reached += 1 }
    tally.sent += row.integer(17)
    tally.received += row.integer(18)
    tally.first = min(tally.first, time)
    tally.last = max(tally.last, time)
    things[key] = tally
  }

  private static func id(_ row: Row, _ column: Int) -> HexID? {
    row.integerIfAny(column).map { HexID(endKey: $0, startKey: row.integer(column + 1)) }
  }
}

/// What something touched.
public struct TouchedAnswer: LedgerAnswer {
  /// What can be touched.
  public enum Kind: String, Sendable, CaseIterable {
    case agent, human, credential, skill, server, tool
  }

  /// Counts over allowed calls.
  public struct Tally: Sendable, Equatable {
    /// Calls in which the subject took part.
    public var direct: Int64 = 0
    /// Calls that these may have led to.
    public var reached: Int64 = 0
    /// Bytes of arguments.
    public var sent: Int64 = 0
    /// Bytes of results.
    public var received: Int64 = 0
    /// Microseconds since 1970-01-01 UTC.
    public var first: Int64
    /// Microseconds since 1970-01-01 UTC.
    public var last: Int64
  }

  /// One thing that was touched.
  public struct Row: Sendable, Equatable {
    /// What it is.
    public var kind: Kind
    /// Its name.
    public var name: String
    /// The calls.
    public var tally: Tally
  }

  /// What was asked about: `agent` and the like.
  public var subject: String
  /// Its name.
  public var name: String
  /// Allowed calls in which it took part.
  public var direct: Int64 = 0
  /// Allowed calls that these may have led to.
  public var reached: Int64 = 0
  /// Its calls that were denied or asked about.
  public var denied: Int64 = 0
  /// Its requests that were refused before policy.
  public var refused: Int64 = 0
  /// Approvals that the person gave or denied.
  public var approvals: Int64 = 0
  /// Sessions among these calls.
  public var sessions = 0
  /// Runs among these calls.
  public var runs = 0
  /// By kind; the most direct calls first.
  public var rows: [Row] = []
  /// Rows beyond those that were asked for.
  public var omitted = 0

  init(subject: String, name: String) {
    self.subject = subject
    self.name = name
  }

  /// Writes the answer as JSON.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("subject", subject)
    writer.member("name", name)
    writer.member("direct", direct)
    writer.member("reached", reached)
    writer.member("denied", denied)
    writer.member("refused", refused)
    writer.member("approvals", approvals)
    writer.member("sessions", sessions)
    writer.member("runs", runs)
    writer.array("rows", rows) { writer, row in
      writer.beginObject()
      writer.member("kind", row.kind.rawValue)
      writer.member("name", row.name)
      writer.member("direct", row.tally.direct)
      writer.member("reached", row.tally.reached)
      writer.member("bytesSent", row.tally.sent)
      writer.member("bytesReceived", row.tally.received)
      writer.member("first", row.tally.first)
      writer.member("last", row.tally.last)
      writer.endObject()
    }
    writer.member("omitted", omitted)
    writer.endObject()
  }
}
