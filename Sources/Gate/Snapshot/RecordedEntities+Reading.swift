import Cedar
import JSON
import Ledger

extension RecordedEntities {
  /// The entities whose pieces these are.
  static func entities(
    version: String, pieces: [LedgerEntry]
  ) throws(ReplayError) -> Entities {
    let entities = pieces.compactMap { $0.document.root[member: "entities"] }
      .flatMap(\.elements).map { Array($0.raw) }
    guard Self.version(of: entities) == version else { throw .wrongDigest(version: version) }
    let array = [UInt8(ascii: "[")] + entities.joined(separator: [UInt8(ascii: ",")])
    do {
      return try Entities.parse(json: array + [UInt8(ascii: "]")])
    } catch {
      throw .unreadable("the entities", reason: error.description)
    }
  }
}
