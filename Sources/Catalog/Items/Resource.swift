public import MCP

/// One resource of one upstream, as agents may see it: a listed one, or one that a request names
/// and no list has.
public final class Resource: CatalogItem {
  /// The public URI.
  public let uri: String
  /// The server's name in the configuration.
  public let server: String
  /// What the upstream calls it.
  public let upstreamURI: String
  /// The `name` it is listed with. A claim.
  public let name: String?
  /// The `mimeType` it is listed with. A claim.
  public let mimeType: String?
  /// How long the upstream may take.
  public let timeout: Duration
  /// The JSON text of the resource for aggregated endpoints; empty when no list has it.
  public let definition: [UInt8]
  /// The JSON text of the resource as it came; empty when no list has it.
  public let ownDefinition: [UInt8]
  /// Who answers for it.
  public let upstream: any Upstream

  /// `uri`.
  public var publicID: String { uri }
  /// `upstreamURI`.
  public var ownID: String { upstreamURI }

  init(
    uri: String, server: String, upstreamURI: String, name: String? = nil,
    mimeType: String? = nil, timeout: Duration, definition: [UInt8] = [],
    ownDefinition: [UInt8] = [], upstream: any Upstream
  ) {
    self.uri = uri
    self.server = server
    self.upstreamURI = upstreamURI
    self.name = name
    self.mimeType = mimeType
    self.timeout = timeout
    self.definition = definition
    self.ownDefinition = ownDefinition
    self.upstream = upstream
  }
}

/// One resource template of one upstream: a `Resource` whose URIs are templates (RFC 6570).
public final class ResourceTemplate: CatalogItem {
  /// The template as policies and completion speak of it.
  public let resource: Resource

  /// The public URI template.
  public var uriTemplate: String { resource.uri }
  /// The public URI template.
  public var publicID: String { resource.uri }
  /// The upstream's own URI template.
  public var ownID: String { resource.upstreamURI }
  /// The server's name in the configuration.
  public var server: String { resource.server }
  /// The JSON text of the template for aggregated endpoints.
  public var definition: [UInt8] { resource.definition }
  /// The JSON text of the template as it came.
  public var ownDefinition: [UInt8] { resource.ownDefinition }

  init(_ resource: Resource) { self.resource = resource }
}
