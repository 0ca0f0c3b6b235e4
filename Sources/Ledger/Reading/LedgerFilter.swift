public import JSON

/// Which records to read. A record must satisfy every condition that is set; one that lacks a
/// member does not satisfy a condition on it.
public struct LedgerFilter: Sendable, Equatable {
  /// Kinds; empty for all.
  public var kinds: Set<LedgerRecord.Kind>
  /// The upstream.
  public var server: String?
  /// The tool.
  public var tool: String?
  /// The decision; only records of kind `decision` have one.
  public var decision: DecisionRecord.Decision?
  /// The agent of the principal. Outcomes have no principal: find them by their call.
  public var agent: String?
  /// The human of the principal.
  public var human: String?
  /// The call's identifier.
  public var call: String?
  /// Microseconds since 1970-01-01 UTC: records of this time and later.
  public var since: Int64?
  /// Microseconds since 1970-01-01 UTC: records before this time.
  public var until: Int64?

  /// Conditions; none unless given.
  public init(
    kinds: Set<LedgerRecord.Kind> = [], server: String? = nil, tool: String? = nil,
    decision: DecisionRecord.Decision? = nil, agent: String? = nil, human: String? = nil,
    call: String? = nil, since: Int64? = nil, until: Int64? = nil
  ) {
    self.kinds = kinds
    self.server = server
    self.tool = tool
    self.decision = decision
    self.agent = agent
    self.human = human
    self.call = call
    self.since = since
    self.until = until
  }

  /// Whether a record satisfies every condition.
  public func matches(_ record: JSONNode) -> Bool {
    if !kinds.isEmpty {
      guard let kind = record[member: "kind"]?.string.flatMap(LedgerRecord.Kind.init(rawValue:)),
        kinds.contains(kind)
      else { return false }
    }
    if since != nil || until != nil {
      guard let time = record[member: "time"]?.int64, time >= since ?? .min, time < until ?? .max
      else { return false }
    }
    let principal = record[member: "principal"]
    return Self.equal(record[member: "call"], call)
      && Self.equal(record[member: "server"], server)
      && Self.equal(record[member: "tool"], tool)
      && Self.equal(record[member: "decision"], decision?.rawValue)
      && Self.equal(principal?[member: "agent"], agent)
      && Self.equal(principal?[member: "human"], human)
  }

  private static func equal(_ node: JSONNode?, _ wanted: String?) -> Bool {
    guard let wanted else { return true }
    return node?.equals(wanted) ?? false
  }
}
