import Catalog
import Cedar
import Configuration

/// Tells whether the tools, servers and actions that policies name can be there.
struct PolicyNames {
  enum Verdict: Equatable {
    case known
    /// The tools of this server are not known yet.
    case pending(server: String)
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
    case PolicyVocabulary.action: return tool(uid.id, "action", others: Self.actionsOfNoTool)
    default: return .known
    }
  }

  private static let actionsOfNoTool =
    ["call"] + Configuration.Effect.allCases.map(\.rawValue) + PolicyVocabulary.reservedActions

  private var serverNames: [String] { servers.map(\.configuration.name) }

  private func tool(_ name: String, _ what: String, others: [String]) -> Verdict {
    guard let (server, tool) = Self.parts(of: name) else {
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
    guard known.isListed else { return .pending(server: server) }
    let others = tools.lazy.filter { $0.server == server }.map(\.name)
    return .wrong("the server `\(server)` has no tool `\(tool)`" + hint(name, among: others))
  }

  /// The server and the tool that a public name is made of; nil when it is none.
  static func parts(of name: String) -> (server: String, tool: String)? {
    let bytes = Array(name.utf8)
    let underscore = UInt8(ascii: "_")
    guard bytes.allSatisfy({ $0 < 0x80 }),
      let gap = bytes.indices.dropLast().first(where: {
        bytes[$0] == underscore && bytes[$0 + 1] == underscore
      }), gap > 0, gap + 2 < bytes.count
    else { return nil }
    return (
      String(decoding: bytes[..<gap], as: UTF8.self),
      String(decoding: bytes[(gap + 2)...], as: UTF8.self)
    )
  }

  private func hint(_ name: String, among known: some Sequence<String>) -> String {
    SpellingSuggestion.closest(to: name, among: known).map { "; did you mean `\($0)`?" } ?? ""
  }
}
