/// The lists of an MCP server that can change.
public enum ListKind: String, Sendable, Hashable, CaseIterable {
  case tools, prompts, resources

  /// The notification that says so.
  public var changedMethod: String { "notifications/\(rawValue)/list_changed" }
}
