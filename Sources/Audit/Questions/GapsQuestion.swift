public import JSON
import Storage

/// What the ledger does not say, or says in a way that wants an explanation: calls in doubt,
/// missing records, records cut off, ends without a stop, a clock that went back.
public struct GapsQuestion: LedgerQuestion {
  var since: AuditTime?
  var until: AuditTime?
  var limit: Int

  /// The parameters that it knows, for requests and `--help`.
  public static let parameters = ["since", "until", "limit"]

  /// Reads the parameters of a request.
  /// - Throws: for one that is missing or cannot be read.
  public init(_ parameters: QuestionParameters) throws(QuestionError) {
    since = try parameters.time("since")
    until = try parameters.time("until")
    limit = try parameters.integer("limit", in: 1...100_000, default: 1000)
  }

  /// Asks an index that has caught up.
  /// - Parameter now: microseconds since 1970, from which `30m` counts back.
  public func answer(from index: AuditIndex, now: Int64) throws(AuditError) -> GapsAnswer {
    try index.storing { () throws(StorageError) in
      try index.reading { () throws(StorageError) in
        let state = try index.state()
        let found =
          try Self.missing(index.database, state) + Self.recovered(index.database)
          + Self.deaths(index.database) + Self.clock(index.database)
          + Self.unreadable(index.database) + Self.inDoubt(index.database, limit)
        let from = since?.microseconds(before: now) ?? .min
        let to = until?.microseconds(before: now) ?? .max
        let wanted = found.filter { gap in gap.time.map { $0 >= from && $0 < to } ?? true }
          .sorted { $0.sequence < $1.sequence }
        var answer = GapsAnswer(rows: Array(wanted.suffix(limit)))
        answer.records = state.next - (state.first ?? 0)
        answer.omitted = wanted.count - answer.rows.count
        return answer
      }
    }
  }

  /// Records that are not there: in the middle, or before the first one kept.
  private static func missing(
    _ database: Database, _ state: IndexState
  ) throws(StorageError) -> [GapsAnswer.Row] {
    var found = try database.rows("SELECT first, last FROM missing") { row in
      GapsAnswer.Row(
        kind: .missing, sequence: row.integer(0), last: row.integer(1),
        detail: "there are no records of these sequences")
    }
    guard let first = state.first, first > 0 else { return found }
    let rule = try database.first(
      "SELECT rule FROM retentions WHERE part = 'records' AND last >= ? LIMIT 1",
      [.integer(first - 1)]
    ) { $0.textIfAny(0) ?? "by rule" }
    found.append(
      GapsAnswer.Row(
        kind: rule == nil ? .missing : .retained, sequence: 0, last: first - 1,
        detail: rule ?? "no record says that they were let go"))
    return found
  }

  private static func recovered(
    _ database: Database
  ) throws(StorageError) -> [GapsAnswer.Row] {
    try database.rows(
      """
      SELECT sequence, time, event, reason FROM lifecycle
      WHERE event IN ('ledger_recovered', 'clock_stepped')
      """
    ) { row in
      GapsAnswer.Row(
        kind: row.text(2) == "clock_stepped" ? .clock : .recovered, sequence: row.integer(0),
        time: row.integer(1), detail: row.text(3))
    }
  }

  /// Starts before which the gateway did not stop in order.
  private static func deaths(_ database: Database) throws(StorageError) -> [GapsAnswer.Row] {
    var isRunning = false
    var found: [GapsAnswer.Row] = []
    try database.each(
      """
      SELECT sequence, time, event FROM lifecycle WHERE event IN ('started', 'stopped')
      ORDER BY sequence
      """
    ) { row in
      let isStart = row.text(2) == "started"
      if isStart, isRunning {
        found.append(
          GapsAnswer.Row(
            kind: .notStopped, sequence: row.integer(0), time: row.integer(1),
            detail: "the gateway before this start did not stop in order"))
      }
      isRunning = isStart
    }
    return found
  }

  private static func clock(_ database: Database) throws(StorageError) -> [GapsAnswer.Row] {
    try database.rows("SELECT sequence, time, before FROM clock_steps") { row in
      GapsAnswer.Row(
        kind: .clock, sequence: row.integer(0), time: row.integer(1),
        detail: "the clock is \((row.integer(2) - row.integer(1)) / 1000) ms behind an earlier"
          + " record")
    }
  }

