import Catalog
import Cedar
public import Ledger

/// What a request is about, as policies and records name it.
public enum PolicySubject: Sendable, Equatable {
  /// A tool, by its public name.
  case tool(String)
  /// A prompt, by its server and the server's own name.
  case prompt(server: String, name: String)
  /// A resource or a resource template of a server.
  case resource(server: String, LedgerResource)
  /// A server as a whole.
  case server(String)

  /// The public name or URI.
  public var publicID: String {
    switch self {
    case .tool(let name), .server(let name): name
    case .prompt(let server, let name): PublicName.of(name, server: server)
    case .resource(let server, let resource):
      PublicURI.wrap(resource.uri, scheme: PublicURI.scheme(ofServer: server))
    }
  }

  /// The resource of a request to Cedar.
  var uid: EntityUID {
    switch self {
    case .tool: EntityUID(type: PolicyVocabulary.tool, id: publicID)
    case .prompt: EntityUID(type: PolicyVocabulary.prompt, id: publicID)
    case .resource: EntityUID(type: PolicyVocabulary.resource, id: publicID)
    case .server(let name): PolicyVocabulary.uid(ofServer: name)
    }
  }

  /// What describes it beside the entities of the catalog.
  var entities: [Entity] {
    switch self {
    case .tool, .server: []
    case .prompt(let server, let name): [PolicyVocabulary.prompt(name, server: server)]
    case .resource(let server, let resource):
      [PolicyVocabulary.resource(resource, server: server)]
    }
  }

  init(_ prompt: Prompt) { self = .prompt(server: prompt.server, name: prompt.upstreamName) }

  init(_ resource: Resource) {
    self = .resource(
      server: resource.server,
      LedgerResource(
        uri: resource.upstreamURI, name: resource.name, mimeType: resource.mimeType))
  }
}
