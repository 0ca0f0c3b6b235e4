import Catalog
import Cedar
import Configuration
import Ledger

/// An item of a server, as policies and records name what is decided about it.
extension PolicyVocabulary {
  /// What a decision is about, and what describes it.
  static func resource(
    of item: ItemKey, server: String, effect: String?
  ) -> (EntityUID, Entity?) {
    let entity: Entity
    switch item.kind {
    case .server, .instructions: return (uid(ofServer: server), nil)
    case .tool:
      entity = Entity(
        EntityUID(type: tool, id: PublicName.of(item.name, server: server)),
        attributes: [
          "name": .string(item.name),
          "effect": .string(effect ?? Configuration.Effect.destructive.rawValue),
          "server": .entity(uid(ofServer: server)),
        ], parents: [uid(ofServer: server)])
    case .prompt: entity = prompt(item.name, server: server)
    case .template, .page: entity = resource(LedgerResource(uri: item.name), server: server)
    }
    return (entity.uid, entity)
  }
}

extension LedgerCall {
  /// Names an item as what it is about.
  mutating func name(_ item: ItemKey, of server: String, effect: String?) {
    self.server = server
    self.effect = effect
    switch item.kind {
    case .server, .instructions: break
    case .tool: tool = item.name
    case .prompt: prompt = item.name
    case .template, .page: resource = LedgerResource(uri: item.name)
    }
  }
}
