/// A piece of the entities that policies can ask about: tools, servers, actions and their groups.
/// All pieces of a version follow one another.
public struct EntitiesRecord: Sendable, Equatable {
  /// The digest of the entities, as decisions name it.
  public var version: String
  /// Cedar entities, each one JSON object in canonical form.
  public var entities: [[UInt8]]
  /// Which piece this is, from 0.
  public var part: Int
  /// How many pieces there are.
  public var parts: Int

  /// The pieces that hold entities in their order, at least one piece.
  /// - Returns: nil when one entity is longer than a piece may be.
  public static func pieces(version: String, entities: [[UInt8]]) -> [EntitiesRecord]? {
    var pieces = [EntitiesRecord(version: version, entities: [], part: 0, parts: 0)]
    var size = 0
    for entity in entities {
      let bytes = entity.count + 1
      guard bytes <= LedgerLimits.pieceBytesMax else { return nil }
      if size + bytes > LedgerLimits.pieceBytesMax {
        pieces.append(
          EntitiesRecord(version: version, entities: [], part: pieces.count, parts: 0))
        size = 0
      }
      pieces[pieces.count - 1].entities.append(entity)
      size += bytes
    }
    for index in pieces.indices { pieces[index].parts = pieces.count }
    return pieces
  }

  func encode(time: Int64, into writer: inout RecordWriter) {
    let name = LedgerLimits.nameBytesMax
    writer.beginObject()
    writer.name("entities")
    writer.array(of: entities)
    writer.member("kind", LedgerRecord.Kind.entities.rawValue, limit: name)
    writer.member("part", Int64(part))
    writer.member("parts", Int64(parts))
    writer.member("time", time)
    writer.member("version", version, limit: name)
    writer.endObject()
  }
}
