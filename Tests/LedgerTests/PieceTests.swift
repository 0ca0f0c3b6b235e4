import JSON
import Testing

@testable import Ledger

@Suite("Pieces of policies and entities")
struct PieceTests {
  @Test func `a long file is cut at characters into records that fit, and nothing is lost`() throws
  {
    let text = String(repeating: "é\u{1}\"a\n", count: 60_000)
    let pieces = PoliciesRecord.pieces(
      version: "v", files: [("a.cedar", text), ("b.cedar", ""), ("c.cedar", "permit")])
    #expect(pieces.count > 3)
    #expect(pieces.map(\.part) == Array(pieces.indices))
    #expect(pieces.allSatisfy { $0.parts == pieces.count })
    var read: [String: String] = [:]
    for piece in pieces {
      let json = LedgerRecord(.policies(piece)).json
      #expect(json.count <= LedgerLimits.recordBytesMax)
      let root = try JSONDocument(parsing: json).root
      read[root[member: "file"]?.string ?? "", default: ""] += root[member: "text"]?.string ?? ""
    }
    #expect(read["a.cedar"]?.utf8.elementsEqual(text.utf8) == true)
    #expect(read["b.cedar"] == "")
    #expect(read["c.cedar"] == "permit")
  }

  @Test func `entities are divided among records that fit`() throws {
    let entities = (0..<5_000).map { Array("{\"uid\":{\"id\":\"\($0)\",\"type\":\"T\"}}".utf8) }
    let pieces = try #require(EntitiesRecord.pieces(version: "v", entities: entities))
    #expect(pieces.count > 1)
    #expect(pieces.flatMap(\.entities) == entities)
    for piece in pieces {
      #expect(LedgerRecord(.entities(piece)).json.count <= LedgerLimits.recordBytesMax)
    }
    #expect(EntitiesRecord.pieces(version: "v", entities: [])?.count == 1)
    let long = [UInt8](repeating: 0x20, count: LedgerLimits.pieceBytesMax)
    #expect(EntitiesRecord.pieces(version: "v", entities: [long]) == nil)
  }
}
