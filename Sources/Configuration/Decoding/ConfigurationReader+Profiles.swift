extension ConfigurationReader {
  private static let profilesMax = 1000
  private static let profileNameBytes = 1...32

  func profiles(
    _ field: Field, servers: [String], agents: [String], issuers: [String], asksClients: Bool
  ) -> [Configuration.Profile] {
    let members = field.members()
    if members.count > Self.profilesMax {
      field.fail("has \(members.count) profiles", expected: "at most \(Self.profilesMax)")
      return []
    }
    return members.compactMap { name, field in
      checkProfileName(name, field)
      guard var section = field.section() else { return nil }
      var profile = Configuration.Profile(name: name)
      profile.servers = section.take("servers").map { profileServers($0, servers) }
      if let filter = section.take("tools") { profile.tools = profileTools(filter, servers) }
      profile.agents = section.take("agents").map { profileAgents($0, agents, issuers) }
      if let field = section.take("require") {
        profile.requirement = requirement(field, asksClients: asksClients)
      }
      profile.exposure = exposure(&section, servers: servers)
      section.finish()
      return profile
    }
  }

  private func checkProfileName(_ name: String, _ field: Field) {
    let isAllowed = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "-"):
        true
      default: false
      }
    }
    guard !isAllowed || !Self.profileNameBytes.contains(name.utf8.count) else { return }
    report(
      .error, at: field.keyMark, path: "profiles", "\(quoted(name)) cannot be a profile's name",
      expected: "1 to 32 lower-case letters, digits and `-`, as it stands in a URL")
  }

  private func profileServers(_ field: Field, _ servers: [String]) -> Set<String> {
    known(
      field, among: servers, "server", else: .warning,
      expected: "the name of a server in `mcpServers`, or of one that was added")
  }

  private func profileAgents(
    _ field: Field, _ agents: [String], _ issuers: [String]
  ) -> Set<String> {
    known(
      field, among: agents, orBelow: issuers, "agent", else: .error,
      expected: "the name of an agent in `agents`, or ISSUER/CLIENT")
  }

  /// The names of a list. What the file does not know is kept where that is a mere warning: servers
  /// can be added while the gateway runs.
  private func known(
    _ field: Field, among known: [String], orBelow prefixes: [String] = [], _ what: String,
    else severity: ConfigurationProblem.Severity, expected: String
  ) -> Set<String> {
    var names: Set<String> = []
    for item in field.items() {
      guard let name = item.text(expected: expected) else { continue }
      if !known.contains(name), !prefixes.contains(where: { name.hasPrefix($0 + "/") }) {
        report(
          severity, at: item.node.mark, path: item.path, "there is no \(what) \(quoted(name))",
          expected: expected, suggestion: SpellingSuggestion.closest(to: name, among: known))
      }
      if !names.insert(name).inserted { item.warn("\(quoted(name)) stands here twice") }
    }
    return names
  }

  private func profileTools(_ field: Field, _ servers: [String]) -> Configuration.ToolFilter {
    var filter = Configuration.ToolFilter()
    guard var section = field.section() else { return filter }
    if let include = section.take("include") { filter.include = patterns(include, servers) }
    if let exclude = section.take("exclude") { filter.exclude = patterns(exclude, servers) }
    section.finish()
    return filter
  }

  func patterns(_ field: Field, _ servers: [String]) -> [String] {
    let expected = "a public name such as `git__git_log`, in which `*` stands for any characters"
    var patterns: [String] = []
    for item in field.items() {
      guard let pattern = item.text(expected: expected) else { continue }
      guard pattern.contains("*") || pattern.contains("__") else {
        item.fail(
          "\(quoted(pattern)) is the public name of no server's tool", expected: expected)
        continue
      }
      if !pattern.contains("*"), !servers.contains(where: { pattern.hasPrefix($0 + "__") }) {
        item.warn("\(quoted(pattern)) is of no server in `mcpServers`", expected: expected)
      }
      patterns.append(pattern)
    }
    return patterns
  }
}
