import Catalog
import JSON

/// Answers to lists, by what they show: callers who see the same share one, others never do.
/// Emptied with each snapshot, because items are known by their addresses.
struct ListCache {
  static let entriesMax = 64
  static let bytesMax = 16 << 20

  struct Key: Hashable {
    let list: CatalogList
    let usesOwnIDs: Bool
    let items: [ObjectIdentifier]
    let hasMore: Bool
    let hasMetaTools: Bool
    let ttl: Duration
  }

  private var entries = BoundedCache<Key, JSONNode>(entries: entriesMax, bytes: bytesMax)

  subscript(key: Key) -> JSONNode? { mutating get { entries[key] } }

  mutating func insert(_ result: JSONNode, for key: Key) {
    entries.insert(result, for: key, bytes: result.raw.count + 16 * key.items.count)
  }

  mutating func removeAll() { entries.removeAll() }
}
