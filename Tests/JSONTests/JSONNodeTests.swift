import Testing

@testable import JSON

@Suite("A JSON node")
struct JSONNodeTests {
  @Test("finds members by plain and by escaped names")
  func members() throws {
    let root = try parse(#"{"a":1,"n\u0061me":"x","é":true,"nested":{"deep":[10,20]}}"#).root
    #expect(root[member: "a"]?.int64 == 1)
    #expect(root[member: "name"]?.equals("x") == true)
    #expect(root[member: "é"]?.bool == true)
    #expect(root[member: "missing"] == nil)
    let variable = "nes" + "ted"
    #expect(root[member: variable]?[member: "deep"]?[element: 1]?.int64 == 20)
    #expect(root[member: "a"]?[member: "x"] == nil)
    #expect(root.members.map(\.name) == ["a", "name", "é", "nested"])
    #expect(root.count == 4)
  }

  @Test("keeps what is forwarded byte for byte")
  func raw() throws {
    let source =
      #"{"big":123456789012345678901234567890 , "n":1.0E+2,"s":"\u0041","o":{ "b":1,"a":2 }}"#
    let root = try parse(source).root
    #expect(root[member: "big"].map { text($0.raw) } == "123456789012345678901234567890")
    #expect(root[member: "n"].map { text($0.raw) } == "1.0E+2")
    #expect(root[member: "s"].map { text($0.raw) } == #""\u0041""#)
    #expect(root[member: "o"].map { text($0.raw) } == #"{ "b":1,"a":2 }"#)
    #expect(text(root.raw) == source)
  }

  @Test("equals another by value, not by spelling")
  func equality() throws {
    let node = try parse(#"{"a":[1,"\u0041"],"b":1e2}"#).root
    #expect(node.equals(try parse(#"{"b":100.0,"a":[1.0,"A"]}"#).root))
    #expect(!node.equals(try parse(#"{"b":100.0,"a":["A",1.0]}"#).root))
    #expect(!node.equals(try parse(#"{"b":100,"a":[1,"A"],"c":null}"#).root))
  }

  @Test("takes the escapes out of strings")
  func strings() throws {
    let root = try parse(#"["\u00e9\ud83d\ude00\n\"\\\/\b\f\r\t\u0000","plain",""]"#).root
    #expect(root[element: 0]?.string == "é😀\n\"\\/\u{8}\u{C}\r\t\u{0}")
    #expect(root[element: 0]?.equals("é😀\n\"\\/\u{8}\u{C}\r\t\u{0}") == true)
    #expect(root[element: 0]?.equals("é😀") == false)
    #expect(root[element: 0]?.stringSlice == nil)
    #expect(root[element: 1]?.stringSlice.map { text($0) } == "plain")
    #expect(root[element: 2]?.string == "")
    #expect(root[element: 2]?.equals("") == true)
  }

  @Test(
    "reads integers exactly or not at all",
    arguments: [
      ("0", 0), ("-0", 0), ("1.0", 1), ("1e2", 100), ("9223372036854775807", .max),
      ("-9223372036854775808", .min), ("9223372036854775808", nil), ("1.5", nil), ("1e19", nil),
      ("100e-2", 1), ("9007199254740993", 9_007_199_254_740_993), ("1e99999999999999999999", nil),
      ("0e99999999999999999999", 0), ("12345678901234567890123", nil), ("-1.20e1", -12),
    ] as [(String, Int64?)])
  func integers(_ source: String, _ value: Int64?) throws {
    #expect(try parse(source).root.int64 == value)
  }

  @Test(
    "reads doubles rounded to nearest, and nothing beyond their range",
    arguments: [
      ("0.1", 0.1), ("1e22", 1e22), ("1e23", 1e23), ("123456789012345678", 123_456_789_012_345_680),
      ("5e-324", .leastNonzeroMagnitude), ("1e-400", 0),
      ("1e400", nil), ("-1e400", nil), ("1.7976931348623157e308", .greatestFiniteMagnitude),
      ("9007199254740993", 9_007_199_254_740_992),
      ("0.500000000000000166533453693773481063544750213623046875", 0.5000000000000002),
    ] as [(String, Double?)])
  func doubles(_ source: String, _ value: Double?) throws {
    #expect(try parse(source).root.double == value)
  }

  @Test(
    "follows JSON pointers as in RFC 6901 section 5",
    arguments: [
      ("", nil), ("/foo", "[\"bar\",\"baz\"]"), ("/foo/0", "\"bar\""), ("/", "0"), ("/a~1b", "1"),
      ("/c%d", "2"), ("/e^f", "3"), ("/g|h", "4"), ("/i\\j", "5"), ("/k\"l", "6"), ("/ ", "7"),
      ("/m~0n", "8"),
    ] as [(String, String?)])
  func pointers(_ pointer: String, _ expected: String?) throws {
    let source =
      #"{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8}"#
    let found = try parse(source).root.pointer(pointer)
    #expect(found.map { text($0.raw) } == expected ?? source)
  }

  @Test(
    "has nothing at a pointer that is malformed or leads nowhere",
    arguments: [
      "foo", "/foo/2", "/foo/-", "/foo/01", "/foo/-1", "/bar", "/foo/0/x", "/m~2n", "/m~",
    ])
  func deadPointers(_ pointer: String) throws {
    #expect(try parse(#"{"foo":["bar","baz"],"m~n":8}"#).root.pointer(pointer) == nil)
  }
}
