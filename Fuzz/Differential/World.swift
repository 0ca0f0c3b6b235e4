import FuzzSupport
import Cedar
import JSON

/// A random schema with entities that mostly conform to it.
struct World {
  let model: Model
  let entities: Entities
  /// Nil when the engine refuses the schema, which is a difference.
  let validator: Validator?
  let json: [UInt8]

  init(_ random: inout Random) throws(EntityError) {
    let model = Model.random(&random)
    var described: [(entity: Entity, attributes: RandomValue, tags: RandomValue)] = []
    for (type, declaration) in model.entities.enumerated() {
      for (number, id) in declaration.ids.enumerated() where random.chance(85) {
        var parents: [EntityUID] = []
        for parent in declaration.parents {
          for (other, parentID) in model.entities[parent].ids.enumerated()
          where (parent > type || other > number) && random.chance(40) {
            parents.append(EntityUID(type: model.entities[parent].name, id: parentID))
          }
        }
        let attributes = random.record(declaration.fields, of: model)
        var tags: [(String, RandomValue)] = []
        if let kind = declaration.tags {
          for key in ["a", "b c", "é"] where random.chance(50) {
            tags.append((key, random.value(kind, of: model)))
          }
        }
        let entity = Entity(
          EntityUID(type: declaration.name, id: id), attributes: attributes.record,
          parents: parents, tags: RandomValue.record(tags).record)
        described.append((entity, attributes, .record(tags)))
      }
    }
    for action in model.actions {
      let parents = action.parents.map { EntityUID(type: "Action", id: model.actions[$0].id) }
      let entity = Entity(EntityUID(type: "Action", id: action.id), parents: parents)
      described.append((entity, .record([]), .record([])))
    }
    self.model = model
    validator = (try? Schema.parse(model.schema, file: "schema")).map { Validator(schema: $0) }
    entities = try Entities(described.map(\.entity))
    json = World.json(described)
  }

  private static func json(
    _ described: [(entity: Entity, attributes: RandomValue, tags: RandomValue)]
  ) -> [UInt8] {
    var json = JSONWriter()
    json.beginArray()
    for (entity, attributes, tags) in described {
      json.beginObject()
      json.name("uid")
      json.uid(entity.uid)
      json.name("attrs")
      attributes.write(&json)
      json.name("tags")
      tags.write(&json)
      json.name("parents")
      json.beginArray()
      for parent in entity.parents { json.uid(parent) }
      json.endArray()
      json.endObject()
    }
    json.endArray()
    return json.bytes
  }
}
