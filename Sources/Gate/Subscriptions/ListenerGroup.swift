import Cedar
import Catalog
import Crypto
import Identity
import MCP

/// Listeners who are shown the same: what is visible is found out once for all of them.
final class ListenerGroup: @unchecked Sendable {  // mutable parts under the hub's lock
  /// What decides over what is visible.
  struct Key: Hashable {
    var principal: Principal
    var endpoint: Endpoint
    var transport: ClientTransport
    var name: String?
    var version: String?
    var origin: String?
    /// Whether tools for pages alone are shown.
    var hasApps = false
  }

  let key: Key
  let caller: Caller
  /// What policies see of the client.
  let client: ClientDescription
  /// What each list shows, as far as anybody wants to know.
  var digests: [ListKind: SHA256Digest] = [:]
  var listeners: [ObjectIdentifier: Listener] = [:]

  init(_ key: Key, _ caller: Caller, version: ProtocolVersion) {
    self.key = key
    self.caller = caller
    client = ClientDescription(
      transport: key.transport, version: version, name: key.name, softwareVersion: key.version,
      origin: key.origin)
  }

  static func key(of request: MCPRequest, as caller: Caller) -> Key {
    Key(
      principal: caller.principal, endpoint: request.endpoint,
      transport: request.client.transport, name: request.client.name,
      version: request.client.softwareVersion, origin: request.client.origin,
      hasApps: request.client.declares(extension: ProtocolExtension.apps))
  }

  /// What a list shows under a snapshot: SHA-256 over the visible definitions. Takes time.
  func digest(of kind: ListKind, in snapshot: GateSnapshot) -> SHA256Digest {
    var digest = SHA256()
    guard let view = snapshot.view(at: key.endpoint, for: caller),
      let entities = snapshot.decider.entities(for: caller)
    else { return digest.finalize() }
    func add(_ items: [some CatalogItem]) -> [[UInt8]] {
      items.compactMap { item in
        let decision = snapshot.decider.decideList(
          item, caller: caller, entities: entities, client: client)
        return decision.verdict == .allow ? view.definition(of: item) : nil
      }
    }
    let definitions =
      switch kind {
      case .tools: add(view.listedTools(forApps: key.hasApps))
      case .prompts: add(view.prompts)
      case .resources: add(view.resources) + add(view.templates)
      }
    for definition in definitions {
      digest.update(Array("\(definition.count)\u{0}".utf8))
      digest.update(definition)
    }
    return digest.finalize()
  }

  /// Whether the caller may still be told of a resource.
  func mayFollow(
    _ resource: Listener.Item, in snapshot: GateSnapshot, _ entities: Entities
  ) -> Bool {
    guard let view = snapshot.view(at: key.endpoint, for: caller),
      let found = view.resource(resource.name), found.server == resource.server
    else { return false }
    return snapshot.decider.decide(
      PolicyVocabulary.subscribe, on: PolicySubject(found), caller: caller, entities: entities,
      client: client, authentication: caller.authentication
    ).verdict == .allow
  }
}
