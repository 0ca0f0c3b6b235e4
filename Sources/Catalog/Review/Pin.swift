/// A word on one definition of one item.
public struct Pin: Sendable, Equatable {
  /// The definition: SHA-256 of its canonical JSON (RFC 8785), in lowercase hexadecimal.
  public var digest: String
  /// The definition's JSON text, to compare later ones with; empty where nobody compares.
  public var definition: [UInt8]
  /// What the tool does, as the approver said.
  public var effect: String?
  /// Who said so: the Unix user, the person who signed in, or the rule.
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
  /// The definition whose approval was taken back, or that was turned down after it had been
  /// approved, to compare later ones with; what the approver said that it does, and who took it.
  public var revoked: Pin?
  /// The definition that was on record last as held back.
  public var noticed: Pin?

  /// No word on it.
  public init() {}

  var isEmpty: Bool {
    approved == nil && rejected == nil && revoked == nil && noticed == nil
  }

  /// What later definitions are compared with.
  var compared: Pin? { approved ?? revoked }

  mutating func take(_ change: PinChange) {
    let after = change.after.map { Pin(digest: $0, time: change.time) }
    switch change.event {
    case .quarantined, .changed: noticed = after
    case .restored, .forgotten: noticed = nil
    case .approved:
      self = ItemPins()
      approved = change.pin
    case .rejected:
      if approved?.digest == change.after { revoke(by: change) }
      rejected = change.pin
      noticed = after
    case .revoked:
      revoke(by: change)
      noticed = after
    }
  }

  private mutating func revoke(by change: PinChange) {
    guard let before = approved else { return }
    revoked = Pin(
      digest: before.digest, definition: before.definition, effect: before.effect,
      actor: change.user, reason: change.reason, time: change.time)
    approved = nil
  }
}

/// The words on the items of one server.
public typealias ServerPins = [ItemKey: ItemPins]
