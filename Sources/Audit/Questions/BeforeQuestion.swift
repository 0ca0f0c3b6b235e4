import Storage

/// What happened before a call in the same piece of work: in its trace, else in its session, else
/// what its agent did in the hour before.
public struct BeforeQuestion: Sendable, Equatable {
  /// The call's identifier.
  var call: String
  /// The newest calls that are told.
  var limit: Int

  /// Asks about a call.
  public init(call: String, limit: Int = 20) {
    self.call = call
    self.limit = limit
  }

  /// Asks an index that has caught up.
  /// - Returns: nil when the call is not on record.
  public func answer(from index: AuditIndex) throws(AuditError) -> BeforeAnswer? {
    try index.storing { () throws(StorageError) in
      try index.reading { () throws(StorageError) in
        let database = index.database
        guard let start = try Start(of: call, in: database) else { return nil }
        for (basis, condition, values) in start.ways {
          let sequences = try database.rows(
            """
            SELECT sequence FROM calls WHERE \(condition) AND sequence < ? AND shown IS NULL
            ORDER BY sequence
            """, values + [.integer(start.sequence)]
          ) { $0.integer(0) }
          guard !sequences.isEmpty || basis == .agent else { continue }
          var reader = GraphReader(database)
          let told = sequences.suffix(limit)
          return BeforeAnswer(
            basis: basis, calls: try reader.calls(told), omitted: sequences.count - told.count)
        }
        return nil
      }
    }
  }

  /// The first decision about the call.
  private struct Start {
    private static let hour: Int64 = 3_600_000_000
    private static let day: Int64 = 24 * hour

    var sequence: Int64
    var time: Int64
    var trace: HexID?
    var session: Int64?
    var agent: Int64?

    init?(of call: String, in database: Database) throws(StorageError) {
      var digits = call
      guard let id = digits.withUTF8({ HexID(hex: UnsafeRawBufferPointer($0)) }) else {
        return nil
      }
      let found = try database.first(
        """
        SELECT sequence, time, trace, trace_start, session, agent FROM calls
        WHERE call = ? AND call_start = ? AND shown IS NULL ORDER BY sequence LIMIT 1
        """, [.integer(id.endKey), .integer(id.startKey)]
      ) { row in
        (
          row.integer(0), row.integer(1),
          row.integerIfAny(2).map { HexID(endKey: $0, startKey: row.integer(3)) },
          row.integerIfAny(4), row.integerIfAny(5)
        )
      }
      guard let found else { return nil }
      (sequence, time, trace, session, agent) = found
    }

    /// How earlier calls could belong to it, the surest first.
    var ways: [(BeforeAnswer.Basis, String, [SQLValue])] {
      var ways: [(BeforeAnswer.Basis, String, [SQLValue])] = []
      if let trace {
        ways.append(
          (
            .trace,
            """
            trace = ? AND trace_start = ?
            AND sequence >= (SELECT first FROM traces WHERE traces.trace = ?)
            """,
            [.integer(trace.endKey), .integer(trace.startKey), .integer(trace.endKey)]
          ))
      }
      if let session {
        ways.append((.session, "session = ? AND " + since, [.integer(session)] + from(Self.day)))
      }
      if let agent {
        ways.append((.agent, "agent = ? AND " + since, [.integer(agent)] + from(Self.hour)))
      }
      return ways
    }

    private var since: String {
      """
      sequence >= (SELECT ifnull(min(first), 9e18) FROM stretches WHERE latest >= ?) AND time >= ?
      """
    }

    private func from(_ span: Int64) -> [SQLValue] {
      [.integer(time - span), .integer(time - span)]
    }
  }
}

/// What happened before a call.
public struct BeforeAnswer: Sendable, Equatable {
  /// How the calls belong together.
  public enum Basis: String, Sendable {
    case trace, session, agent
  }

  /// How the calls belong together.
  public var basis: Basis
  /// The newest of them, in their order.
  public var calls: [GraphCall]
  /// Older ones that are left out.
  public var omitted: Int
}
