extension ConfigurationReader {
  static let maxUpstreams = 1000

  /// `mcpServers`, or `servers` as VS Code calls it.
  func upstreams(_ section: inout Section) -> [Configuration.Upstream] {
    let ours = section.take("mcpServers")
    let editors = section.take("servers", suggested: false)
    if ours != nil, let editors {
      editors.fail("`mcpServers` stands in the file too", expected: "one of the two")
    }
    guard let field = ours ?? editors else { return [] }
    let members = unwrapped(field).members()
    if members.count > Self.maxUpstreams {
      field.fail("has \(members.count) servers", expected: "at most \(Self.maxUpstreams)")
      return []
    }
    var schemes: [String: String] = [:]
    return members.compactMap { name, field in
      checkServerName(name, field)
      let scheme = Configuration.Upstream.uriScheme(ofServer: name)
      if let other = schemes.updateValue(name, forKey: scheme), other != name {
        report(
          .error, at: field.keyMark, path: "mcpServers",
          "\(quoted(name)) and \(quoted(other)) differ in case alone, and both would be "
            + "`\(scheme)+` in the URIs of their resources",
          expected: "names that differ in more")
      }
      return upstream(name, field)
    }
  }

  /// Someone may paste a client's whole file, `{"mcpServers": {…}}`, below our own key.
  private func unwrapped(_ field: Field) -> Field {
    guard case .mapping(let entries) = field.node.content, entries.count == 1,
      let only = entries.first, only.key == "mcpServers" || only.key == "servers",
      case .mapping(let inner) = only.value.content,
      inner.allSatisfy({ $0.key != "command" && $0.key != "url" })
    else { return field }
    return field.members().first?.field ?? field
  }

  /// One server under its name, wherever it stands.
  func upstream(_ name: String, _ field: Field) -> Configuration.Upstream? {
    guard var section = field.section() else { return nil }
    let isEnabled = isEnabled(&section)
    let effect = section.take("effect")?.choice(of: Configuration.Effect.self)
    let timeout = section.take("timeout")?.duration(in: 1...24 * 3_600_000)
    let maxInFlight = section.take("max_in_flight")?.integer(in: 1...100_000)
    let rate = section.take("rate")?.rate()
    let keepsPublic = section.take("public_cache")?.bool() ?? false
    let isQuarantined = section.take("quarantine")?.bool() ?? quarantines
    let accepts = section.take("accept").map(acceptances) ?? []
    let pages = section.take("pages").flatMap(pages)
    if let card = section.take("card") { take(card, of: name) }
    let filter = toolFilter(&section)
    let transport = transport(&section)
    takeClientKeys(&section)
    section.finish()
    guard let transport else { return nil }
    var upstream = Configuration.Upstream(
      name: name, transport: transport, isEnabled: isEnabled, declaredEffect: effect,
      tools: filter.tools, enabledTools: filter.enabled, disabledTools: filter.disabled,
      timeout: timeout, maxInFlight: maxInFlight, keepsPublic: keepsPublic,
      isQuarantined: isQuarantined, accepts: accepts)
    upstream.rate = rate
    if let pages { upstream.pages = pages }
    return upstream
  }

  /// An empty card is none.
  private func take(_ field: Field, of name: String) {
    guard takesCards else {
      return field.fail(
        "is no part of the definition of an added server",
        expected: "`sallyport catalog card \(name)`, once the server is added")
    }
    guard let card = card(field), card != Configuration.Card() else { return }
    cards[name] = card
  }

  /// `deny`, or the hosts that pages may speak with.
  private func pages(_ field: Field) -> Configuration.Pages? {
    if case .scalar(let scalar) = field.node.content, scalar.text == "deny" { return .denied }
    guard var section = field.section() else { return nil }
    defer { section.finish() }
    guard let hosts = section.take("hosts") else {
      field.fail("has no `hosts`", expected: "`deny`, or `{hosts: [api.example.com]}`")
      return nil
    }
    let expected = "`api.example.com`, or `*.example.com` for all below it"
    let names = hosts.names(expected: expected)
    for name in names where !Self.isHost(name) {
      hosts.fail("\(quoted(name)) is no host", expected: expected)
    }
    return .hosts(names.map { $0.lowercased() })
  }

  private static func isHost(_ name: String) -> Bool {
    let labels = (name.hasPrefix("*.") ? name.dropFirst(2) : name[...])
      .split(separator: ".", omittingEmptySubsequences: false)
    return labels.allSatisfy { label in
      !label.isEmpty
        && label.utf8.allSatisfy { byte in
          switch byte {
          case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            true
          default: false
          }
        }
    }
  }

