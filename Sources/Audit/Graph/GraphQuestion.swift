import Storage

/// The graph of an incident: of a call with those it is a part of and those that are part of it, of
/// a trace, of a run, or of what an agent did.
public struct GraphQuestion: LedgerQuestion {
  /// What the graph is of.
  enum Subject: Sendable, Equatable {
    /// The identifier, or the end of it.
    case call(String)
    case trace(String)
    case run(String)
    case agent(String)
  }

  var subject: Subject
  var since: AuditTime?
  var until: AuditTime?
  var limit: Int

  /// The parameters that it knows, for requests and `--help`.
  public static let parameters = ["call", "trace", "run", "agent", "since", "until", "limit"]
  /// Nodes of a graph unless a limit is given.
  static let nodesMax = 1_000

  /// Reads the parameters of a request.
  /// - Throws: for one that is missing or cannot be read.
  public init(_ parameters: QuestionParameters) throws(QuestionError) {
    var subjects: [Subject] = []
    if let call = parameters.text("call") { subjects.append(.call(call)) }
    if let trace = parameters.text("trace") { subjects.append(.trace(trace)) }
    if let run = parameters.text("run") { subjects.append(.run(run)) }
    if let agent = parameters.text("agent") { subjects.append(.agent(agent)) }
    guard subjects.count == 1 else {
      throw QuestionError("name one of call, trace, run, agent")
    }
    subject = subjects[0]
    for (name, id) in [("call", parameters.text("call")), ("trace", parameters.text("trace"))] {
      guard let id else { continue }
      guard HexID.range(endingIn: id) != nil else {
        throw QuestionError("`\(name)` takes hexadecimal digits: the id, or the end of it")
      }
    }
    since = try parameters.time("since")
    until = try parameters.time("until")
    limit = try parameters.integer("limit", in: 20...100_000, default: Self.nodesMax)
  }

  /// Asks an index that has caught up.
  /// - Parameter now: microseconds since 1970, from which `30m` counts back.
  public func answer(from index: AuditIndex, now: Int64) throws(AuditError) -> Graph {
    if case .call(let id) = subject {
      let calls = try index.storing { () throws(StorageError) in
        try GraphReader(index.database).calls(endingIn: id, max: 5)
      }
      guard calls.count < 2 else { throw .ambiguous(id, calls: calls) }
    }
    return try index.storing { () throws(StorageError) in
      try index.reading { () throws(StorageError) in
        var reader = GraphReader(index.database)
        let sequences: [Int64]
        switch subject {
        case .call(let id): sequences = try reader.family(of: id, max: limit)
        case .trace(let id): sequences = try reader.trace(id)
        case .run(let name): sequences = try matching("run", name, index.database, now)
        case .agent(let name): sequences = try matching("agent", name, index.database, now)
        }
        // Each call takes two nodes at least, its own and the decision's.
        let read = sequences.prefix(limit / 2 + 1)
        return Graph(
          calls: try reader.calls(read), nodesMax: limit, omitted: sequences.count - read.count)
      }
    }
  }

  private func matching(
    _ member: String, _ name: String, _ database: Database, _ now: Int64
  ) throws(StorageError) -> [Int64] {
    var conditions = CallConditions()
    conditions.isEqual(member, name)
    conditions.within(since: since, until: until, now: now)
    conditions.add("shown IS NULL")
    return try database.rows(
      "SELECT sequence FROM calls \(conditions.clause) ORDER BY sequence", conditions.values
    ) { $0.integer(0) }
  }
}
