import Configuration

/// One item of a server that is approved by itself.
public struct ItemKey: Sendable, Hashable {
  /// What an item is.
  public enum Kind: String, Sendable, CaseIterable {
    /// The server's identity: how it is reached, or what is run.
    case server
    case instructions, tool, prompt, template
    /// A page that is listed as a resource (`ui://`, MCP Apps).
    case page
  }

  /// What it is.
  public let kind: Kind
  /// The upstream's own name of it, or its URI template; empty for the server and instructions.
  public let name: String

  /// The server itself.
  public static let server = ItemKey(.server, "")
  /// What the server says about its tools.
  public static let instructions = ItemKey(.instructions, "")

  /// An item; see the members.
  public init(_ kind: Kind, _ name: String) {
    self.kind = kind
    self.name = name
  }

  /// How a person writes it: `server`, `instructions`, a tool by its name, `prompt:NAME`,
  /// `template:URI`, `page:URI`. A tool that is called like one of the first two is `tool:NAME`.
  public var word: String {
    switch kind {
    case .server, .instructions: kind.rawValue
    case .tool where name == "server" || name == "instructions": "tool:\(name)"
    case .tool: name
    case .prompt, .template, .page: "\(kind.rawValue):\(name)"
    }
  }

  /// Whether a person who wrote this means it; `*` stands for any characters.
  public func isMeant(by pattern: String) -> Bool {
    if word == pattern { return true }
    return Configuration.ToolFilter.matches(word, pattern)
      || kind == .tool && Configuration.ToolFilter.matches("tool:\(name)", pattern)
  }
}

extension ItemKey: Comparable {
  /// The server first, then instructions, tools, prompts, templates and pages, by the bytes of
  /// names.
  public static func < (left: ItemKey, right: ItemKey) -> Bool {
    let order = Kind.allCases
    let (first, second) = (
      order.firstIndex(of: left.kind) ?? 0, order.firstIndex(of: right.kind) ?? 0
    )
    return first == second
      ? left.name.utf8.lexicographicallyPrecedes(right.name.utf8) : first < second
  }
}
