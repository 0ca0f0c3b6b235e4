public import Configuration
public import Inspection
import JSON

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
    fileprivate let inspector: Inspector

    /// What is suspicious about it.
    public var signals: [Signal] {
      guard let kind = key.inspected, let root else { return [] }
      return inspector.signals(
        of: InspectedItem(kind: kind, name: key.name, definition: root))
    }

    /// What it seems to do, if it is a tool.
    public var draft: EffectDraft? {
      key.kind == .tool ? root.map { EffectDraft(ofTool: $0) } : nil
    }

    /// What differs from what was approved; nil when it is as approved, or nothing was.
    public var difference: DefinitionDifference? {
      guard state != .approved, let before = pins.approved?.definition, let root,
        let old = try? JSONDocument(parsing: before, limits: .ceiling).root
      else { return nil }
      return DefinitionDifference(from: old, to: root)
    }

    private var root: JSONNode? {
      try? JSONDocument(parsing: definition, limits: .ceiling).root
    }
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
