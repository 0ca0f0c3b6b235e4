public import Configuration
import Inspection

/// What a person sees of a quarantined server before deciding.
public struct UpstreamReview: Sendable {
  /// What the configuration says of it.
  public let configuration: Configuration.Upstream
  /// In the order in which a person reads them.
  public let items: [Item]
  /// What is approved and not listed now, in the same order, with the digests.
  public let absent: [(key: ItemKey, digest: String)]

  /// One item.
  public struct Item: Sendable {
    /// Which.
    public let key: ItemKey
    /// Where it stands.
    public let state: ItemState
    /// The digest of its definition.
    public let digest: String
    /// The JSON text of its definition.
    public let definition: [UInt8]
    /// What people said of it.
    public let pins: ItemPins
    let inspector: Inspector
  }

  init(
    _ configuration: Configuration.Upstream, _ review: Review, _ pins: ServerPins,
    _ inspector: Inspector
  ) {
    self.configuration = configuration
    items = review.items.map { item in
      Item(
        key: item.listed.key, state: item.state, digest: item.listed.digest,
        definition: item.listed.definition, pins: item.pins, inspector: inspector)
    }
    absent = pins.compactMap { key, item in
      guard let approved = item.approved, review[key] == nil else { return nil }
      return (key, approved.digest)
    }.sorted { $0.key < $1.key }
  }

  /// Whether agents may see anything of it.
  public var isApproved: Bool {
    !configuration.isQuarantined
      || items.contains { $0.key == .server && $0.state == .approved }
  }

  /// How many items wait for somebody to decide.
  public var waiting: Int { items.count { $0.state.isWaiting } }
}
