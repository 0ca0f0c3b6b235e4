public import JSON
import Storage

/// What was changed about the gateway, by whom: configuration, policies, tools, agents, upstreams,
/// and definitions that agents may see or not.
public struct ChangesQuestion: LedgerQuestion {
  /// Of what: `configuration`, `policies`, `tools`, `agents`, `upstream`, `pins`; nil for all.
  var part: String?
  var since: AuditTime?
  var until: AuditTime?
  var limit: Int

  static let parts = ["configuration", "policies", "tools", "agents", "upstream", "pins"]
  /// The parameters that it knows, for requests and `--help`.
  public static let parameters = ["of", "since", "until", "limit"]

  /// Reads the parameters of a request.
  /// - Throws: for one that is missing or cannot be read.
  public init(_ parameters: QuestionParameters) throws(QuestionError) {
    part = try parameters.choice("of", of: Self.parts)
    since = try parameters.time("since")
    until = try parameters.time("until")
    limit = try parameters.integer("limit", in: 1...100_000, default: 200)
  }

  /// Asks an index that has caught up.
  /// - Parameter now: microseconds since 1970, from which `30m` counts back.
  public func answer(from index: AuditIndex, now: Int64) throws(AuditError) -> ChangesAnswer {
    try index.storing { () throws(StorageError) in
      try index.reading { () throws(StorageError) in try answer(index.database, now) }
    }
  }

  private func answer(_ database: Database, _ now: Int64) throws(StorageError) -> ChangesAnswer {
    // Read whole, since what a start found depends on what was in force before; there are few.
    var found = try Self.recorded(in: database) + Self.pins(in: database)
    found += try Self.starts(in: database, found)
    found.sort { $0.sequence < $1.sequence }
    let from = since?.microseconds(before: now) ?? .min
    let to = until?.microseconds(before: now) ?? .max
    let wanted = found.filter {
      (part == nil || $0.part == part) && $0.time >= from && $0.time < to
    }
    var answer = ChangesAnswer(rows: Array(wanted.suffix(limit)))
    answer.omitted = wanted.count - answer.rows.count
    for index in answer.rows.indices {
      try answer.rows[index].addItems(from: database)
    }
    return answer
  }

  private static func recorded(
    in database: Database
  ) throws(StorageError) -> [ChangesAnswer.Row] {
    try database.rows(
      """
      SELECT sequence, time, part, event, before, after, user, via, reason, server FROM changes
      """
    ) { row in
      ChangesAnswer.Row(
        sequence: row.integer(0), time: row.integer(1), part: row.text(2), event: row.text(3),
        before: row.textIfAny(4), after: row.textIfAny(5), user: row.textIfAny(6),
        via: row.textIfAny(7), reason: row.textIfAny(8), definition: row.textIfAny(9))
    }
  }

  private static func pins(in database: Database) throws(StorageError) -> [ChangesAnswer.Row] {
    try database.rows(
      """
      SELECT sequence, time, event, before, after, user, via, reason, server, tool, prompt,
        template, part, rule FROM pins
      """
    ) { row in
      let rule = row.textIfAny(13).map { "by the rule \($0)" }
      return ChangesAnswer.Row(
        sequence: row.integer(0), time: row.integer(1), part: "pins", event: row.text(2),
        before: row.textIfAny(3), after: row.textIfAny(4), user: row.textIfAny(5),
        via: row.textIfAny(6), reason: row.textIfAny(7) ?? rule, definition: definition(row))
    }
  }

  /// What a pin is about.
  private static func definition(_ row: Row) -> String {
    let server = row.text(8)
    if let tool = row.textIfAny(9) { return "\(server)__\(tool)" }
    if let prompt = row.textIfAny(10) { return "\(server) prompt:\(prompt)" }
    let part = row.textIfAny(12)
    if let uri = row.textIfAny(11) {
      return "\(server) \(part == "page" ? "page" : "template"):\(uri)"
    }
    return part == "instructions" ? "\(server) instructions" : server
  }

