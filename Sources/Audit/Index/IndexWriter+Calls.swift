import JSON
import Storage

extension IndexWriter {
  mutating func takeDecision(_ record: IndexedRecord, _ time: Int64) throws(StorageError) {
    let node = record.node
    guard let id = HexID(node[member: "call"]) else {
      return try unreadable(record, "`call` is not 32 hexadecimal digits")
    }
    var row = CallRow(sequence: record.sequence, time: time, call: id)
    row.decision = try names.id(node[member: "decision"])
    if let principal = node[member: "principal"] {
      let known = try self.principal(principal)
      row.agent = known.agent
      row.human = known.human
      row.actors = known.actors
      row.tenant = known.tenant
      row.credential = known.credential
    }
    row.session = try names.id(node[member: "session"])
    if let claims = node[member: "claims"] {
      row.run = try names.id(claims[member: "run"])
      if let skill = claims[member: "skill"] { row.skill = try self.skill(skill) }
    }
    row.server = try names.id(node[member: "server"])
    row.tool = try names.id(node[member: "tool"])
    row.toolDigest = try names.id(node[member: "tool_digest"])
    row.effect = try names.id(node[member: "effect"])
    row.method = try names.id(node[member: "method"])
    if let policies = node[member: "policies"] { row.policySet = try policySet(policies) }
    row.policyVersion = try names.id(node[member: "policy_version"])
    row.shown = node[member: "shown"]?.int64
    if row.decision != NameTable.Known.allow.id {
      row.reason = try names.id(node[member: "reason"])
      if let remedies = node[member: "remedies"], remedies.kind == .array {
        row.remedies = try names.id(
          text: remedies.elements.compactMap(\.string).joined(separator: ", "))
      }
    }
    if let arguments = node[member: "arguments"] {
      row.sent = arguments[member: "bytes"]?.int64
      row.arguments = keep(digest: arguments[member: "digest"])
    }
    row.trace = node[member: "traceparent"].flatMap(HexID.init(traceparent:))
    row.parent = HexID(node[member: "parent"])
    if row.decision == NameTable.Known.allow.id, row.shown == nil {
      row.olderOpen = open.updateValue(rows.count, forKey: id)
    }
    rows.append(row)
  }

  mutating func takeOutcome(_ record: IndexedRecord) throws(StorageError) {
    let node = record.node
    guard let id = HexID(node[member: "call"]) else {
      return try unreadable(record, "`call` is not 32 hexadecimal digits")
    }
    let status = try names.id(node[member: "status"])
    let result = node[member: "result"]
    let received = result?[member: "bytes"]?.int64
    let duration = node[member: "duration_us"]?.int64
    if let index = open.removeValue(forKey: id) {
      if let older = rows[index].olderOpen { open[id] = older }
      rows[index].outcome = record.sequence
      rows[index].status = status
      rows[index].received = received
      rows[index].duration = duration
      rows[index].result = keep(digest: result?[member: "digest"])
      return
    }
    // Its decision is in the file already, or is not kept any more.
    var digest: [UInt8]?
    result?[member: "digest"]?.stringSlice?.withUnsafeBytes { hex in
      var bytes: [UInt8] = []
      if HexDigits.append(hex, count: 32, to: &bytes) { digest = bytes }
    }
    try endCall.bind([
      .integer(record.sequence), SQLValue(status), SQLValue(received), SQLValue(duration),
      SQLValue(digest), .integer(id.endKey), .integer(id.startKey),
    ])
    try endCall.run()
  }

