public import JSON

/// One thing of an upstream that can reach a model.
public struct InspectedItem: Sendable {
  /// What it is.
  public let kind: Kind
  /// The upstream's own name of it, or its URI template; empty for instructions.
  public let name: String
  /// Its definition as the upstream lists it; a string for instructions.
  public let definition: JSONNode

  /// The kinds of things.
  public enum Kind: String, Sendable, CaseIterable {
    case instructions, tool, prompt, template
    /// A page that is listed as a resource (MCP Apps).
    case page
  }

  /// A thing of an upstream.
  public init(kind: Kind, name: String, definition: JSONNode) {
    self.kind = kind
    self.name = name
    self.definition = definition
  }
}
