/// A word on one definition of one item.
public struct Pin: Sendable, Equatable {
  /// The definition: SHA-256 of its canonical JSON (RFC 8785), in lowercase hexadecimal.
  public var digest: String
  /// The definition's JSON text, to compare later ones with; empty where nobody compares.
  public var definition: [UInt8]
  /// What the tool does, as the approver said.
  public var effect: String?
  /// Who said so: the Unix user, or the rule.
  public var actor: String?
  /// Why.
  public var reason: String?
  /// Microseconds since 1970-01-01 UTC.
  public var time: Int64

  /// A word on a definition.
  public init(
    digest: String, definition: [UInt8] = [], effect: String? = nil, actor: String? = nil,
    reason: String? = nil, time: Int64
  ) {
    self.digest = digest
    self.definition = definition
    self.effect = effect
    self.actor = actor
    self.reason = reason
    self.time = time
  }
}

/// The newest words on one item.
public struct ItemPins: Sendable, Equatable {
  /// The definition that agents may see.
  public var approved: Pin?
  /// The definition that somebody turned down.
  public var rejected: Pin?
  /// The definition that was on record last as held back.
  public var noticed: Pin?

  /// No word on it.
  public init() {}

  var isEmpty: Bool { approved == nil && rejected == nil && noticed == nil }

  mutating func take(_ change: PinChange) {
    let after = change.after.map { Pin(digest: $0, time: change.time) }
    switch change.event {
    case .quarantined, .changed: noticed = after
    case .restored, .forgotten: noticed = nil
    case .approved:
      self = ItemPins()
      approved = change.pin
    case .rejected:
      if approved?.digest == change.after { approved = nil }
      rejected = change.pin
      noticed = after
    case .revoked:
      approved = nil
      noticed = after
    }
  }
}

/// The words on the items of one server.
public typealias ServerPins = [ItemKey: ItemPins]