  mutating func takeRefused(_ record: IndexedRecord, _ time: Int64) throws(StorageError) {
    let node = record.node
    let principal = try node[member: "principal"].map {
      (node) throws(StorageError) in try self.principal(node)
    }
    try database.run(
      "INSERT INTO refused VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      [
        .integer(record.sequence), .integer(time), SQLValue(try names.id(node[member: "refusal"])),
        SQLValue(principal?.agent), SQLValue(principal?.human), SQLValue(principal?.credential),
        SQLValue(try names.id(node[member: "server"])),
        SQLValue(try names.id(node[member: "tool"])), SQLValue(try names.id(node[member: "peer"])),
      ])
  }

  private mutating func principal(_ node: JSONNode) throws(StorageError) -> PrincipalNames {
    let raw = node.raw
    if let known = raw.withUnsafeBytes({ principals[$0] }) { return known }
    let made = PrincipalNames(
      agent: try names.id(node[member: "agent"]), human: try names.id(node[member: "human"]),
      tenant: try names.id(node[member: "tenant"]),
      credential: try names.id(node[member: "credential"]),
      actors: try actors(node[member: "actors"]))
    raw.withUnsafeBytes { principals.insert($0, made) }
    return made
  }

  private mutating func actors(_ node: JSONNode?) throws(StorageError) -> Int64? {
    guard let node, node.kind == .array, node.count > 0 else { return nil }
    return try names.id(text: node.description)
  }

  private mutating func skill(_ node: JSONNode) throws(StorageError) -> Int64? {
    let raw = node.raw
    if let known = raw.withUnsafeBytes({ skills[$0] }) { return known }
    let parts = [
      SQLValue(try names.id(node[member: "name"])), SQLValue(try names.id(node[member: "version"])),
      SQLValue(try names.id(node[member: "digest"])),
    ]
    guard parts.contains(where: { $0 != .null }) else { return nil }
    try database.run("INSERT OR IGNORE INTO skills(name, version, digest) VALUES (?, ?, ?)", parts)
    let id = try database.first(
      "SELECT id FROM skills WHERE name IS ? AND version IS ? AND digest IS ?", parts
    ) { $0.integer(0) }
    if let id { raw.withUnsafeBytes { skills.insert($0, id) } }
    return id
  }

  private mutating func policySet(_ node: JSONNode) throws(StorageError) -> Int64? {
    guard node.count > 0 else { return nil }
    let raw = node.raw
    if let known = raw.withUnsafeBytes({ policySets[$0] }) { return known }
    let text = String(decoding: raw, as: UTF8.self)
    var id = try database.first(
      "SELECT id FROM policy_sets WHERE policies = ?", [.text(text)]
    ) { $0.integer(0) }
    if id == nil {
      try database.run("INSERT INTO policy_sets(policies) VALUES (?)", [.text(text)])
      let made = database.lastInserted
      for policy in node.elements {
        guard let name = try names.id(policy) else { continue }
        try database.run(
          "INSERT OR IGNORE INTO policy_set_members VALUES (?, ?)",
          [.integer(made), .integer(name)])
      }
      id = made
    }
    if let id { raw.withUnsafeBytes { policySets.insert($0, id) } }
    return id
  }

  private mutating func keep(digest node: JSONNode?) -> CallRow.Bytes {
    guard let hex = node?.stringSlice else { return CallRow.Bytes() }
    let start = buffer.count
    guard hex.withUnsafeBytes({ HexDigits.append($0, count: 32, to: &buffer) }) else {
      return CallRow.Bytes()
    }
    return CallRow.Bytes(start: Int32(start), count: 32)
  }
}

extension HexID {
  /// From a text member; nil when it is missing or anything else than 32 hexadecimal digits.
  init?(_ node: JSONNode?) {
    guard let hex = node?.stringSlice,
      let id = hex.withUnsafeBytes({ HexID(hex: $0) })
    else { return nil }
    self = id
  }

  /// The trace of a W3C trace context: `00-`, 32 digits, `-…`.
  init?(traceparent node: JSONNode) {
    guard let text = node.stringSlice, text.count >= 36 else { return nil }
    let id = text.withUnsafeBytes { bytes -> HexID? in
      guard bytes[2] == UInt8(ascii: "-"), bytes[35] == UInt8(ascii: "-") else { return nil }
      return HexID(hex: UnsafeRawBufferPointer(rebasing: bytes[3..<35]))
    }
    guard let id else { return nil }
    self = id
  }
}
