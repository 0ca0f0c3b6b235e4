extension Configuration {
  /// How much may pass, for each of somebody or something (`quotas`).
  public struct Quota: Sendable, Equatable {
    /// What records and errors call it.
    public var name: String
    /// For each of what it is counted.
    public var per: Subject
    /// Whom and what it is about: names, or beginnings of names with `*` at their end. Of what is
    /// not here it is about everything.
    public var filters: [Subject: String]
    /// How many calls.
    public var calls: Allowance?
    /// How many calls at a time.
    public var concurrency: Int?
    /// How many bytes of arguments and results.
    public var bytes: Allowance?
    /// How many units of cost.
    public var cost: Allowance?

    /// What can be counted by, and filtered by.
    public enum Subject: String, Sendable, CaseIterable {
      case agent, human, tool, upstream, tenant
    }

    /// So much in a span, and at once.
    public struct Allowance: Sendable, Equatable {
      /// So much.
      public var amount: Int
      /// The span in which it comes back.
      public var period: Duration

      /// An allowance.
      public init(amount: Int, period: Duration) {
        self.amount = amount
        self.period = period
      }
    }

    /// A quota.
    public init(
      name: String, per: Subject, filters: [Subject: String] = [:], calls: Allowance? = nil,
      concurrency: Int? = nil, bytes: Allowance? = nil, cost: Allowance? = nil
    ) {
      self.name = name
      self.per = per
      self.filters = filters
      self.calls = calls
      self.concurrency = concurrency
      self.bytes = bytes
      self.cost = cost
    }
  }
}
