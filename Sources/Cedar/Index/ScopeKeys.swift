/// The keys under which an entity of a request can stand in the index: for most requests they fit
/// into the inline part.
struct ScopeKeys {
  private static let inlineCount = 24
  private var inline: [24 of UInt32] = .init(repeating: 0)
  private var overflow: ContiguousArray<UInt32> = []
  private(set) var count = 0

  mutating func append(_ key: UInt32) {
    if count < ScopeKeys.inlineCount { inline[count] = key } else { overflow.append(key) }
    count += 1
  }

  subscript(position: Int) -> UInt32 {
    position < ScopeKeys.inlineCount
      ? inline[position] : overflow[position - ScopeKeys.inlineCount]
  }
}
