/// Items by the words that people write for them: a word is looked up, and only a pattern is held
/// against every item. `ItemKey.isMeant` says what it means.
public struct ItemWords: Sendable {
  private let keys: [ItemKey]
  private var places: [String: [Int]] = [:]

  /// The items that can be meant.
  public init(_ keys: [ItemKey]) {
    self.keys = keys
    for (place, key) in keys.enumerated() {
      places[key.word, default: []].append(place)
      let long = "tool:\(key.name)"
      if key.kind == .tool, key.word != long { places[long, default: []].append(place) }
    }
  }

  /// The places of the items that are meant, in their order.
  public func places(meantBy pattern: String) -> [Int] {
    let candidates =
      Self.isPattern(pattern) ? Array(keys.indices) : places[pattern] ?? []
    return candidates.filter { keys[$0].isMeant(by: pattern) }
  }

  /// Whether it may mean several items.
  public static func isPattern(_ text: String) -> Bool { text.utf8.contains(UInt8(ascii: "*")) }
}