  /// Starts with another version than was in force before: a change while no gateway ran.
  private static func starts(
    in database: Database, _ changes: [ChangesAnswer.Row]
  ) throws(StorageError) -> [ChangesAnswer.Row] {
    let starts = try database.rows(
      """
      SELECT sequence, time, configuration_version, policy_version FROM lifecycle
      WHERE event = 'started' ORDER BY sequence
      """
    ) {
      (
        sequence: $0.integer(0), time: $0.integer(1),
        versions: ["configuration": $0.textIfAny(2), "policies": $0.textIfAny(3)]
      )
    }
    var found: [ChangesAnswer.Row] = []
    for part in ["configuration", "policies"] {
      var applied = changes.filter { $0.part == part && $0.event == "applied" }
        .sorted { $0.sequence < $1.sequence }[...]
      var inForce: String?
      for start in starts {
        while let change = applied.first, change.sequence < start.sequence {
          inForce = change.after ?? inForce
          applied.removeFirst()
        }
        guard let version = start.versions[part] ?? nil else { continue }
        if let before = inForce, before != version {
          found.append(
            ChangesAnswer.Row(
              sequence: start.sequence, time: start.time, part: part, event: "started_with",
              before: before, after: version))
        }
        inForce = version
      }
    }
    return found
  }
}

/// What was changed.
public struct ChangesAnswer: LedgerAnswer {
  /// One change.
  public struct Row: Sendable, Equatable {
    /// Of the record.
    public var sequence: Int64
    /// Microseconds since 1970-01-01 UTC.
    public var time: Int64
    /// `configuration`, `policies`, `tools`, `agents`, `upstream`, `pins`.
    public var part: String
    /// As the record has it; `started_with`: it was changed while no gateway ran.
    public var event: String
    /// The digest before.
    public var before: String?
    /// The digest after.
    public var after: String?
    /// The Unix user who did it.
    public var user: String?
    /// How.
    public var via: String?
    /// Why, or why it was refused.
    public var reason: String?
    /// Of a pin: what it is about. Of an upstream: its name.
    public var definition: String?
    /// What is different, where both versions are on record.
    public var items: [Item] = []

    /// Reads both versions and compares them.
    mutating func addItems(from database: Database) throws(StorageError) {
      guard let recorded = ["policies": "policies", "tools": "entities", "agents": "agents"][part],
        let new = try VersionTexts(database, part: recorded, version: after)
      else { return }
      let old = try VersionTexts(database, part: recorded, version: before)
      // What came first has nothing before it; what is not on record cannot be compared.
      guard let before = old?.items ?? (before == nil ? [:] : nil) else { return }
      for name in Set(before.keys).union(new.items.keys).sorted() {
        guard before[name] != new.items[name] else { continue }
        let change: Item.Change =
          before[name] == nil ? .added : new.items[name] == nil ? .removed : .changed
        let isText = part == "policies"
        items.append(
          Item(
            name: name, change: change,
            lines: isText || change == .changed
              ? TextDifference.unified(before[name] ?? "", new.items[name] ?? "") : []))
      }
    }
  }

  /// A file, tool or agent that is different.
  public struct Item: Sendable, Equatable {
    /// What happened to it.
    public enum Change: String, Sendable { case added, removed, changed }

    /// Its name.
    public var name: String
    /// What happened to it.
    public var change: Change
    /// How, as `diff -u` shows it.
    public var lines: [String]
  }

  /// The latest of those that were asked for, oldest first.
  public var rows: [Row]
  /// Older ones that were left out.
  public var omitted = 0

  /// Writes the answer as JSON.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.array("rows", rows) { writer, row in
      writer.beginObject()
      writer.member("sequence", row.sequence)
      writer.member("time", row.time)
      writer.member("of", row.part)
      writer.member("event", row.event)
      writer.member("definition", row.definition)
      writer.member("before", row.before)
      writer.member("after", row.after)
      writer.member("user", row.user)
      writer.member("via", row.via)
      writer.member("reason", row.reason)
      writer.array("items", row.items) { writer, item in
        writer.beginObject()
        writer.member("name", item.name)
        writer.member("change", item.change.rawValue)
        writer.array("diff", item.lines)
        writer.endObject()
      }
      writer.endObject()
    }
    writer.member("omitted", omitted)
    writer.endObject()
  }
}