  private static func unreadable(
    _ database: Database
  ) throws(StorageError) -> [GapsAnswer.Row] {
    try database.rows("SELECT sequence, reason FROM unreadable") { row in
      GapsAnswer.Row(kind: .unreadable, sequence: row.integer(0), detail: row.text(1))
    }
  }

  /// Allowed calls without outcome, the latest of them.
  private static func inDoubt(
    _ database: Database, _ limit: Int
  ) throws(StorageError) -> [GapsAnswer.Row] {
    let running = try database.first(
      "SELECT sequence FROM lifecycle WHERE event IN ('started', 'stopped') ORDER BY sequence DESC"
    ) { $0.integer(0) }
    let isRunning = try database.first(
      "SELECT event = 'started' FROM lifecycle WHERE sequence = ?", [SQLValue(running)]
    ) { $0.integer(0) != 0 }
    return try database.rows(
      """
      SELECT sequence, time, call, call_start, \(SQLText.name("agent")),
        \(SQLText.name("server")), \(SQLText.name("tool")), \(SQLText.name("effect"))
      FROM calls INDEXED BY calls_open
      WHERE outcome IS NULL AND decision = 1 AND shown IS NULL
      ORDER BY sequence DESC LIMIT ?
      """, [.integer(Int64(limit) + 1)]
    ) { row in
      let isLate = isRunning == true && row.integer(0) > (running ?? .max)
      let tool = [row.textIfAny(5), row.textIfAny(6)].compactMap(\.self).joined(separator: "__")
      return GapsAnswer.Row(
        kind: isLate ? .underWay : .inDoubt, sequence: row.integer(0), time: row.integer(1),
        call: HexID(endKey: row.integer(2), startKey: row.integer(3)).hex,
        detail: "\(tool) by \(row.text(4))" + (row.textIfAny(7).map { ", \($0)" } ?? ""))
    }
  }
}

/// What the ledger does not say.
public struct GapsAnswer: LedgerAnswer {
  /// One gap.
  public struct Row: Sendable, Equatable {
    /// What is wrong.
    public enum Kind: String, Sendable {
      /// Records that are not there, and none says why.
      case missing
      /// Records that were let go by rule. Not a fault.
      case retained
      /// An allowed call without outcome: whether it had its effect is not known.
      case inDoubt = "in_doubt"
      /// Likewise, but the gateway that decided it may still run. Not a fault.
      case underWay = "under_way"
      /// Opening the ledger cut something off.
      case recovered = "ledger_recovered"
      /// A start without a stop before it.
      case notStopped = "not_stopped"
      /// The clock went back, or was set.
      case clock
      /// A record that the index cannot read.
      case unreadable
      /// The files cannot be read further.
      case damaged
    }

    /// What is wrong.
    public var kind: Kind
    /// Where, or the first record.
    public var sequence: Int64
    /// The last record, where they are several.
    public var last: Int64?
    /// Microseconds since 1970-01-01 UTC; nil where no record says.
    public var time: Int64?
    /// The call.
    public var call: String?
    /// More, for a person.
    public var detail: String

    /// Whether it wants an explanation.
    public var isFault: Bool { kind != .retained && kind != .underWay }
  }

  /// In the order of the records.
  public var rows: [Row]
  /// How many records were looked at.
  public var records: Int64 = 0
  /// Earlier ones that were left out.
  public var omitted = 0

  /// Whether something wants an explanation.
  public var hasFaults: Bool { rows.contains(where: \.isFault) }

  /// Adds that the ledger cannot be read from a sequence on.
  public mutating func add(damage: String, at sequence: Int64) {
    rows.append(Row(kind: .damaged, sequence: sequence, detail: damage))
  }

  /// Writes the answer as JSON.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("records", records)
    writer.array("rows", rows) { writer, row in
      writer.beginObject()
      writer.member("kind", row.kind.rawValue)
      writer.member("isFault", row.isFault)
      writer.member("sequence", row.sequence)
      writer.member("last", row.last)
      writer.member("time", row.time)
      writer.member("call", row.call)
      writer.member("detail", row.detail)
      writer.endObject()
    }
    writer.member("omitted", omitted)
    writer.endObject()
  }
}
