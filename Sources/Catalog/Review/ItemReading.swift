import Configuration
public import Inspection
import JSON

extension UpstreamReview.Item {
  /// Reads its definitions, which takes its time: once for all that is asked.
  public func read() -> ItemReading { ItemReading(self) }
}

/// What the definition of an item tells, held against the one that was approved, or was before that
/// was taken back. Each is read once; what is as it was is not read again.
public struct ItemReading: Sendable {
  /// What it seems to do, if it is a tool.
  public let draft: EffectDraft?
  /// What the earlier definition seemed to do, if it is a tool.
  public let draftBefore: EffectDraft?
  /// Whether it seems to do more than the earlier definition, or says so.
  public let draftRises: Bool
  private let item: UpstreamReview.Item
  private let root: JSONNode?
  private let rootBefore: JSONNode?

  init(_ item: UpstreamReview.Item) {
    self.item = item
    root = Self.root(of: item.definition)
    draft = item.key.kind == .tool ? root.map { EffectDraft(ofTool: $0) } : nil
    guard let before = item.pins.compared else {
      (rootBefore, draftBefore, draftRises) = (nil, nil, false)
      return
    }
    if before.digest == item.digest {
      (rootBefore, draftBefore, draftRises) = (root, draft, false)
      return
    }
    rootBefore = Self.root(of: before.definition)
    let draftBefore = item.key.kind == .tool ? rootBefore.map { EffectDraft(ofTool: $0) } : nil
    self.draftBefore = draftBefore
    draftRises = draft.map { draft in draftBefore.map { draft.rises(above: $0) } ?? true } ?? false
  }

  /// What is suspicious about it. Looks through all of it, each time.
  public var signals: [Signal] {
    guard let kind = item.key.inspected else { return item.inspector.serverSignals(of: root) }
    guard let root else { return [] }
    return item.inspector.signals(
      of: InspectedItem(kind: kind, name: item.key.name, definition: root))
  }

  /// What a tool does, once it is approved and nobody says what it does: as was approved before,
  /// or, when the draft rises, what it seems to do if that is graver; nil where nobody ever said.
  /// Of an approval that was taken back only what is graver than `destructive` is left.
  public var effect: String? {
    guard item.key.kind == .tool, let before = item.pins.compared else { return nil }
    let assumed = Configuration.Effect.destructive.rawValue
    let isLeft =
      item.pins.approved != nil
      || before.effect.map { EffectDraft.graver(assumed, $0) != assumed } ?? false
    let kept = isLeft ? before.effect : nil
    guard draftRises, let draft else { return kept }
    let raised = EffectDraft.graver(kept ?? assumed, draft.gravest)
    return raised == kept ?? assumed ? kept : raised
  }

  /// What differs from the earlier definition; nil when it is as approved, or none was.
  /// - Parameter budget: what of it is left, for all items of a review.
  public func difference(_ budget: inout WordBudget) -> DefinitionDifference? {
    guard item.state != .approved, let root, let rootBefore else { return nil }
    return item.key.kind == .server
      ? DefinitionDifference(ofServer: rootBefore, to: root)
      : DefinitionDifference(from: rootBefore, to: root, &budget)
  }

  private static func root(of definition: [UInt8]) -> JSONNode? {
    try? JSONDocument(parsing: definition, limits: .ceiling).root
  }
}
