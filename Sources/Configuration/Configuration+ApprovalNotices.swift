extension Configuration {
  /// Who is told that a call waits for people, and how.
  public struct ApprovalNotices: Sendable, Equatable {
    /// Where events of approvals are posted to; nil posts none.
    public var webhook: Webhook?
    /// A program that is started for each approval that begins to wait, with its arguments; empty
    /// starts none.
    public var notify: [String] = []

    /// Nobody is told.
    public init() {}

    /// A receiver of signed events.
    public struct Webhook: Sendable, Equatable {
      /// An https URL, or http on this machine; part of it may be a secret.
      public var url: ExpandedString
      /// The bytes that requests are signed with.
      public var secret: Secret<[UInt8]>

      /// A receiver.
      public init(url: ExpandedString, secret: Secret<[UInt8]>) {
        self.url = url
        self.secret = secret
      }
    }
  }
}
