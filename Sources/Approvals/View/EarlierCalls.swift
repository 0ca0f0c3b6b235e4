/// What happened before a call in the same piece of work.
public struct EarlierCalls: Sendable, Equatable {
  /// How calls were found to belong together.
  public enum Basis: String, Sendable {
    /// They name the same trace.
    case trace
    /// They came in the same session.
    case session
    /// They are the agent's of the last hour.
    case agent
  }

  /// One call.
  public struct Call: Sendable, Equatable {
    /// Its id, as records name it.
    public var id: String
    /// When it was decided, in microseconds since 1970 UTC.
    public var time: Int64
    /// The tool's public name, or the method.
    public var subject: String
    /// What was decided: `allow`, `deny`, `ask`.
    public var decision: String
    /// How it ended, if it did: `ok`, `error`, …
    public var outcome: String?

    /// A call.
    public init(
      id: String, time: Int64, subject: String, decision: String, outcome: String?
    ) {
      self.id = id
      self.time = time
      self.subject = subject
      self.decision = decision
      self.outcome = outcome
    }
  }

  /// How they were found to belong together.
  public var basis: Basis
  /// The newest of them, in their order.
  public var calls: [Call]
  /// Older ones that are left out.
  public var omitted: Int

  /// Calls of their parts.
  public init(basis: Basis, calls: [Call], omitted: Int) {
    self.basis = basis
    self.calls = calls
    self.omitted = omitted
  }
}
