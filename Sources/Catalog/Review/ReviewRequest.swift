/// What a person wants to be done with items of a server.
public struct ReviewRequest: Sendable, Equatable {
  /// What is to be done.
  public enum Verb: String, Sendable, CaseIterable {
    /// Agents may see it.
    case approve
    /// Agents must not see it, and nobody is asked about this definition again.
    case reject
    /// Takes an approval back.
    case revoke
  }

  /// What is to be done.
  public var verb: Verb
  /// Which items, as people write them (`ItemKey.word`), or patterns with `*`. None: all that wait;
  /// for `revoke`, all that are approved.
  public var items: [String] = []
  /// The digests of the definitions that the person saw, by the words of the items; nil when that
  /// is not said.
  public var digests: [String: String]?
  /// What tools do, by the words of the tools.
  public var effects: [String: String] = [:]
  /// Rules of signals in spite of which is approved.
  public var despite: Set<String> = []
  /// Why.
  public var reason: String?

  /// A request for all that can be meant.
  public init(_ verb: Verb) { self.verb = verb }
}

/// Why what a person wants cannot be done. Nothing of it was.
public enum ReviewError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Nothing is called so, or nothing that waits matches.
  case unknown(String)
  /// The items, by their words, are not any more what the person saw.
  case changed([String])
  /// A signal is in the way: the item's word, and the rule.
  case blocked([Signal])
  /// Something is asked for that makes no sense.
  case invalid(String)

  /// A signal that stops an approval.
  public struct Signal: Sendable, Equatable {
    /// The item's word.
    public let item: String
    /// What found it.
    public let rule: String
    /// What is suspicious.
    public let reason: String
  }

  /// The whole, for a person.
  public var description: String {
    switch self {
    case .unknown(let pattern): "nothing that can be decided about is called \(pattern)"
    case .changed(let items):
      "changed since you saw it: \(items.joined(separator: ", ")); look again"
    case .blocked(let signals):
      signals.map { "\($0.item): \($0.reason)" }.joined(separator: "\n")
        + "\nto approve it all the same: "
        + Set(signals.map(\.rule)).sorted().map { "--despite \($0)" }.joined(separator: " ")
    case .invalid(let reason): reason
    }
  }
}
