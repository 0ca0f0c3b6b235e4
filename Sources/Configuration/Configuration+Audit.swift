extension Configuration {
  /// What the ledger keeps of calls, and how it is signed, shown and let go.
  public struct Audit: Sendable, Equatable {
    /// What is kept of arguments.
    public var arguments: Keeping = .full
    /// What is kept of results.
    public var results: Keeping = .metadata
    /// What is kept of prompts.
    public var prompts: Keeping = .full
    /// The 32 bytes that payloads are sealed with; nil leaves them as they came.
    public var key: Secret<[UInt8]>?
    /// How long records may wait for a checkpoint.
    public var checkpointInterval: Duration = .seconds(5)
    /// What checkpoints are named by; nil makes a name of the ledger's identity.
    public var origin: String?
    /// Where the log is shown to monitors and witnesses; nil shows it nowhere.
    public var publish: Publish?
    /// Who cosigns checkpoints.
    public var witnesses: [Witness] = []
    /// What is let go when it gets old.
    public var retention = Retention()

    /// The defaults.
    public init() {}

    /// What can be kept of a payload.
    public enum Keeping: String, Sendable, CaseIterable {
      /// All.
      case full
      /// What looks like a secret is masked.
      case redacted
      /// Size, shape and digest.
      case metadata
      /// The size only.
      case nothing = "none"
    }

    /// Where the log is shown.
    public struct Publish: Sendable, Equatable {
      /// The address of a listener of its own.
      public var listen: ListenAddress
      /// Whether records are shown too. Hashes and checkpoints tell nobody what passed.
      public var entries: Bool

      /// An address, and what is shown there.
      public init(listen: ListenAddress, entries: Bool = false) {
        self.listen = listen
        self.entries = entries
      }
    }

    /// A witness (C2SP tlog-witness).
    public struct Witness: Sendable, Equatable {
      /// The prefix to which `/add-checkpoint` is added.
      public var url: String
      /// Its verifier key.
      public var key: String

      /// Where it is and what it signs with.
      public init(url: String, key: String) {
        self.url = url
        self.key = key
      }
    }

    /// What is let go when it gets old. Nothing is unless it says so.
    public struct Retention: Sendable, Equatable {
      /// Days that payloads are kept.
      public var payloadDays: Int?
      /// Days that records are kept; they go only once they were exported.
      public var recordDays: Int?

      /// Nothing is let go.
      public init() {}
    }
  }
}
