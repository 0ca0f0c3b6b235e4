/// Where an item stands.
public enum ItemState: String, Sendable, CaseIterable {
  /// Agents may see it.
  case approved
  /// New, or its approval was revoked: held back until somebody decides.
  case pending
  /// Approved in another definition: held back until somebody decides.
  case changed
  /// Turned down in this definition: held back.
  case rejected

  /// Whether somebody is to decide.
  public var isWaiting: Bool { self == .pending || self == .changed }
}

/// What a server lists, held against what people said of it. Pure.
struct Review: Sendable {
  struct Item: Sendable {
    let listed: ListedItem
    let pins: ItemPins
    let state: ItemState
  }

  /// In the order of their keys.
  let items: [Item]
  private let places: [ItemKey: Int]

  /// - Parameter listed: each key once.
  init(_ listed: [ListedItem], _ pins: ServerPins) {
    items = listed.sorted { $0.key < $1.key }.map { item in
      let known = pins[item.key] ?? ItemPins()
      return Item(listed: item, pins: known, state: Self.state(of: item.digest, known))
    }
    places = Dictionary(
      items.enumerated().map { ($0.element.listed.key, $0.offset) }
    ) { first, _ in first }
  }

  private static func state(of digest: String, _ pins: ItemPins) -> ItemState {
    if pins.approved?.digest == digest { return .approved }
    if pins.rejected?.digest == digest { return .rejected }
    return pins.approved == nil ? .pending : .changed
  }

  subscript(key: ItemKey) -> Item? { places[key].map { items[$0] } }

  func isApproved(_ key: ItemKey) -> Bool { self[key]?.state == .approved }

  /// How many items wait for somebody to decide.
  var waiting: Int { items.count { $0.state.isWaiting } }

  /// What is to be put on record that is not yet.
  /// - Parameter known: the kinds of which everything is listed: what is missing there is gone.
  func notices(
    of server: String, _ pins: ServerPins, known: Set<ItemKey.Kind>, at time: Int64
  ) -> [PinChange] {
    var changes: [PinChange] = items.compactMap { item in
      let (key, digest, pins) = (item.listed.key, item.listed.digest, item.pins)
      let event: PinChange.Event
      switch item.state {
      case .approved:
        guard pins.noticed != nil else { return nil }
        event = .restored
      case .pending: event = .quarantined
      case .changed: event = .changed
      case .rejected: return nil
      }
      if event != .restored, pins.noticed?.digest == digest { return nil }
      return PinChange(
        event: event, server: server, key: key,
        before: event == .restored ? pins.noticed?.digest : pins.approved?.digest, after: digest,
        time: time)
    }
    for (key, item) in pins where item.approved == nil && item.rejected == nil {
      guard item.noticed != nil, known.contains(key.kind), places[key] == nil else { continue }
      changes.append(PinChange(event: .forgotten, server: server, key: key, time: time))
    }
    return changes
  }
}
