import Catalog
import Configuration
import JSON

/// A server's items as the gateway shows them.
struct ReviewedServer {
  struct Item {
    let node: JSONNode
    let key: ItemKey
    let state: String
    let digest: String

    init?(_ node: JSONNode) {
      guard let kind = node[member: "kind"]?.string.flatMap(ItemKey.Kind.init(rawValue:)),
        let name = node[member: "name"]?.string, let state = node[member: "state"]?.string,
        let digest = node[member: "digest"]?.string
      else { return nil }
      self.node = node
      key = ItemKey(kind, name)
      self.state = state
      self.digest = digest
    }

    var isWaiting: Bool { state == "pending" || state == "changed" }

    /// What the gateway drafted.
    var draft: String? { node[member: "effect"]?[member: "draft"]?.string }

    /// What the configuration says.
    var configured: String? { node[member: "effect"]?[member: "configured"]?.string }

    /// What was approved, or was before that was taken back.
    var approved: String? {
      let effect = node[member: "effect"]
      return effect?[member: "approved"]?.string ?? effect?[member: "revoked"]?.string
    }

    /// What it counts as once it is approved and nobody says what it does.
    var proposed: String? { node[member: "effect"]?[member: "proposed"]?.string }

    /// Whether it seems to do more than the definition that was approved, or says so.
    var draftRises: Bool { node[member: "effect"]?[member: "draftRises"]?.bool == true }
  }

  let name: String
  let root: JSONNode
  let items: [Item]

  init(_ name: String, _ root: JSONNode) {
    self.name = name
    self.root = root
    items = root[member: "items"].map { $0.elements.compactMap(Item.init) } ?? []
  }

  var isQuarantined: Bool { root[member: "quarantine"]?.bool == true }

  /// The items that patterns mean, as the gateway reads them; nil, with the pattern, when one means
  /// none.
  func selection(_ patterns: [String]) -> Result<[Item], ReviewError> {
    guard !patterns.isEmpty else { return .success(items.filter(\.isWaiting)) }
    var chosen: Set<ItemKey> = []
    let words = ItemWords(items.map(\.key))
    for pattern in patterns {
      let isPattern = ItemWords.isPattern(pattern)
      let meant = words.places(meantBy: pattern).map { items[$0] }.filter {
        !isPattern || $0.isWaiting
      }
      guard !meant.isEmpty else { return .failure(.unknown(pattern)) }
      chosen.formUnion(meant.map(\.key))
    }
    return .success(items.filter { chosen.contains($0.key) })
  }

  /// Effects for single tools out of those for patterns, `draft` replaced. Exact names win over
  /// patterns, and what the configuration says is not said again for a pattern.
  static func effects(_ wanted: [String: String], of items: [Item]) -> [String: String] {
    var effects: [String: String] = [:]
    let tools = items.filter { $0.key.kind == .tool }
    let words = ItemWords(tools.map(\.key))
    let inOrder = wanted.sorted {
      (ItemWords.isPattern($0.key) ? 0 : 1, $0.key) < (ItemWords.isPattern($1.key) ? 0 : 1, $1.key)
    }
    for (pattern, effect) in inOrder {
      let isPattern = ItemWords.isPattern(pattern)
      let meant = words.places(meantBy: pattern).map { tools[$0] }
      if meant.isEmpty, !isPattern { effects[pattern] = effect }
      for item in meant where !isPattern || item.configured == nil {
        effects[item.key.word] = effect == "draft" ? item.draft ?? effect : effect
      }
    }
    return effects
  }
}
