/// What happens to an item's pins. It is on record and in the store before it holds, unless it only
/// takes something away.
public struct PinChange: Sendable, Equatable {
  /// What happens.
  public enum Event: String, Sendable, CaseIterable {
    /// An item that nobody has approved is held back.
    case quarantined
    /// An approved item has another definition now, and is held back.
    case changed
    /// An item that had changed is again as it was approved.
    case restored
    /// An item that nobody has decided about is not listed any more.
    case forgotten
    case approved, rejected, revoked
  }

  /// What happens.
  public var event: Event
  /// The server's name in the configuration.
  public var server: String
  /// Of which item.
  public var key: ItemKey
  /// The digest of the definition that was approved before, if one was.
  public var before: String?
  /// The digest of the definition it is about; nil when the item is not listed.
  public var after: String?
  /// The definition's JSON text, where it is kept.
  public var definition: [UInt8] = []
  /// What the tool does, as the approver says.
  public var effect: String?
  /// The Unix user, or the person who signed in; nil for the gateway itself.
  public var user: String?
  /// Whether `user` is a person who signed in.
  public var isPerson = false
  /// The rule by which the gateway accepts it.
  public var rule: String?
  /// The rules of signals in spite of which it is approved.
  public var despite: [String] = []
  /// Why.
  public var reason: String?
  /// Microseconds since 1970-01-01 UTC.
  public var time: Int64

  var pin: Pin? {
    after.map {
      Pin(
        digest: $0, definition: event == .approved ? definition : [], effect: effect,
        actor: rule.map { "rule \($0)" } ?? user, reason: reason, time: time)
    }
  }
}
