import JSON
import Testing

@testable import Ledger

@Suite("What a decision keeps of arguments")
struct ArgumentsTests {
  private func record(_ arguments: LedgerArguments) throws -> LedgerEntry {
    let record = LedgerRecord(
      .decision(
        DecisionRecord(
          call: LedgerCall(id: "c"), arguments: arguments, decision: .allow)), time: 1)
    return try LedgerEntry(record.json, sequence: 3, file: "f", offset: 0)
  }

  @Test(
    arguments: [
      "{}", "{ \"b\" : 1.50,\r\n\t\"a\":1e3, \"n\": 12345678901234567890 }", #"{"a":"\u00e9é"}"#,
      "{\"s\":\"\(String(repeating: "x", count: 30_000))\"}",
    ])
  func `arguments stand in a record byte for byte as they came`(text: String) throws {
    let entry = try record(LedgerArguments(content: Array(text.utf8)[...]))
    let kept = try #require(entry.document.root[member: "arguments"])
    #expect(Array(kept.raw) == Array(text.utf8))
    #expect(entry.document.root[member: "arguments_bytes"]?.int64 == Int64(text.utf8.count))
    #expect(entry.document.root[member: "arguments_omitted"] == nil)
  }

  @Test func `a slice of a larger message is kept, not the message`() throws {
    let message = Array(#"[{"a":1},{"b":2}]"#.utf8)
    let entry = try record(LedgerArguments(content: message[9..<16]))
    #expect(entry.document.root[member: "arguments"]?.description == #"{"b":2}"#)
  }

  @Test func `a printed record is one line, whatever the arguments' white space`() throws {
    let entry = try record(LedgerArguments(content: Array("{\n\r\n\"a\\n\": 1\n}".utf8)[...]))
    #expect(!entry.line.contains(0x0A) && !entry.line.contains(0x0D))
    let printed = try JSONDocument(parsing: entry.line).root
    #expect(printed[member: "arguments"]?[member: "a\n"]?.int64 == 1)
  }

  @Test func `of arguments beyond the bound size and digest are kept`() throws {
    let content = Array("\"\(String(repeating: "x", count: LedgerLimits.argumentsBytesMax))\"".utf8)
    let root = try record(LedgerArguments(content: content[...])).document.root
    #expect(root[member: "arguments"] == nil)
    #expect(root[member: "arguments_bytes"]?.int64 == Int64(content.count))
    #expect(root[member: "arguments_omitted"]?.string == "size")
    #expect(
      root[member: "arguments_sha256"]?.string
        == "5a64727353f97453a666c234b2a1d27813bdee7a0e03d48f55b9d4ed91984c20")
  }

  @Test func `of arguments that are not to be kept only the size is`() throws {
    let root = try record(LedgerArguments(bytes: 42)).document.root
    #expect(root[member: "arguments"] == nil)
    #expect(root[member: "arguments_sha256"] == nil)
    #expect(root[member: "arguments_bytes"]?.int64 == 42)
    #expect(root[member: "arguments_omitted"]?.string == "configuration")
  }

  @Test func `a cut text of the request is said, one of the answer is not`() throws {
    let long = String(repeating: "é", count: 300)
    func isTruncated(_ call: LedgerCall, reason: String? = nil) throws -> Bool {
      let record = LedgerRecord(
        .decision(DecisionRecord(call: call, decision: .deny, reason: reason)))
      return try JSONDocument(parsing: record.json).root[member: "truncated"]?.bool == true
    }
    #expect(try isTruncated(LedgerCall(principal: LedgerPrincipal(human: long))))
    #expect(try isTruncated(LedgerCall(client: LedgerClient(name: nil, version: long))))
    #expect(
      try isTruncated(LedgerCall(principal: LedgerPrincipal(roles: (0..<65).map { "\($0)" }))))
    #expect(try !isTruncated(LedgerCall(traceparent: long), reason: long + long))
  }
}

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
