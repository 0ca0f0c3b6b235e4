extension Configuration {
  /// A view of some of the servers and tools, at `/mcp/{name}`. It shows; policies still decide on
  /// each call.
  public struct Profile: Sendable, Equatable {
    /// The name: `[a-z0-9-]{1,32}`.
    public var name: String
    /// The servers it shows; nil means all.
    public var servers: Set<String>?
    /// The tools it shows, by their public names.
    public var tools: ToolFilter
    /// The agents that may use it; nil means all.
    public var agents: Set<String>?
    /// What callers need besides what they need everywhere.
    public var requirement: Requirement
    /// What it lists of its tools.
    public var exposure: Exposure

    /// Makes a profile.
    public init(
      name: String, servers: Set<String>? = nil, tools: ToolFilter = ToolFilter(),
      agents: Set<String>? = nil, requirement: Requirement = Requirement(),
      exposure: Exposure = Exposure()
    ) {
      self.name = name
      self.servers = servers
      self.tools = tools
      self.agents = agents
      self.requirement = requirement
      self.exposure = exposure
    }

    /// Whether an agent may use it.
    public func admits(agent: String) -> Bool { agents?.contains(agent) ?? true }

    /// Whether it shows what a server has.
    public func shows(server: String) -> Bool { servers?.contains(server) ?? true }
  }

  /// Names to show and not to show, in which `*` stands for any characters.
  public struct ToolFilter: Sendable, Equatable {
    /// When set, only what one of these matches is shown.
    public var include: [String]?
    /// What one of these matches is not shown.
    public var exclude: [String]

    /// Shows everything unless told otherwise.
    public init(include: [String]? = nil, exclude: [String] = []) {
      self.include = include
      self.exclude = exclude
    }

    /// Whether a public name is shown.
    public func shows(_ name: String) -> Bool {
      if exclude.contains(where: { Self.matches(name, $0) }) { return false }
      return include?.contains { Self.matches(name, $0) } ?? true
    }

    /// Whether a name is what a pattern describes. Linear in name times pattern at worst.
    public static func matches(_ name: String, _ pattern: String) -> Bool {
      let name = Array(name.utf8)
      let pattern = Array(pattern.utf8)
      let star = UInt8(ascii: "*")
      var at = 0
      var index = 0
      var retry: (at: Int, index: Int)?
      while at < name.count {
        if index < pattern.count, pattern[index] == star {
          retry = (at, index)
          index += 1
        } else if index < pattern.count, pattern[index] == name[at] {
          at += 1
          index += 1
        } else if let last = retry {
          at = last.at + 1
          index = last.index + 1
          retry = (at, last.index)
        } else {
          return false
        }
      }
      return pattern[index...].allSatisfy { $0 == star }
    }
  }
}
