public import JSON
import Storage

/// What left the boundary, and what came back: bytes of arguments and results by server, agent and
/// effect, and exports of the ledger itself.
public struct BoundaryQuestion: LedgerQuestion {
  var scope: CallScope

  /// The parameters that it knows, for requests and `--help`.
  public static let parameters = CallScope.parameters

  /// Reads the parameters of a request.
  /// - Throws: for one that is missing or cannot be read.
  public init(_ parameters: QuestionParameters) throws(QuestionError) {
    scope = try CallScope(parameters)
  }

  /// Asks an index that has caught up.
  /// - Parameter now: microseconds since 1970, from which `30m` counts back.
  public func answer(from index: AuditIndex, now: Int64) throws(AuditError) -> BoundaryAnswer {
    var conditions = CallConditions(scope, now: now)
    conditions.add("decision = 1 AND shown IS NULL AND server IS NOT NULL")
    var exported = CallConditions()
    if let since = scope.since {
      exported.add("time >= ?", [.integer(since.microseconds(before: now))])
    }
    if let until = scope.until {
      exported.add("time < ?", [.integer(until.microseconds(before: now))])
    }
    return try index.storing { () throws(StorageError) in
      try index.reading { () throws(StorageError) in
        var groups: [Key: BoundaryAnswer.Row] = [:]
        // Not grouped by SQLite, which would sort all calls.
        try index.database.each(
          """
          SELECT server, agent, effect, outcome IS NULL, sent, received, time FROM calls
          \(conditions.clause)
          """, conditions.values
        ) { row in
          groups[Key(row), default: BoundaryAnswer.Row(server: "")].take(row)
        }
        var names = NameReader(index.database)
        var rows: [BoundaryAnswer.Row] = []
        for (key, group) in groups {
          var row = group
          row.server = try names.text(key.server) ?? ""
          row.agent = try names.text(key.agent)
          row.effect = try names.text(key.effect)
          rows.append(row)
        }
        rows.sort {
          ($1.sent, $0.server, $0.agent ?? "", $0.effect ?? "")
            < ($0.sent, $1.server, $1.agent ?? "", $1.effect ?? "")
        }
        let exports = try index.database.rows(
          """
          SELECT sequence, time, format, destination, first, last, user FROM exports
          \(exported.clause) ORDER BY sequence
          """, exported.values
        ) { row in
          BoundaryAnswer.Export(
            sequence: row.integer(0), time: row.integer(1), format: row.textIfAny(2),
            destination: row.textIfAny(3), first: row.integerIfAny(4), last: row.integerIfAny(5),
            user: row.textIfAny(6))
        }
        return BoundaryAnswer(rows: rows, exports: exports)
      }
    }
  }
}

private struct Key: Hashable {
  var server: Int64
  var agent: Int64?
  var effect: Int64?

  init(_ row: Row) {
    server = row.integer(0)
    agent = row.integerIfAny(1)
    effect = row.integerIfAny(2)
  }
}

/// What left the boundary.
public struct BoundaryAnswer: LedgerAnswer {
  /// Allowed calls that have server, agent and effect in common, the most bytes first.
  public struct Row: Sendable, Equatable {
    /// Where the arguments went.
    public var server: String
    /// Who sent them.
    public var agent: String?
    /// `read`, `write`, `destructive`, `egress`, `admin`.
    public var effect: String?
    /// How many calls.
    public var calls: Int64 = 0
    /// Those of them without outcome: their arguments may have left.
    public var inDoubt: Int64 = 0
    /// Bytes of arguments.
    public var sent: Int64 = 0
    /// Bytes of results.
    public var received: Int64 = 0
    /// The latest, in microseconds since 1970-01-01 UTC.
    public var last = Int64.min

    init(server: String) { self.server = server }

    mutating func take(_ row: Storage.Row) {
      calls += 1
      inDoubt += row.integer(3)
      sent += row.integer(4)
      received += row.integer(5)
      last = max(last, row.integer(6))
    }
  }

  /// A part of the ledger that was handed out.
  public struct Export: Sendable, Equatable {
    /// Of the record.
    public var sequence: Int64
    /// Microseconds since 1970-01-01 UTC.
    public var time: Int64
    /// For example `jsonl`.
    public var format: String?
    /// Where to.
    public var destination: String?
    /// The first record.
    public var first: Int64?
    /// The last record.
    public var last: Int64?
    /// By which Unix user.
    public var user: String?
  }

  /// By server, agent and effect.
  public var rows: [Row]
  /// Exports of the ledger.
  public var exports: [Export]

  /// Writes the answer as JSON.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.array("rows", rows) { writer, row in
      writer.beginObject()
      writer.member("server", row.server)
      writer.member("agent", row.agent)
      writer.member("effect", row.effect)
      writer.member("calls", row.calls)
      writer.member("inDoubt", row.inDoubt)
      writer.member("bytesSent", row.sent)
      writer.member("bytesReceived", row.received)
      writer.member("last", row.last)
      writer.endObject()
    }
    writer.array("exports", exports) { writer, export in
      writer.beginObject()
      writer.member("sequence", export.sequence)
      writer.member("time", export.time)
      writer.member("format", export.format)
      writer.member("destination", export.destination)
      writer.member("first", export.first)
      writer.member("last", export.last)
      writer.member("user", export.user)
      writer.endObject()
    }
    writer.endObject()
  }
}
