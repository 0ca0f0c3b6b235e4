/// What is remembered of one server while its entries come and go. Confined to the catalog's loop.
final class PinBook {
  var pins: ServerPins
  /// The tools that were offered last, by their own names.
  private var offered: [String: (digest: String, replacedIn: UInt64?)] = [:]
  /// Approvals by a rule that are being written down: the digests.
  private var proposed: Set<String> = []

  init(_ pins: ServerPins = [:]) {
    self.pins = pins
  }

  func take(_ change: PinChange) {
    var item = pins[change.key] ?? ItemPins()
    item.take(change)
    pins[change.key] = item.isEmpty ? nil : item
  }

  /// A tool is offered in this definition in the next generation of catalogs.
  /// - Returns: the generation in which it took the place of another definition, if it did.
  func offers(_ name: String, _ digest: String, generation: UInt64) -> UInt64? {
    let before = offered[name]
    if let before, before.digest == digest { return before.replacedIn }
    let replacedIn = before == nil ? nil : generation
    offered[name] = (digest, replacedIn)
    return replacedIn
  }

  /// Whether the approval of a definition by a rule is not under way yet.
  func proposes(_ digest: String) -> Bool { proposed.insert(digest).inserted }

  func settles(_ digest: String) { proposed.remove(digest) }
}
