public import MCP

/// A list that an upstream answers page by page.
public enum CatalogList: String, Sendable, Hashable, CaseIterable {
  case tools, prompts, resources, templates

  /// The kind whose changes are announced together.
  public var kind: ListKind {
    switch self {
    case .tools: .tools
    case .prompts: .prompts
    case .resources, .templates: .resources
    }
  }

  /// The method that lists it.
  public var method: String {
    switch self {
    case .tools: "tools/list"
    case .prompts: "prompts/list"
    case .resources: "resources/list"
    case .templates: "resources/templates/list"
    }
  }

  /// The member of the result that holds its items.
  public var member: String {
    switch self {
    case .tools: "tools"
    case .prompts: "prompts"
    case .resources: "resources"
    case .templates: "resourceTemplates"
    }
  }

  /// The list that a method asks for; nil when it asks for none.
  public init?(method: String) {
    guard let list = Self.allCases.first(where: { $0.method == method }) else { return nil }
    self = list
  }
}
