import JSON
import Storage

/// Takes records in their order and writes the tables. Calls are kept until `flush`, so that most
/// rows are written once, with the outcome in them.
struct IndexWriter {
  let database: Database
  var names: NameTable
  var state: IndexState

  /// Calls whose rows are not written yet, in the order of their sequences.
  var rows: [CallRow] = []
  /// The bytes of `rows`.
  var buffer: [UInt8] = []
  /// Where in `rows` a call without outcome is.
  var open: [HexID: Int] = [:]

  /// What one principal is made of; by the JSON of it.
  var principals = ByteMap<PrincipalNames>()
  var skills = ByteMap<Int64>()
  var policySets = ByteMap<Int64>()
  let insertCall: Statement
  let endCall: Statement

  struct PrincipalNames {
    var agent: Int64?
    var human: Int64?
    var tenant: Int64?
    var credential: Int64?
    /// Of the list as JSON.
    var actors: Int64?
  }

  init(_ database: Database, _ state: IndexState) throws(StorageError) {
    self.database = database
    self.state = state
    names = try NameTable(database)
    insertCall = try database.prepare(CallRow.insert)
    endCall = try database.prepare(
      """
      UPDATE calls SET outcome = ?, status = ?, received = ?, duration = ?, result = ?
      WHERE sequence = (
        SELECT max(sequence) FROM calls
        WHERE call = ? AND call_start = ? AND outcome IS NULL AND decision = 1 AND shown IS NULL)
      """)
  }

  /// Begins where another process, or an undone transaction, left the tables.
  mutating func restart(_ state: IndexState) {
    self.state = state
    names.forget()
    principals.removeAll()
    skills.removeAll()
    policySets.removeAll()
    rows.removeAll()
    buffer.removeAll()
    open.removeAll()
  }

  /// Takes the next record. Records before `state.next` were taken already and are passed over.
  mutating func take(_ record: IndexedRecord) throws(StorageError) {
    guard record.sequence >= state.next else { return }
    if state.first == nil {
      state.first = record.sequence
      state.firstDigest = record.digest
    } else if record.sequence > state.next {
      try database.run(
        "INSERT INTO missing VALUES (?, ?)",
        [.integer(state.next), .integer(record.sequence - 1)])
    }
    state.next = record.sequence + 1
    let node = record.node
    guard let kind = node[member: "kind"], let stated = node[member: "time"]?.int64 else {
      return try unreadable(record, "it has no `kind` or no `time`")
    }
    let time = max(-IndexState.integerMax, min(IndexState.integerMax, stated))
    try watch(time, of: record)
    if kind.equals("decision") {
      try takeDecision(record, time)
    } else if kind.equals("outcome") {
      try takeOutcome(record)
    } else if kind.equals("refused") {
      try takeRefused(record, time)
    } else {
      try takeEvent(record, kind.string ?? "", time)
    }
  }

  /// Writes what was kept. Within the transaction in which it was taken.
  mutating func flush(last: IndexedRecord?) throws(StorageError) {
    try writeRows()
    if let last { state.lastDigest = last.digest }
    try state.save(in: database)
  }

  mutating func writeRows() throws(StorageError) {
    try writeStretches()
    try writeSpans()
    let insert = insertCall
    let rows = self.rows
    let failure = buffer.withUnsafeBytes { buffer -> StorageError? in
      do throws(StorageError) {
        for row in rows {
          try row.bind(to: insert, buffer)
          try insert.run()
        }
        return nil
      } catch {
        return error
      }
    }
    self.rows.removeAll(keepingCapacity: true)
    buffer.removeAll(keepingCapacity: true)
    open.removeAll(keepingCapacity: true)
    if let failure { throw failure }
  }

  /// Says between which times the calls are, for every some hundred of them.
  private func writeStretches() throws(StorageError) {
    var start = 0
    while start < rows.count {
      let stretch = rows[start..<min(start + Self.stretchRows, rows.count)]
      var earliest = Int64.max
      var latest = Int64.min
      for row in stretch {
        earliest = min(earliest, row.time)
        latest = max(latest, row.time)
      }
      try database.run(
        "INSERT INTO stretches VALUES (?, ?, ?, ?)",
        [
          .integer(stretch[start].sequence), .integer(stretch[stretch.endIndex - 1].sequence),
          .integer(earliest), .integer(latest),
        ])
      start = stretch.endIndex
    }
  }

  /// Says between which sequences the calls of a run, and of a trace, are.
  private func writeSpans() throws(StorageError) {
    var runs: [Int64: ClosedRange<Int64>] = [:]
    var traces: [Int64: ClosedRange<Int64>] = [:]
    for row in rows where row.shown == nil {
      let here = row.sequence...row.sequence
      if let run = row.run {
        runs[run, default: here] = runs[run, default: here].lowerBound...row.sequence
      }
      if let trace = row.trace?.endKey {
        traces[trace, default: here] = traces[trace, default: here].lowerBound...row.sequence
      }
    }
    try write(runs, "INSERT INTO runs VALUES (?, ?, ?) ON CONFLICT (run)")
    try write(traces, "INSERT INTO traces VALUES (?, ?, ?) ON CONFLICT (trace)")
  }

  private func write(
    _ spans: [Int64: ClosedRange<Int64>], _ insert: String
  ) throws(StorageError) {
    for (id, span) in spans.sorted(by: { $0.key < $1.key }) {
      try database.run(
        insert + " DO UPDATE SET last = excluded.last",
        [.integer(id), .integer(span.lowerBound), .integer(span.upperBound)])
    }
  }

  /// Calls of one row of `stretches`.
  static let stretchRows = 512

  mutating func unreadable(_ record: IndexedRecord, _ reason: String) throws(StorageError) {
    try database.run(
      "INSERT INTO unreadable VALUES (?, ?)", [.integer(record.sequence), .text(reason)])
  }

  /// Notes a clock that went back. Records that loops wrote side by side may differ a little.
  private mutating func watch(_ time: Int64, of record: IndexedRecord) throws(StorageError) {
    if time < state.newestTime - Self.clockToleranceMicroseconds {
      try database.run(
        "INSERT INTO clock_steps VALUES (?, ?, ?)",
        [.integer(record.sequence), .integer(time), .integer(state.newestTime)])
      // From here on by the new clock: one step back is one finding.
      state.newestTime = time
    }
    state.newestTime = max(state.newestTime, time)
  }

  /// How much older than the newest before it a record may be: one second.
  static let clockToleranceMicroseconds: Int64 = 1_000_000
}
