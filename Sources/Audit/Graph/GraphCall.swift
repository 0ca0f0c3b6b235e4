/// A decision about a call with what is known of the call.
public struct GraphCall: Sendable, Equatable {
  /// What was sent or came back, as far as records say: never the content.
  public struct Payload: Sendable, Equatable {
    /// Its size.
    public var bytes: Int64?
    /// The salted digest.
    public var digest: String?
    /// Whether its salt and content were erased.
    public var isErased = false

    var details: [(String, String?)] {
      [
        ("bytes", bytes.map { "\($0)" }), ("digest", digest), ("erased", isErased ? "true" : nil),
      ]
    }
  }

  /// How the call ended.
  public struct Outcome: Sendable, Equatable {
    /// Of the record.
    public var sequence: Int64
    /// `ok` and the like.
    public var status: String?
    /// Microseconds.
    public var duration: Int64?
    /// What came back.
    public var result: Payload
  }

  /// A word on the call.
  public struct Approval: Sendable, Equatable {
    /// Of the record.
    public var sequence: Int64
    /// Microseconds since 1970-01-01 UTC.
    public var time: Int64
    /// `requested`, `approved` and so on.
    public var event: String
    /// Who.
    public var approver: String?
    /// How they had signed in: the methods, and the context.
    public var authentication: String?
    /// Microseconds.
    public var waited: Int64?

    var mark: Graph.Mark {
      switch event {
      case "approved", "used": .approved
      case "denied", "expired", "revoked": .denied
      default: .asked
      }
    }
  }

  /// Of the decision.
  public var sequence: Int64
  /// Microseconds since 1970-01-01 UTC.
  public var time: Int64
  /// 32 hexadecimal digits.
  public var call: String
  /// The agent.
  public var agent: String?
  /// For whom it acted.
  public var human: String?
  /// Who acts for the human besides the agent: the present one, then who acted before (RFC 8693
  /// §4.1).
  public var actors: [String] = []
  /// The tenant.
  public var tenant: String?
  /// The fingerprint of the token.
  public var credential: String?
  /// The client's session.
  public var session: String?
  /// What the agent calls this piece of work.
  public var run: String?
  /// As the client said.
  public var skill = SkillName()
  /// The server.
  public var server: String?
  /// Its name of the tool.
  public var tool: String?
  /// Of the tool's definition.
  public var toolDigest: String?
  /// `read`, `write`, `destructive`, `egress`, `admin`.
  public var effect: String?
  /// The MCP method.
  public var method: String?
  /// `allow`, `deny`, `ask`.
  public var decision: String
  /// Why not.
  public var reason: String?
  /// Of an ask.
  public var remedies: String?
  /// Those that determined it.
  public var policies: [String] = []
  /// Of them.
  public var policyVersion: String?
  /// The call this one is a part of.
  public var parent: String?
  /// Of the trace context.
  public var trace: String?
  /// What was sent.
  public var arguments = Payload()
  /// Nil: there is none.
  public var outcome: Outcome?
  /// In their order.
  public var approvals: [Approval] = []

  /// A decision about a call of which nothing else is known.
  public init(sequence: Int64, time: Int64, call: String, decision: String) {
    self.sequence = sequence
    self.time = time
    self.call = call
    self.decision = decision
  }

  /// How its edges are drawn.
  public var mark: Graph.Mark {
    switch decision {
    case "deny": .denied
    case "ask": .asked
    default: approvals.contains { $0.mark == .approved } ? .approved : .plain
    }
  }
}
