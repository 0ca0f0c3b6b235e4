import Catalog
import Cedar
import Configuration

/// Tells whether the tools, servers and actions that policies name can be there.
struct PolicyNames {
  enum Verdict: Equatable {
    case known
    /// The tools of this server are not known yet.
    case pending(server: String)
    /// Nobody has approved this tool of the server.
    case quarantined(server: String)
    case wrong(String)
  }

  private let known: Set<EntityUID>
  private let servers: [PolicySchema.KnownServer]
  private let tools: [Tool]

  init(_ schema: PolicySchema) {
    servers = schema.servers
    tools = schema.tools
    var known = Set(
      Self.actionsOfNoTool.map { EntityUID(type: PolicyVocabulary.action, id: $0) })
    for tool in schema.tools {
      known.insert(EntityUID(type: PolicyVocabulary.action, id: tool.name))
      known.insert(EntityUID(type: PolicyVocabulary.tool, id: tool.name))
    }
    for server in schema.servers {
      known.insert(EntityUID(type: PolicyVocabulary.server, id: server.configuration.name))
    }
    self.known = known
  }

  func verdict(on uid: EntityUID) -> Verdict {
    if known.contains(uid) { return .known }
    switch uid.type {
    case PolicyVocabulary.server:
      return .wrong("no server `\(uid.id)` is configured" + hint(uid.id, among: serverNames))
    case PolicyVocabulary.tool: return tool(uid.id, "tool", others: [])
    case PolicyVocabulary.prompt: return prompt(uid.id)
    case PolicyVocabulary.resource: return resource(uid.id)
    case PolicyVocabulary.action: return tool(uid.id, "action", others: Self.actionsOfNoTool)
    default: return .known
    }
  }

  private static let actionsOfNoTool =
    ["call"] + Configuration.Effect.allCases.map(\.rawValue)
    + PolicyVocabulary.reservedActions.map(\.id)

  private var serverNames: [String] { servers.map(\.configuration.name) }

  private func tool(_ name: String, _ what: String, others: [String]) -> Verdict {
    guard let (server, tool) = PublicName.parts(of: name) else {
      return .wrong(
        "there is no \(what) `\(name)`; the name of a tool is `server__tool`"
          + hint(name, among: others + tools.map(\.name)))
    }
    guard let known = servers.first(where: { $0.configuration.name == server }) else {
      return .wrong(
        "no server `\(server)` is configured, so there is no \(what) `\(name)`"
          + hint(server, among: serverNames))
    }
    guard known.configuration.offers(tool: tool) else {
      return .wrong("the configuration of `\(server)` leaves out the tool `\(tool)`")
    }
    if known.listed?.withholds(.tools, tool) == true { return .quarantined(server: server) }
    guard known.isListed else { return .pending(server: server) }
    let others = tools.lazy.filter { $0.server == server }.map(\.name)
    return .wrong("the server `\(server)` has no tool `\(tool)`" + hint(name, among: others))
  }

  /// What a server lists as prompts changes often, and a prompt that is not there harms nobody.
  private func prompt(_ name: String) -> Verdict {
    guard let (server, _) = PublicName.parts(of: name) else {
      return .wrong("there is no prompt `\(name)`; the name of a prompt is `server__prompt`")
    }
    return isKnown(server) ? .known : noServer(server, "prompt", name)
  }

  /// Resources need not be listed to be there.
  private func resource(_ uri: String) -> Verdict {
    guard let (scheme, _) = PublicURI.unwrap(uri) else {
      return .wrong(
        "there is no resource `\(uri)`; the URI of a resource is `server+URI`, for example "
          + "`github+repo://a/b`")
    }
    let isKnown = servers.contains { PublicURI.scheme(ofServer: $0.configuration.name) == scheme }
    return isKnown ? .known : noServer(scheme, "resource", uri)
  }

  private func isKnown(_ server: String) -> Bool {
    servers.contains { $0.configuration.name == server }
  }

  private func noServer(_ server: String, _ what: String, _ name: String) -> Verdict {
    .wrong(
      "no server `\(server)` is configured, so there is no \(what) `\(name)`"
        + hint(server, among: serverNames))
  }

  private func hint(_ name: String, among known: some Sequence<String>) -> String {
    SpellingSuggestion.closest(to: name, among: known).map { "; did you mean `\($0)`?" } ?? ""
  }
}
