import JSON
import Storage

extension IndexWriter {
  /// Takes the records of which there are few. Kinds that no question needs are passed over.
  mutating func takeEvent(
    _ record: IndexedRecord, _ kind: String, _ time: Int64
  ) throws(StorageError) {
    switch kind {
    case "approval": try takeApproval(record, time)
    case "pin":
      try insert(
        "pins", record, time,
        ["event", "of", "server", "tool", "prompt", "template", "rule", "before", "after"],
        withActor: true)
    case "change":
      try insert(
        "changes", record, time, ["of", "event", "server", "before", "after"], withActor: true)
    case "lifecycle":
      try insert(
        "lifecycle", record, time,
        [
          "event", "reason", "version", "server", "state", "configuration_version",
          "policy_version",
        ])
    case "export":
      try insert(
        "exports", record, time, ["format", "destination", "first", "last"], withActor: true,
        reason: false)
    case "retention": try insert("retentions", record, time, ["of", "first", "last", "rule"])
    case "erasure": try takeErasure(record)
    case "policies", "entities", "agents": try takeVersion(record, kind, time)
    case "key", "person": break
    default: try unreadable(record, "its kind is unknown")
    }
  }

  /// Inserts the members in their order; with the actor, `user`, `via` and `reason` follow.
  private func insert(
    _ table: String, _ record: IndexedRecord, _ time: Int64, _ members: [String],
    withActor: Bool = false, reason: Bool = true
  ) throws(StorageError) {
    let node = record.node
    var values: [SQLValue] = [.integer(record.sequence), .integer(time)]
    for member in members { values.append(SQLValue(member: node[member: member])) }
    if withActor {
      let actor = node[member: "actor"]
      values.append(SQLValue(member: actor?[member: "user"]))
      values.append(SQLValue(member: actor?[member: "via"]))
      if reason { values.append(SQLValue(member: node[member: "reason"])) }
    }
    let marks = Array(repeating: "?", count: values.count).joined(separator: ", ")
    try database.run("INSERT INTO \(table) VALUES (\(marks))", values)
  }

  private mutating func takeApproval(
    _ record: IndexedRecord, _ time: Int64
  ) throws(StorageError) {
    let node = record.node
    let principal = node[member: "principal"]
    let call = HexID(node[member: "call"])
    try database.run(
      "INSERT INTO approvals VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      [
        .integer(record.sequence), .integer(time), SQLValue(member: node[member: "approval"]),
        SQLValue(member: node[member: "event"]), SQLValue(call?.endKey), SQLValue(call?.startKey),
        SQLValue(try names.id(principal?[member: "agent"])),
        SQLValue(try names.id(principal?[member: "human"])),
        SQLValue(try names.id(node[member: "server"])),
        SQLValue(try names.id(node[member: "tool"])),
        SQLValue(try names.id(node[member: "approver"])),
        SQLValue(node[member: "waited_us"]?.int64), SQLValue(member: node[member: "reason"]),
        SQLValue(Self.inWords(node[member: "authentication"])),
      ])
  }

  /// The methods of a sign-in, and its context where there is one.
  private static func inWords(_ authentication: JSONNode?) -> String? {
    guard let authentication else { return nil }
    let methods = authentication[member: "methods"]?.elements.compactMap(\.string) ?? []
    let context = authentication[member: "context"]?.string.map { "at \($0)" }
    let words = methods + [context].compactMap(\.self)
    return words.isEmpty ? nil : words.joined(separator: " ")
  }

  private func takeErasure(_ record: IndexedRecord) throws(StorageError) {
    let node = record.node
    let roles = node[member: "roles"]?.elements.compactMap(\.string) ?? []
    for erased in node[member: "records"]?.elements.compactMap(\.int64) ?? [] {
      for role in roles {
        try database.run(
          "INSERT OR IGNORE INTO erasures VALUES (?, ?, ?)",
          [.integer(erased), .text(role), .integer(record.sequence)])
      }
    }
  }
}

extension SQLValue {
  /// A member that is a text or an integer; null for anything else.
  fileprivate init(member node: JSONNode?) {
    self = SQLValue(node?.string)
    if self == .null { self = SQLValue(node?.int64) }
  }
}
