import Cedar
import Crypto
import JSON

/// Entities as the ledger holds them: Cedar's entities JSON, one object each, in canonical form.
enum RecordedEntities {
  /// Each entity as JSON, in the given order.
  static func encode(_ entities: [Entity]) -> [[UInt8]] {
    entities.map { entity in
      var writer = JSONWriter(reservingCapacity: 256)
      writer.beginObject()
      writer.name("attrs")
      write(.record(entity.attributes), to: &writer)
      writer.name("parents")
      writer.beginArray()
      for parent in entity.parents { write(parent, to: &writer) }
      writer.endArray()
      writer.name("uid")
      write(entity.uid, to: &writer)
      writer.endObject()
      return writer.bytes
    }
  }

  /// The digest that names encoded entities: SHA-256 over the JSON array of them; hex.
  static func version(of entities: [[UInt8]]) -> String {
    var digest = SHA256()
    digest.update([UInt8(ascii: "[")])
    for (index, entity) in entities.enumerated() {
      if index > 0 { digest.update([UInt8(ascii: ",")]) }
      digest.update(entity)
    }
    digest.update([UInt8(ascii: "]")])
    return digest.finalize().hex
  }

  private static func write(_ uid: EntityUID, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.name("id")
    writer.string(uid.id)
    writer.name("type")
    writer.string(uid.type.name)
    writer.endObject()
  }

  private static func write(_ value: Value, to writer: inout JSONWriter) {
    switch value {
    case .bool(let value): writer.bool(value)
    case .long(let value): writer.int(value)
    case .string(let value): writer.string(value)
    case .entity(let uid):
      writer.beginObject()
      writer.name("__entity")
      write(uid, to: &writer)
      writer.endObject()
    case .set(let set):
      writer.beginArray()
      for element in set.values { write(element, to: &writer) }
      writer.endArray()
    case .record(let record):
      writer.beginObject()
      for member in record.members {
        writer.name(member.name.text)
        write(member.value, to: &writer)
      }
      writer.endObject()
    case .extension(let value):
      // What the catalog describes has no such values.
      writer.string(value.description)
    }
  }
}
