public import JSON
import Storage

/// Who did something: the agents, on whose behalf and under which skill they called.
public struct WhoQuestion: LedgerQuestion {
  /// Which calls.
  var scope: CallScope
  /// `allow`, `deny` or `ask`; nil for all.
  var decision: String?
  var limit: Int

  /// The parameters that it knows, for requests and `--help`.
  public static let parameters = CallScope.parameters + ["decision", "limit"]

  /// Reads the parameters of a request.
  /// - Throws: for one that is missing or cannot be read.
  public init(_ parameters: QuestionParameters) throws(QuestionError) {
    scope = try CallScope(parameters)
    decision = try parameters.choice("decision", of: ["allow", "deny", "ask"])
    limit = try parameters.integer("limit", in: 1...100_000, default: 200)
  }

  /// Asks an index that has caught up.
  /// - Parameter now: microseconds since 1970, from which `30m` counts back.
  public func answer(from index: AuditIndex, now: Int64) throws(AuditError) -> WhoAnswer {
    var conditions = CallConditions(scope, now: now)
    conditions.add("shown IS NULL")
    if let decision {
      conditions.add("decision = (SELECT id FROM names WHERE text = ?)", [.text(decision)])
    }
    return try index.storing { () throws(StorageError) in
      try index.reading { () throws(StorageError) in
        var groups: [Key: Tally] = [:]
        // Not grouped by SQLite, which would sort all calls.
        try index.database.each(
          """
          SELECT sequence, time, decision, agent, human, skill, server, tool FROM calls
          \(conditions.clause)
          """, conditions.values
        ) { groups[Key($0), default: Tally()].take($0) }
        let latest = groups.sorted { $0.value.lastSequence > $1.value.lastSequence }
        var names = NameReader(index.database)
        var rows: [WhoAnswer.Row] = []
        for (key, tally) in latest.prefix(limit) {
          rows.append(try row(key, tally, &names, index.database))
        }
        return WhoAnswer(rows: rows, omitted: groups.count - rows.count)
      }
    }
  }

  private func row(
    _ key: Key, _ tally: Tally, _ names: inout NameReader, _ database: Database
  ) throws(StorageError) -> WhoAnswer.Row {
    let call = try database.first(
      "SELECT call, call_start FROM calls WHERE sequence = ?", [.integer(tally.lastSequence)]
    ) { HexID(endKey: $0.integer(0), startKey: $0.integer(1)).hex }
    return WhoAnswer.Row(
      agent: try names.text(key.agent), human: try names.text(key.human),
      skill: try names.skill(key.skill), server: try names.text(key.server),
      tool: try names.text(key.tool), allowed: tally.allowed, denied: tally.denied,
      asked: tally.asked, first: tally.first, last: tally.last, lastCall: call ?? "")
  }

  private struct Key: Hashable {
    var agent: Int64?
    var human: Int64?
    var skill: Int64?
    var server: Int64?
    var tool: Int64?

    init(_ row: Row) {
      agent = row.integerIfAny(3)
      human = row.integerIfAny(4)
      skill = row.integerIfAny(5)
      server = row.integerIfAny(6)
      tool = row.integerIfAny(7)
    }
  }

  private struct Tally {
    var allowed: Int64 = 0
    var denied: Int64 = 0
    var asked: Int64 = 0
    var first = Int64.max
    var last = Int64.min
    var lastSequence: Int64 = 0

    mutating func take(_ row: Row) {
      switch row.integer(2) {
      case NameTable.Known.allow.id: allowed += 1
      case NameTable.Known.deny.id: denied += 1
      default: asked += 1
      }
      first = min(first, row.integer(1))
      last = max(last, row.integer(1))
      lastSequence = max(lastSequence, row.integer(0))
    }
  }
}

/// Who did something.
public struct WhoAnswer: LedgerAnswer {
  /// Calls that have who and what in common, the latest first.
  public struct Row: Sendable, Equatable {
    /// The agent.
    public var agent: String?
    /// For whom it acted.
    public var human: String?
    /// Under which skill, as the client said.
    public var skill: SkillName
    /// The server.
    public var server: String?
    /// The tool.
    public var tool: String?
    /// Decisions `allow`.
    public var allowed: Int64
    /// Decisions `deny`.
    public var denied: Int64
    /// Decisions `ask`.
    public var asked: Int64
    /// Microseconds since 1970-01-01 UTC.
    public var first: Int64
    /// Microseconds since 1970-01-01 UTC.
    public var last: Int64
    /// The identifier of the latest of them.
    public var lastCall: String
  }

  /// At most as many as were asked for.
  public var rows: [Row]
  /// How many more there are.
  public var omitted: Int

  /// Writes the answer as JSON.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.array("rows", rows) { writer, row in
      writer.beginObject()
      writer.member("agent", row.agent)
      writer.member("human", row.human)
      row.skill.write("skill", to: &writer)
      writer.member("server", row.server)
      writer.member("tool", row.tool)
      writer.member("allowed", row.allowed)
      writer.member("denied", row.denied)
      writer.member("asked", row.asked)
      writer.member("first", row.first)
      writer.member("last", row.last)
      writer.member("lastCall", row.lastCall)
      writer.endObject()
    }
    writer.member("omitted", omitted)
    writer.endObject()
  }
}
