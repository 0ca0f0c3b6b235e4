public import Configuration
import Crypto
public import JSON
public import MCP

/// One tool of one upstream, as agents may see it.
public final class Tool: CatalogItem {
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
  /// The arguments that leave in headers too.
  public let parameterHeaders: ParameterHeaders
  /// The JSON text of the tool for aggregated endpoints: as it came, under its public name.
  public let definition: [UInt8]
  /// The JSON text of the tool as it came.
  public let ownDefinition: [UInt8]
  /// Whether its server means it for its pages alone and not for models (SEP-1865, «Visibility»).
  public let isForAppsOnly: Bool
  /// Whether its calls can be made as tasks of 2025-11-25 (`execution.taskSupport`), if its server
  /// has them.
  public let canBeTask: Bool
  /// SHA-256 of the definition, in lowercase hexadecimal: of a pinned tool that which was approved,
  /// else that of `definition`.
  public let digest: String
  /// Under which circumstances it stands here; nil when its server is not quarantined.
  public let pin: ToolPin?
  /// Who answers its calls.
  public let upstream: any Upstream

  /// `name`.
  public var publicID: String { name }
  /// `upstreamName`.
  public var ownID: String { upstreamName }

  init(
    name: String, server: String, upstreamName: String, effect: Configuration.Effect,
    timeout: Duration, inputSchema: JSONSchema, parameterHeaders: ParameterHeaders,
    definition: [UInt8], ownDefinition: [UInt8], isForAppsOnly: Bool = false,
    canBeTask: Bool = false, upstream: any Upstream, digest: String? = nil, pin: ToolPin? = nil
  ) {
    self.name = name
    self.server = server
    self.upstreamName = upstreamName
    self.effect = effect
    self.timeout = timeout
    self.inputSchema = inputSchema
    self.parameterHeaders = parameterHeaders
    self.definition = definition
    self.ownDefinition = ownDefinition
    self.isForAppsOnly = isForAppsOnly
    self.canBeTask = canBeTask
    self.upstream = upstream
    self.digest = digest ?? SHA256.hash(definition).hex
    self.pin = pin
  }

  /// The tool as it was approved.
  convenience init(
    _ tool: Tool, effect: Configuration.Effect, digest: String, pin: ToolPin
  ) {
    self.init(
      name: tool.name, server: tool.server, upstreamName: tool.upstreamName, effect: effect,
      timeout: tool.timeout, inputSchema: tool.inputSchema,
      parameterHeaders: tool.parameterHeaders, definition: tool.definition,
      ownDefinition: tool.ownDefinition, isForAppsOnly: tool.isForAppsOnly,
      canBeTask: tool.canBeTask, upstream: tool.upstream, digest: digest, pin: pin)
  }
}
