import JSON
import Storage

/// Reads calls from the index.
struct GraphReader {
  private let database: Database
  private var names: NameReader
  private var policySets: [Int64: [String]] = [:]

  init(_ database: Database) {
    self.database = database
    names = NameReader(database)
  }

  /// The identifiers that end so, at most `max` of them.
  func calls(endingIn id: String, max: Int) throws(StorageError) -> [String] {
    guard let range = HexID.range(endingIn: id) else { return [] }
    let found = try database.rows(
      """
      SELECT DISTINCT call, call_start FROM calls WHERE call BETWEEN ? AND ? AND shown IS NULL
      LIMIT 1000
      """, [.integer(range.first.endKey), .integer(range.last.endKey)]
    ) { HexID(endKey: $0.integer(0), startKey: $0.integer(1)).hex }
    return Array(found.filter { $0.hasSuffix(id.lowercased()) }.prefix(max))
  }

  /// The sequences of a call, of those it is a part of, and of those that are part of it.
  /// - Parameter max: sequences beyond which no more are looked for.
  func family(of id: String, max: Int) throws(StorageError) -> [Int64] {
    guard let range = HexID.range(endingIn: id) else { return [] }
    var found: Set<Int64> = []
    var seen: Set<HexID> = []
    let named = try rows(
      "call BETWEEN ? AND ?", [range.first.endKey, range.last.endKey]
    ).filter { $0.call.hex.hasSuffix(id.lowercased()) }
    var ancestors = named
    while let row = ancestors.popLast(), found.count < max {
      found.insert(row.sequence)
      guard let parent = row.parent, seen.insert(parent).inserted else { continue }
      ancestors += try calls(parent)
    }
    var parents = named.map(\.call)
    var expanded: Set<HexID> = []
    while let parent = parents.popLast(), found.count < max {
      guard expanded.insert(parent).inserted else { continue }
      for row in try rows(
        "parent = ? AND parent_start = ?", [parent.endKey, parent.startKey])
      {
        found.insert(row.sequence)
        parents.append(row.call)
      }
    }
    return found.sorted()
  }

  /// The sequences of the calls of a trace.
  func trace(_ id: String) throws(StorageError) -> [Int64] {
    guard let range = HexID.range(endingIn: id) else { return [] }
    return try database.rows(
      """
      SELECT sequence, calls.trace, trace_start
      FROM traces CROSS JOIN calls
        ON sequence BETWEEN first AND last AND calls.trace = traces.trace
      WHERE traces.trace BETWEEN ? AND ? AND shown IS NULL
      """, [.integer(range.first.endKey), .integer(range.last.endKey)]
    ) { ($0.integer(0), HexID(endKey: $0.integer(1), startKey: $0.integer(2))) }
    .filter { $0.1.hex.hasSuffix(id.lowercased()) }.map(\.0).sorted()
  }

  private func calls(_ id: HexID) throws(StorageError) -> [Found] {
    try rows("call = ? AND call_start = ?", [id.endKey, id.startKey])
  }

  private struct Found {
    var sequence: Int64
    var call: HexID
    var parent: HexID?
  }

  private func rows(_ condition: String, _ values: [Int64]) throws(StorageError) -> [Found] {
    try database.rows(
      """
      SELECT sequence, call, call_start, parent, parent_start FROM calls
      WHERE \(condition) AND shown IS NULL ORDER BY sequence
      """, values.map { .integer($0) }
    ) { row in
      Found(
        sequence: row.integer(0), call: HexID(endKey: row.integer(1), startKey: row.integer(2)),
        parent: row.id(3))
    }
  }

  /// What is known of the decisions with these sequences, in their order.
  mutating func calls(_ sequences: some Sequence<Int64>) throws(StorageError) -> [GraphCall] {
    var calls: [GraphCall] = []
    for sequence in sequences {
      if let call = try call(sequence) { calls.append(call) }
    }
    return calls
  }

