public import MCP

/// One prompt of one upstream, as agents may see it.
public final class Prompt: CatalogItem {
  /// The public name, `server__prompt`.
  public let name: String
  /// The server's name in the configuration.
  public let server: String
  /// What the upstream calls it.
  public let upstreamName: String
  /// How long the upstream may take.
  public let timeout: Duration
  /// The JSON text of the prompt for aggregated endpoints: as it came, under its public name.
  public let definition: [UInt8]
  /// The JSON text of the prompt as it came.
  public let ownDefinition: [UInt8]
  /// Who answers for it.
  public let upstream: any Upstream

  /// `name`.
  public var publicID: String { name }
  /// `upstreamName`.
  public var ownID: String { upstreamName }

  init(
    name: String, server: String, upstreamName: String, timeout: Duration, definition: [UInt8],
    ownDefinition: [UInt8], upstream: any Upstream
  ) {
    self.name = name
    self.server = server
    self.upstreamName = upstreamName
    self.timeout = timeout
    self.definition = definition
    self.ownDefinition = ownDefinition
    self.upstream = upstream
  }
}
