import Storage

/// A row of `calls` before it is written.
struct CallRow {
  /// Bytes in the batch's buffer; no bytes mean null.
  struct Bytes {
    var start: Int32 = 0
    var count: Int32 = 0
  }

  var sequence: Int64
  var time: Int64
  var decision: Int64?
  var outcome: Int64?
  var agent: Int64?
  var human: Int64?
  var actors: Int64?
  var tenant: Int64?
  var credential: Int64?
  var session: Int64?
  var run: Int64?
  var skill: Int64?
  var server: Int64?
  var tool: Int64?
  var toolDigest: Int64?
  var effect: Int64?
  var method: Int64?
  var status: Int64?
  var sent: Int64?
  var received: Int64?
  var duration: Int64?
  var policySet: Int64?
  var policyVersion: Int64?
  var reason: Int64?
  var remedies: Int64?
  var shown: Int64?
  var call: HexID
  var trace: HexID?
  var parent: HexID?
  var arguments = Bytes()
  var result = Bytes()
  /// Where among the rows the decision about the same call before this one is, if it is open too.
  var olderOpen: Int?

  init(sequence: Int64, time: Int64, call: HexID) {
    self.sequence = sequence
    self.time = time
    self.call = call
  }

  static let insert =
    "INSERT INTO calls VALUES ("
    + Array(repeating: "?", count: 34).joined(separator: ", ") + ")"

  /// Gives the values of the row to the statement `insert`.
  func bind(to statement: Statement, _ buffer: UnsafeRawBufferPointer) throws(StorageError) {
    try statement.bind(0, sequence)
    try statement.bind(1, time)
    try statement.bind(2, call.endKey)
    try statement.bind(3, parent?.endKey)
    try statement.bind(4, decision)
    try statement.bind(5, shown)
    try statement.bind(6, outcome)
    try statement.bind(7, agent)
    try statement.bind(8, human)
    try statement.bind(9, skill)
    try statement.bind(10, server)
    try statement.bind(11, tool)
    try statement.bind(12, effect)
    try statement.bind(13, sent)
    try statement.bind(14, received)
    try statement.bind(15, credential)
    try statement.bind(16, session)
    try statement.bind(17, run)
    try statement.bind(18, policySet)
    try statement.bind(19, trace?.endKey)
    try statement.bind(20, call.startKey)
    try statement.bind(21, parent?.startKey)
    try statement.bind(22, trace?.startKey)
    try statement.bind(23, tenant)
    try statement.bind(24, toolDigest)
    try statement.bind(25, method)
    try statement.bind(26, status)
    try statement.bind(27, duration)
    try statement.bind(28, policyVersion)
    try statement.bind(29, reason)
    try statement.bind(30, remedies)
    try bind(arguments, 31, to: statement, buffer)
    try bind(result, 32, to: statement, buffer)
    try statement.bind(33, actors)
  }

  private func bind(
    _ bytes: Bytes, _ column: Int, to statement: Statement, _ buffer: UnsafeRawBufferPointer
  ) throws(StorageError) {
    guard bytes.count > 0 else { return try statement.bindNull(column) }
    let range = Int(bytes.start)..<Int(bytes.start) + Int(bytes.count)
    try statement.bind(column, borrowing: UnsafeRawBufferPointer(rebasing: buffer[range]))
  }
}
