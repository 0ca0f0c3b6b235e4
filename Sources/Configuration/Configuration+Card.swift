extension Configuration {
  /// What is known of a server besides how it is reached (`card`): for those who look after it, and
  /// for policies.
  public struct Card: Sendable, Equatable {
    /// Bytes of a text.
    public static let textBytesMax = 256
    /// Bytes of a text that is there to be read: the purpose, the note on conformance.
    public static let proseBytesMax = 1024
    /// Texts of a list.
    public static let textsMax = 64

    /// Who answers for it.
    public var owner: String?
    /// What it is for.
    public var purpose: String?
    /// How much it can do.
    public var risk: Risk?
    /// Where it may be used; nil when that is not said.
    public var environments: [String]?
    /// What data it sees; nil when that is not said.
    public var dataClasses: [String]?
    /// Who made it.
    public var origin: Origin?
    /// The last day before it is to be looked at again, as `CardDate` has it.
    public var reviewBy: String?
    /// How it did in a conformance test.
    public var conformance: Verdict?
    /// The day of that test, as `CardDate` has it.
    public var conformanceDate: String?
    /// What is to be said of that test.
    public var conformanceNote: String?

    /// Says nothing.
    public init() {}

    /// How much a server can do.
    public enum Risk: String, Sendable, CaseIterable {
      case low, medium, high, critical
    }

    /// Who made a server.
    public enum Origin: String, Sendable, CaseIterable {
      /// Those who run it.
      case firstParty = "first-party"
      /// Others, and those who run it have put something of their own around it.
      case wrapped
      /// Others.
      case thirdParty = "third-party"
    }

    /// How a server did in a conformance test.
    public enum Verdict: String, Sendable, CaseIterable {
      /// It does what the protocol wants.
      case passed
      /// It does not.
      case failed
      /// It was not tested, or nobody knows how that went.
      case unknown

      /// What a card says that was kept before there were verdicts: any other text is `unknown`.
      public init(kept text: String) { self = Verdict(rawValue: text) ?? .unknown }
    }
  }
}
