public import Configuration
public import Crypto
public import JSON
public import MCP

/// One tool of one upstream, as agents may see it.
public final class Tool: Sendable {
  /// The public name, `server__tool`.
  public let name: String
  /// The server's name in the configuration.
  public let server: String
  /// What the upstream calls it.
  public let upstreamName: String
  /// What the operator says the tool does. An upstream's annotations are claims and lower nothing.
  public let effect: Configuration.Effect
  /// How long a call may take.
  public let timeout: Duration
  /// The compiled `inputSchema`.
  public let inputSchema: JSONSchema
  /// The JSON text of the tool for `tools/list`: as it came, under its public name.
  public let definition: [UInt8]
  /// SHA-256 of the definition, in lowercase hexadecimal.
  public let digest: String
  /// Who answers its calls.
  public let upstream: any Upstream

  init(
    name: String, server: String, upstreamName: String, effect: Configuration.Effect,
    timeout: Duration, inputSchema: JSONSchema, definition: [UInt8], upstream: any Upstream
  ) {
    self.name = name
    self.server = server
    self.upstreamName = upstreamName
    self.effect = effect
    self.timeout = timeout
    self.inputSchema = inputSchema
    self.definition = definition
    digest = SHA256.hash(definition).hex
    self.upstream = upstream
  }
}

/// Why a tool of an upstream is not offered.
public struct ToolProblem: Sendable, Hashable {
  /// The upstream's own name of the tool, cut to 128 characters.
  public let tool: String
  /// What is wrong with it, for a person.
  public let reason: String
}

/// Every tool of every upstream at one moment, in the order of their public names. Immutable.
public final class ToolCatalog: Sendable {
  /// Ordered by the bytes of their names.
  public let tools: [Tool]
  private let byName: [String: Tool]
  /// The configured servers, in the order of the configuration.
  public let servers: [String]
  /// The servers whose tools are known: those that have listed them since they were configured.
  public let listed: Set<String>
  /// Whether every enabled upstream has been connected, or has failed, at least once.
  public let isSettled: Bool
  /// Differs when what a list shows differs: SHA-256 over the definitions in order.
  public let digest: SHA256Digest

  init(tools: [Tool], servers: [String], listed: Set<String>? = nil, isSettled: Bool) {
    // Bytes, not locale: the order is the same everywhere.
    self.tools = tools.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    self.servers = servers
    self.listed = listed ?? Set(servers)
    self.isSettled = isSettled
    var digest = SHA256()
    for tool in self.tools { digest.update(tool.definition) }
    self.digest = digest.finalize()
    byName = Dictionary(tools.map { ($0.name, $0) }) { first, _ in first }
  }

  /// Before anything is connected.
  public static let empty = ToolCatalog(tools: [], servers: [], listed: [], isSettled: false)

  /// The tool with this public name.
  public subscript(name: String) -> Tool? { byName[name] }
}
