import Catalog
import Cedar
import Configuration
import Ledger

/// The entity types, actions and attributes that policies speak of.
enum PolicyVocabulary {
  static let agent: EntityType = "Sallyport::Agent"
  static let human: EntityType = "Sallyport::Human"
  static let role: EntityType = "Sallyport::Role"
  static let tenant: EntityType = "Sallyport::Tenant"
  static let tool: EntityType = "Sallyport::Tool"
  static let prompt: EntityType = "Sallyport::Prompt"
  static let resource: EntityType = "Sallyport::Resource"
  static let server: EntityType = "Sallyport::Server"
  static let stop: EntityType = "Sallyport::Stop"
  static let grant: EntityType = "Sallyport::Grant"
  static let action: EntityType = "Sallyport::Action"

  static let list = EntityUID(type: action, id: "list")
  static let call = EntityUID(type: action, id: "call")

  static let readResource = EntityUID(type: action, id: "readResource")
  static let subscribe = EntityUID(type: action, id: "subscribe")
  static let getPrompt = EntityUID(type: action, id: "getPrompt")
  static let complete = EntityUID(type: action, id: "complete")
  /// What a server asks of the client in the middle of a call.
  static let elicit = EntityUID(type: action, id: "elicit")
  static let sample = EntityUID(type: action, id: "sample")
  static let listRoots = EntityUID(type: action, id: "listRoots")
  /// Lets agents see an item.
  static let approve = EntityUID(type: action, id: "approve")
  /// Keeps an item from agents.
  static let reject = EntityUID(type: action, id: "reject")
  /// Permits something until a time, and takes such a grant back.
  static let giveGrant = EntityUID(type: action, id: "grant")
  static let revoke = EntityUID(type: action, id: "revoke")
  /// Stops something.
  static let orderStop = EntityUID(type: action, id: "stop")
  /// Takes a stop back.
  static let lift = EntityUID(type: action, id: "lift")

  /// Answers a call that waits for people.
  static let approveCall = EntityUID(type: action, id: "approveCall")

  /// The actions that are not those of one tool and not groups.
  static let reservedActions = [
    list, readResource, subscribe, getPrompt, complete, elicit, sample, listRoots, approve,
    reject, approveCall, lift, giveGrant, revoke, orderStop,
  ]

  /// The group of actions of an effect.
  static func group(_ effect: Configuration.Effect) -> EntityUID {
    EntityUID(type: action, id: effect.rawValue)
  }

  /// What policies can ask about the tools of a catalog: for each its action in the group of its
  /// effect, and its resource in its server. Prompts and resources are described with a request.
  static func entities(of catalog: CatalogSnapshot) -> [Entity] {
    var entities = Configuration.Effect.allCases.map { Entity(group($0), parents: [call]) }
    for action in reservedActions { entities.append(Entity(action)) }
    entities.append(Entity(call))
    for server in catalog.servers {
      entities.append(
        Entity(uid(ofServer: server.name), attributes: attributes(of: server.card)))
    }
    let groups = Dictionary(
      uniqueKeysWithValues: Configuration.Effect.allCases.map { ($0, group($0)) })
    for tool in catalog.tools {
      entities.append(
        Entity(
          EntityUID(type: action, id: tool.name),
          parents: [groups[tool.effect] ?? group(tool.effect), call]))
      entities.append(
        Entity(
          EntityUID(type: Self.tool, id: tool.name),
          attributes: [
            "name": .string(tool.upstreamName), "effect": .string(tool.effect.rawValue),
            "server": .entity(uid(ofServer: tool.server)),
          ],
          parents: [uid(ofServer: tool.server)]))
    }
    return entities
  }

  /// What a card says of its server; what it does not say is no attribute.
  private static func attributes(of card: ServerCard?) -> Record {
    var members: ContiguousArray<Record.Member> = []
    func add(_ name: AttributeName, _ value: Value?) {
      if let value { members.append(Record.Member(name, value)) }
    }
    func set(_ texts: [String]?) -> Value? {
      texts.map { .set(ValueSet($0.map { .string($0) })) }
    }
    add("conformance", (card?.conformance?.rawValue).map { .string($0) })
    add("dataClasses", set(card?.dataClasses))
    add("environments", set(card?.environments))
    add("firstParty", card?.isFirstParty.map { .bool($0) })
    add("origin", card?.origin.map { .string($0) })
    add("owner", card?.owner.map { .string($0) })
    add("reviewOverdue", card?.isReviewOverdue.map { .bool($0) })
    add("risk", card?.risk.map { .string($0) })
    return Record(members)
  }

  static func uid(ofServer name: String) -> EntityUID { EntityUID(type: server, id: name) }

  /// A prompt. Made for each request: what servers list changes often, and a record of the
  /// decision holds all of it.
  static func prompt(_ name: String, server: String) -> Entity {
    Entity(
      EntityUID(type: prompt, id: PublicName.of(name, server: server)),
      attributes: ["name": .string(name), "server": .entity(uid(ofServer: server))],
      parents: [uid(ofServer: server)])
  }

  /// A resource or a resource template, as `prompt`.
  static func resource(_ resource: LedgerResource, server: String) -> Entity {
    var attributes: ContiguousArray = [Record.Member("uri", .string(resource.uri))]
    if let name = resource.name { attributes.append(Record.Member("name", .string(name))) }
    if let type = resource.mimeType {
      attributes.append(Record.Member("mimeType", .string(type)))
    }
    attributes.append(Record.Member("server", .entity(uid(ofServer: server))))
    let scheme = PublicURI.scheme(ofServer: server)
    return Entity(
      EntityUID(type: Self.resource, id: PublicURI.wrap(resource.uri, scheme: scheme)),
      attributes: Record(attributes), parents: [uid(ofServer: server)])
  }
}
