import Testing

@testable import Cedar

@Suite("values")
struct ValueTests {
  @Test("of members with the same name the last one counts")
  func repeatedMembers() {
    let members: ContiguousArray<Record.Member> = [.init("a", 1), .init("b", 2), .init("a", 3)]
    #expect(Record(members) == Record(Array(members)))
    let record = Record([.init("a", 1), .init("b", 2), .init("a", 3)])
    #expect(record.count == 2)
    #expect(record["a"] == 3)
    #expect(record["b"] == 2)
    #expect(record["c"] == nil)
  }

  @Test("records of all sizes find every member and no other", arguments: [0, 1, 8, 9, 10, 500])
  func lookup(size: Int) {
    let record = Record(
      (0..<size).map { Record.Member(AttributeName("m\($0)"), .long(Int64($0))) })
    for index in 0..<size { #expect(record[AttributeName("m\(index)")] == .long(Int64(index))) }
    #expect(record["m"] == nil)
    #expect(!record.has("n0"))
    #expect(record.count == size)
  }

  @Test("canonically equivalent strings are different values, names and identities")
  func bytes() {
    let composed = "\u{e9}"
    let decomposed = "e\u{301}"
    #expect(composed == decomposed)
    #expect(Value.string(composed) != .string(decomposed))
    #expect(AttributeName(composed) != AttributeName(decomposed))
    #expect(EntityUID(type: "T", id: composed) != EntityUID(type: "T", id: decomposed))
    #expect(EntityType(composed) != EntityType(decomposed))
    #expect(ValueSet([.string(composed), .string(decomposed)]).count == 2)
    #expect(
      Record([.init(AttributeName(composed), 1), .init(AttributeName(decomposed), 2)]).count == 2)
  }

  @Test("equal values have equal hashes whatever the order of their parts")
  func hashes() {
    let left: Value = .set([1, "a", .record(["x": 1, "y": .set([1, 2])])])
    let right: Value = .set([.record(["y": .set([2, 1]), "x": 1]), "a", 1, 1])
    #expect(left == right)
    #expect(left.hashValue == right.hashValue)
    #expect(Set([left]).contains(right))
  }

  @Test("values are written as a policy could write them")
  func descriptions() {
    #expect(Value.record(["b": true, "a": .set([1])]).description == #"{"a": [1], "b": true}"#)
    #expect(Value.string("a\"\n\u{1}é").description == #""a\"\n\u{1}é""#)
    #expect(
      EntityUID(type: "A::B", id: "it's").description == #"A::B::"it's""#)
    #expect(EntityType("A::B::C").baseName == "C")
    #expect(EntityType("C").baseName == "C")
  }

  @Test("the table of prehashed keys numbers keys in their order and finds them all")
  func table() {
    var table = PrehashedTable<AttributeName>()
    for index in 0..<1000 { #expect(table.insert(AttributeName("k\(index)")) == index) }
    for index in 0..<1000 {
      #expect(table.find(AttributeName("k\(index)")) == index)
      #expect(table.insert(AttributeName("k\(index)")) == index)
    }
    #expect(table.find("k1000") == nil)
  }

  @Test("identities are read as they are written")
  func identityText() throws {
    for uid in [World.doc, EntityUID(type: "A", id: "q\"\\\n\u{e9}"), EntityUID(type: "A", id: "")]
    {
      #expect(try EntityUID.parse(uid.description) == uid)
    }
    for text in ["", "A", "A::", "A::b", "\"x\"", "A::\"x\" y", "if::\"x\"", "A::\"x"] {
      #expect(throws: PolicyParseErrors.self) { try EntityUID.parse(text) }
    }
  }
}
