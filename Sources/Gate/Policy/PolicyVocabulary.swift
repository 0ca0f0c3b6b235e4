import Catalog
import Cedar
import Configuration

/// The entity types, actions and attributes that policies speak of.
enum PolicyVocabulary {
  static let agent: EntityType = "Sallyport::Agent"
  static let human: EntityType = "Sallyport::Human"
  static let role: EntityType = "Sallyport::Role"
  static let tenant: EntityType = "Sallyport::Tenant"
  static let tool: EntityType = "Sallyport::Tool"
  static let server: EntityType = "Sallyport::Server"
  static let action: EntityType = "Sallyport::Action"

  static let list = EntityUID(type: action, id: "list")
  static let call = EntityUID(type: action, id: "call")
  static let elicit = EntityUID(type: action, id: "elicit")
  static let sample = EntityUID(type: action, id: "sample")
  static let listRoots = EntityUID(type: action, id: "listRoots")

  /// The actions that are not those of one tool and not groups. Policies may name those that no
  /// request has yet.
  static let reservedActions = ["list", "readResource", "getPrompt", "complete"]

  /// The group of actions of an effect.
  static func group(_ effect: Configuration.Effect) -> EntityUID {
    EntityUID(type: action, id: effect.rawValue)
  }

  /// What policies can ask about the tools of a catalog: for each its action in the group of its
  /// effect, and its resource in its server.
  static func entities(of catalog: ToolCatalog) -> [Entity] {
    var entities = Configuration.Effect.allCases.map { Entity(group($0), parents: [call]) }
    entities.append(Entity(list))
    entities.append(Entity(call))
    for server in catalog.servers {
      entities.append(Entity(EntityUID(type: Self.server, id: server)))
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
          ],
          parents: [EntityUID(type: Self.server, id: tool.server)]))
    }
    return entities
  }
}
