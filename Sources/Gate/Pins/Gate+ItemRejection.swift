public import Catalog
import Cedar

/// Who may keep items from agents, where somebody who signed in does:
/// `Sallyport::Action::"reject"`.
extension Gate {
  /// What is to be kept from agents: an item that is turned down, or whose approval is taken back.
  public struct ItemRejection: Sendable {
    /// The server's name in the configuration.
    public var server: String
    /// The item.
    public var item: ItemKey
    /// Whether it was approved, in this definition or another.
    public var isApproved: Bool
    /// What the tool counts as; nil for what is no tool.
    public var effect: String?
    /// Whether the approval is taken back, so that the item waits again.
    public var isRevocation: Bool

    /// Something that is asked to be kept from agents.
    public init(
      server: String, item: ItemKey, isApproved: Bool, effect: String?, isRevocation: Bool
    ) {
      self.server = server
      self.item = item
      self.isApproved = isApproved
      self.effect = effect
      self.isRevocation = isRevocation
    }

    /// As records name what was asked.
    var method: String { isRevocation ? "upstreams/revoke" : "upstreams/reject" }

    /// What policies see of it as `context.input`.
    var input: Record {
      var members: ContiguousArray = [
        Record.Member("approved", .bool(isApproved)),
        Record.Member("item", .string(item.kind.rawValue)),
      ]
      if let effect { members.append(Record.Member("effect", .string(effect))) }
      return Record(members)
    }
  }
}
