import Synchronization

/// Counts how often an upstream gave reason to read its tools again: it said that they changed, or
/// its connection was made anew. Any thread.
public final class ListAnnouncements: Sendable {
  private let total = Atomic<Int>(0)

  init() {}

  /// How often.
  public var count: Int { total.load(ordering: .acquiring) }

  func add() { total.add(1, ordering: .releasing) }
}

/// Under which circumstances a pinned tool stands in a catalog.
public final class ToolPin: Sendable {
  /// Those of its upstream.
  public let announcements: ListAnnouncements
  /// How many there had been when reading the list began from which the tool is.
  public let seen: Int
  /// The generation of catalogs in which it replaced another definition; nil when it did not since
  /// the gateway started.
  public let replacedIn: UInt64?

  init(_ announcements: ListAnnouncements, seen: Int, replacedIn: UInt64? = nil) {
    self.announcements = announcements
    self.seen = seen
    self.replacedIn = replacedIn
  }

  /// Whether the upstream has said nothing since that its tools may be others. One load.
  public var isCurrent: Bool { announcements.count == seen }

  /// Whether a call has to be looked at: the tool may be another by now, or took another's place.
  public var needsLook: Bool { replacedIn != nil || !isCurrent }
}
