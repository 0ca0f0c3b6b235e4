import Catalog
import Configuration
import Gate
import Inspection

/// Decisions about items, as policy is asked of them.
extension UpstreamReview {
  /// What is ordered by changes of items.
  func orders(_ changes: [PinChange], _ verb: ReviewRequest.Verb) -> [PersonOrder] {
    let items = Dictionary(items.map { ($0.key, $0) }) { first, _ in first }
    return changes.map { change in
      let item = items[change.key]
      guard verb == .approve else {
        return .reject(
          Gate.ItemRejection(
            server: change.server, item: change.key, isApproved: change.before != nil,
            effect: effect(of: change.key, as: item?.pins.approved?.effect),
            isRevocation: verb == .revoke))
      }
      return .approve(
        Gate.ItemApproval(
          server: change.server, item: change.key, isChange: isChange(change, item),
          effect: effect(of: change.key, as: change.effect), draft: item?.read().draft?.effect,
          despite: change.despite))
    }
  }

  /// Whether something was approved before: what holds still, or another definition whose approval
  /// was taken back.
  private func isChange(_ change: PinChange, _ item: Item?) -> Bool {
    if change.before != nil { return true }
    return item?.pins.revoked.map { $0.digest != change.after } ?? false
  }

  /// What a tool counts as; nil for what is no tool.
  private func effect(of key: ItemKey, as said: String?) -> String? {
    guard key.kind == .tool else { return nil }
    return configuration.declaredEffect(ofTool: key.name)?.rawValue ?? said
      ?? Configuration.Effect.destructive.rawValue
  }
}