  private func acceptances(_ field: Field) -> Set<Configuration.Acceptance> {
    Set(field.items().compactMap { $0.choice(of: Configuration.Acceptance.self) })
  }

  func checkServerName(_ name: String, _ field: Field) {
    let near = Configuration.Upstream.name(like: name)
    if near != name { reportName(name, field, suggestion: near) }
  }

  private func reportName(_ name: String, _ field: Field, suggestion: String?) {
    report(
      .error, at: field.keyMark, path: "mcpServers", "\(quoted(name)) cannot be a server's name",
      expected: "1 to 32 letters, digits, `-` and `_`, not with `_` at the end, and without `__` "
        + "(it separates server and tool)",
      suggestion: suggestion)
  }

  /// `disabled`, and `enabled` or `isActive` the other way round.
  private func isEnabled(_ section: inout Section) -> Bool {
    let disabled = section.take("disabled")
    let enabled = section.take("enabled")
    let active = section.take("isActive", suggested: false)
    var answers: [(field: Field, isEnabled: Bool)] = []
    if let disabled, let value = disabled.bool() { answers.append((disabled, !value)) }
    if let enabled, let value = enabled.bool() { answers.append((enabled, value)) }
    if let active, let value = active.bool() { answers.append((active, value)) }
    for answer in answers.dropFirst() where answer.isEnabled != answers[0].isEnabled {
      answer.field.fail("contradicts \(quoted(answers[0].field.path))", expected: "one of the two")
    }
    return answers.first?.isEnabled ?? true
  }

  private typealias ToolFilter = (
    tools: [String: Configuration.Tool], enabled: Set<String>?, disabled: Set<String>
  )

  /// `tools` as ours, and the lists of tools to offer or not that clients know.
  private func toolFilter(_ section: inout Section) -> ToolFilter {
    var filter: ToolFilter = ([:], nil, [])
    func offerOnly(_ field: Field?) {
      guard let field, let names = toolNames(field) else { return }
      filter.enabled = filter.enabled?.intersection(names) ?? names
    }
    if let field = section.take("tools") {
      if case .sequence = field.node.content {
        offerOnly(field)
      } else {
        filter.tools = tools(field)
      }
    }
    for key in ["enabledTools", "includeTools", "allowedTools"] {
      offerOnly(section.take(key, suggested: key == "enabledTools"))
    }
    for key in ["disabledTools", "excludeTools"] {
      guard let field = section.take(key, suggested: key == "disabledTools") else { continue }
      let names = field.names(expected: "a tool's name")
      for name in names where name.contains(where: { "*?[".contains($0) }) {
        field.fail(
          "\(quoted(name)) is a pattern", expected: "tool names, or a policy that forbids them")
      }
      filter.disabled.formUnion(names)
    }
    return filter
  }

  /// The names of a list, or nil when it offers all tools.
  private func toolNames(_ field: Field) -> Set<String>? {
    let names = field.names(expected: "a tool's name")
    if names == ["*"] { return nil }
    for name in names where name.contains(where: { "*?[".contains($0) }) {
      field.fail("\(quoted(name)) is a pattern", expected: "tool names, or a policy")
    }
    return Set(names)
  }

  private func tools(_ field: Field) -> [String: Configuration.Tool] {
    var tools: [String: Configuration.Tool] = [:]
    for (name, field) in field.members() {
      guard var section = field.section() else { continue }
      tools[name] = Configuration.Tool(
        effect: section.take("effect")?.choice(of: Configuration.Effect.self),
        timeout: section.take("timeout")?.duration(in: 1...24 * 3_600_000),
        cost: section.take("cost")?.integer(in: 0...1_000_000_000))
      section.finish()
    }
    return tools
  }

  /// What other clients write into a server's block and Sallyport does not need.
  private func takeClientKeys(_ section: inout Section) {
    for key in ["description", "name", "icon"] { _ = section.take(key, suggested: false) }
    for key in ["alwaysAllow", "autoApprove", "trust"] {
      section.take(key, suggested: false)?.warn(
        "is ignored: it grants nothing here", expected: "a policy that permits the tools")
    }
    for key in [
      "watchPaths", "dev", "gallery", "version", "sandbox", "sandboxEnabled", "note", "provider",
    ] {
      section.take(key, suggested: false)?.warn("is ignored: it belongs to another client")
    }
    for key in ["oauth", "auth", "authProviderType", "headersHelper"] {
      section.take(key, suggested: false)?.fail(
        "is not supported yet", expected: "`headers: {Authorization: \"Bearer ${NAME}\"}`")
    }
  }
}