  private mutating func call(_ sequence: Int64) throws(StorageError) -> GraphCall? {
    let found = try database.first(
      """
      SELECT time, call, call_start, trace, trace_start, parent, parent_start, sent, arguments,
        outcome, duration, received, result, skill, policy_set, agent, human, tenant, credential,
        session, run, server, tool, tool_digest, effect, method, decision, reason, remedies,
        policy_version, status, actors
      FROM calls WHERE sequence = ?
      """, [.integer(sequence)]
    ) { Raw($0) }
    guard let found else { return nil }
    var call = found.call
    call.sequence = sequence
    call.skill = try names.skill(found.skill)
    call.policies = try policies(found.policySet)
    var texts: [String?] = []
    for id in found.names { texts.append(try names.text(id)) }
    call.agent = texts[0]
    call.human = texts[1]
    call.tenant = texts[2]
    call.credential = texts[3]
    call.session = texts[4]
    call.run = texts[5]
    call.server = texts[6]
    call.tool = texts[7]
    call.toolDigest = texts[8]
    call.effect = texts[9]
    call.method = texts[10]
    call.decision = texts[11] ?? ""
    call.reason = texts[12]
    call.remedies = texts[13]
    call.policyVersion = texts[14]
    call.outcome?.status = texts[15]
    let actors = texts[16].flatMap { try? JSONDocument(parsing: Array($0.utf8)) }
    call.actors = actors?.root.elements.compactMap(\.string) ?? []
    call.approvals = try approvals(found.id)
    call.arguments.isErased = try isErased(sequence, "arguments")
    if let outcome = call.outcome?.sequence {
      call.outcome?.result.isErased = try isErased(outcome, "result")
    }
    return call
  }

  /// A row of `calls` before its numbers are texts.
  private struct Raw {
    var call: GraphCall
    var id: HexID
    var skill: Int64?
    var policySet: Int64?
    var names: [Int64?]

    init(_ row: Row) {
      id = HexID(endKey: row.integer(1), startKey: row.integer(2))
      call = GraphCall(sequence: 0, time: row.integer(0), call: id.hex, decision: "")
      call.trace = row.id(3)?.hex
      call.parent = row.id(5)?.hex
      call.arguments.bytes = row.integerIfAny(7)
      call.arguments.digest = row.digest(8)
      if let outcome = row.integerIfAny(9) {
        call.outcome = GraphCall.Outcome(
          sequence: outcome, status: nil, duration: row.integerIfAny(10),
          result: GraphCall.Payload(bytes: row.integerIfAny(11), digest: row.digest(12)))
      }
      skill = row.integerIfAny(13)
      policySet = row.integerIfAny(14)
      names = (15...31).map { row.integerIfAny($0) }
    }
  }

  private mutating func policies(_ set: Int64?) throws(StorageError) -> [String] {
    guard let set else { return [] }
    if let known = policySets[set] { return known }
    let text = try database.first(
      "SELECT policies FROM policy_sets WHERE id = ?", [.integer(set)]
    ) { $0.text(0) }
    let document = text.flatMap { try? JSONDocument(parsing: Array($0.utf8)) }
    let policies = document?.root.elements.compactMap(\.string) ?? []
    policySets[set] = policies
    return policies
  }

  /// Every event of the approvals that the call asked for or used: the one that used it has another
  /// name than the one that asked.
  private func approvals(_ call: HexID) throws(StorageError) -> [GraphCall.Approval] {
    let key: [SQLValue] = [.integer(call.endKey), .integer(call.startKey)]
    return try database.rows(
      """
      SELECT sequence, time, event, \(SQLText.name("approver")), waited, authentication
      FROM approvals
      WHERE call = ? AND call_start = ? OR approval IN (
        SELECT approval FROM approvals
        WHERE call = ? AND call_start = ? AND approval IS NOT NULL)
      ORDER BY sequence
      """, key + key
    ) { row in
      GraphCall.Approval(
        sequence: row.integer(0), time: row.integer(1), event: row.text(2),
        approver: row.textIfAny(3), authentication: row.textIfAny(5), waited: row.integerIfAny(4))
    }
  }

  private func isErased(_ sequence: Int64, _ role: String) throws(StorageError) -> Bool {
    try database.first(
      "SELECT 1 FROM erasures WHERE record = ? AND role = ?", [.integer(sequence), .text(role)]
    ) { _ in true } ?? false
  }
}

extension Row {
  /// An identifier of this column and the next.
  fileprivate func id(_ column: Int) -> HexID? {
    integerIfAny(column).map { HexID(endKey: $0, startKey: integer(column + 1)) }
  }

  /// A digest as hexadecimal digits.
  fileprivate func digest(_ column: Int) -> String? {
    guard !isNull(column) else { return nil }
    return withBlob(column) { bytes in
      String(
        decoding: bytes.flatMap { [HexDigits.digit($0 >> 4), HexDigits.digit($0 & 15)] },
        as: UTF8.self)
    }
  }
}
