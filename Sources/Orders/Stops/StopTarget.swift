/// What a stop is of.
public enum StopTarget: Sendable, Hashable {
  case agent(String)
  /// Every agent that acts for this person.
  case human(String)
  /// A tool by its public name; one that ends in `*` is every tool that begins so.
  case tool(String)
  case upstream(String)
  /// The endpoint of a profile.
  case profile(String)
  /// Every call of everybody.
  case all

  /// The word for what it is.
  public var kind: Kind {
    switch self {
    case .agent: .agent
    case .human: .human
    case .tool: .tool
    case .upstream: .upstream
    case .profile: .profile
    case .all: .all
    }
  }

  /// Which one it is; empty for all.
  public var name: String {
    switch self {
    case .agent(let name), .human(let name), .tool(let name), .upstream(let name),
      .profile(let name):
      name
    case .all: ""
    }
  }

  /// The words for what can be stopped, as the command line and the store have them.
  public enum Kind: String, Sendable, CaseIterable {
    case agent, human, tool, upstream, profile, all
  }

  /// The longest name.
  public static let nameBytesMax = 256

  /// A target of its words; nil when the name cannot be one.
  public init?(_ kind: Kind, name: String) {
    guard kind == .all ? name.isEmpty : Self.isName(name) else { return nil }
    switch kind {
    case .agent: self = .agent(name)
    case .human: self = .human(name)
    case .tool: self = .tool(name)
    case .upstream: self = .upstream(name)
    case .profile: self = .profile(name)
    case .all: self = .all
    }
  }

  static func isName(_ text: String) -> Bool {
    (1...nameBytesMax).contains(text.utf8.count)
      && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
  }
}

extension StopTarget: CustomStringConvertible {
  /// For a person: `the agent ci`.
  public var description: String {
    self == .all ? "every call" : "the \(kind.rawValue) \(name)"
  }
}
