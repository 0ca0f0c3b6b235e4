import Storage

/// What was in force at a moment, as far as the index knows: versions, and where their records
/// begin.
public struct InForce: Sendable, Equatable {
  /// A version.
  public struct Version: Sendable, Equatable {
    /// The digest that names it.
    public var digest: String
    /// Of the first of its records; nil where they are not all in the ledger.
    public var sequence: Int64?

    /// A version.
    public init(digest: String, sequence: Int64?) {
      self.digest = digest
      self.sequence = sequence
    }
  }

  /// The moment, in microseconds since 1970-01-01 UTC.
  public var time: Int64
  /// The policies.
  public var policies: Version?
  /// What policies could ask about.
  public var entities: Version?
  /// Who might connect.
  public var agents: Version?
  /// The newest decision that was made until then under the same configuration.
  public var decision: Int64?
}

extension AuditIndex {
  /// What was in force at a time: what the records until then say last.
  /// - Parameter time: microseconds since 1970-01-01 UTC; nil for the newest record's.
  public func inForce(at time: Int64?) throws(AuditError) -> InForce {
    try storing { () throws(StorageError) in
      try reading { () throws(StorageError) in
        let time = try min(time ?? .max, state().newestTime)
        var found = InForce(time: time)
        found.policies = try version(
          "policies", time, changes: "policies",
          further: """
            UNION ALL SELECT sequence, policy_version FROM lifecycle
            WHERE event = 'started' AND policy_version IS NOT NULL AND time <= ?
            """)
        found.entities = try version("entities", time, changes: "tools")
        found.agents = try version("agents", time, changes: "agents")
        found.decision = try decision(at: time)
        return found
      }
    }
  }

  private func version(
    _ part: String, _ time: Int64, changes: String, further: String = ""
  ) throws(StorageError) -> InForce.Version? {
    let values: [SQLValue] = [.text(part), .integer(time), .text(changes), .integer(time)]
    let newest = try database.first(
      """
      SELECT version FROM (
        SELECT sequence, version FROM recorded WHERE part = ? AND time <= ?
        UNION ALL SELECT sequence, after FROM changes
        WHERE part = ? AND event = 'applied' AND after IS NOT NULL AND time <= ?
        \(further)
      ) ORDER BY sequence DESC LIMIT 1
      """, further.isEmpty ? values : values + [.integer(time)]
    ) { $0.text(0) }
    guard let newest else { return nil }
    let sequence = try database.first(
      "SELECT sequence FROM versions WHERE part = ? AND version = ? AND seen = parts",
      [.text(part), .text(newest)]
    ) { $0.integer(0) }
    return InForce.Version(digest: newest, sequence: sequence)
  }

  private func decision(at time: Int64) throws(StorageError) -> Int64? {
    let configured = try database.first(
      """
      SELECT ifnull(max(sequence), -1) FROM (
        SELECT sequence FROM changes
        WHERE part = 'configuration' AND event = 'applied' AND time <= ?
        UNION ALL SELECT sequence FROM lifecycle WHERE event = 'started' AND time <= ?)
      """, [.integer(time), .integer(time)]
    ) { $0.integer(0) }
    let stretch = try database.first(
      "SELECT first, last FROM stretches WHERE earliest <= ? ORDER BY first DESC LIMIT 1",
      [.integer(time)]
    ) { (first: $0.integer(0), last: $0.integer(1)) }
    guard let configured, let stretch else { return nil }
    return try database.first(
      """
      SELECT sequence FROM calls
      WHERE sequence BETWEEN ? AND ? AND time <= ? ORDER BY sequence DESC LIMIT 1
      """,
      [.integer(max(stretch.first, configured + 1)), .integer(stretch.last), .integer(time)]
    ) { $0.integer(0) }
  }
}
