import Crypto

/// The items of one list of one upstream, in the order of their own names or URIs.
public struct ItemList<Item: CatalogItem>: Sendable {
  /// Ordered by the bytes of `ownID`.
  public let items: [Item]
  private let byOwnID: [String: Item]
  /// Differs when what the list shows differs: SHA-256 over the definitions in order.
  let digest: SHA256Digest

  /// A list of different items.
  init(_ items: [Item] = []) {
    // Bytes, not locale: the order is the same everywhere.
    self.items = items.sorted { $0.ownID.utf8.lexicographicallyPrecedes($1.ownID.utf8) }
    byOwnID = Dictionary(items.map { ($0.ownID, $0) }) { first, _ in first }
    var digest = SHA256()
    for item in self.items { digest.update(item.ownDefinition) }
    self.digest = digest.finalize()
  }

  /// The item that the upstream calls so.
  public subscript(ownID: String) -> Item? { byOwnID[ownID] }
}
