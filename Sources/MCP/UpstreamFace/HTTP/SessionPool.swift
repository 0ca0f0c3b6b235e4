/// The sessions of one server by what their clients can be asked: a server learns that once a
/// session, so clients that can be asked different things do not share one. Pure.
struct SessionPool<Link: AnyObject & Sendable>: Sendable {
  static var sessionsMax: Int { 8 }

  enum Place: Sendable {
    case open(Link)
    /// Somebody opens it already.
    case opening
    /// Open it; the other one, which was idle for longest, makes room.
    case new(ended: Link?)
    /// All sessions are in use.
    case full
  }

  private struct Slot {
    var link: Link?
    var users = 1
    var lastUse: Int
  }

  private var slots: [ClientCapabilities: Slot] = [:]
  private var uses = 0

  var count: Int { slots.count }
  var links: [Link] { slots.values.compactMap(\.link) }

  /// Takes a place, which is given back with `release` unless it was `full` or is lost.
  mutating func take(_ capabilities: ClientCapabilities) -> Place {
    uses += 1
    if var slot = slots[capabilities] {
      slot.users += 1
      slot.lastUse = uses
      slots[capabilities] = slot
      return slot.link.map { .open($0) } ?? .opening
    }
    var ended: Link?
    if slots.count >= Self.sessionsMax {
      let idle = slots.filter { $0.value.users == 0 && $0.value.link != nil }
      guard let oldest = idle.min(by: { $0.value.lastUse < $1.value.lastUse }) else { return .full }
      ended = oldest.value.link
      slots[oldest.key] = nil
    }
    slots[capabilities] = Slot(link: nil, lastUse: uses)
    return .new(ended: ended)
  }

  /// The session that is open for these.
  func link(for capabilities: ClientCapabilities) -> Link? { slots[capabilities]?.link }

  mutating func opened(_ capabilities: ClientCapabilities, _ link: Link) {
    slots[capabilities]?.link = link
  }

  /// It could not be opened.
  mutating func failed(_ capabilities: ClientCapabilities) {
    if let slot = slots[capabilities], slot.link == nil { slots[capabilities] = nil }
  }

  mutating func release(_ capabilities: ClientCapabilities, _ link: Link) {
    guard let slot = slots[capabilities], slot.link === link else { return }
    slots[capabilities]?.users = max(0, slot.users - 1)
  }

  /// The server forgot it. False when that was known.
  mutating func lost(_ capabilities: ClientCapabilities, _ link: Link) -> Bool {
    guard slots[capabilities]?.link === link else { return false }
    slots[capabilities] = nil
    return true
  }

  /// Ends all; returns those that were open.
  mutating func removeAll() -> [Link] {
    defer { slots = [:] }
    return links
  }
}
