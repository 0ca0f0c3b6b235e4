import Testing

@testable import JSON

@Suite("A JSON document")
struct JSONDocumentTests {
  @Test(
    "accepts what RFC 8259 allows",
    arguments: [
      "0", "-0", "1e5", "1E+5", "-1.5e-7", "\"\"", "true", "false", "null", "[]", "{}", " \t\r\n1 ",
      "[1,2,[3]]", #"{"a":{"b":[]}}"#, #""\u00e9\ud83d\ude00\/\b\f\n\r\t\"\\""#, "\"é漢😀\u{7F}\"",
      #"{"a":1,"A":2,"":3}"#, "123456789012345678901234567890", "[ ]", "{ }", "[[[[]]]]",
    ])
  func accepted(_ source: String) throws {
    #expect(text(try parse(source).bytes) == source)
  }

  @Test(
    "refuses what RFC 8259 forbids, and says where",
    arguments: [
      ("", 0), ("  ", 2), ("01", 1), ("-", 1), ("-a", 1), ("1.", 2), ("1.e5", 2), ("1e", 2),
      ("1e+", 3), (".5", 0), ("+1", 0), ("tru", 0), ("trux", 0), ("nul", 0), ("[1,]", 3),
      ("[,1]", 1),
      ("[1 2]", 3), ("[1", 2), ("{", 1), ("{,}", 1), (#"{"a"}"#, 4), (#"{"a":}"#, 5),
      (#"{"a":1,}"#, 7), (#"{"a" 1}"#, 5), (#"{a:1}"#, 1), ("[}", 1), ("{]", 1), ("1 2", 2),
      ("[]]", 2), ("\"abc", 4), ("\"a\u{1}\"", 2), (#""\x""#, 1), (#""\u12g4""#, 1), (#""\u12"#, 5),
      (#""\"#, 2), ("NaN", 0), ("Infinity", 0), ("'a'", 0), ("[1]\u{0}", 3), ("\u{FEFF}1", 0),
      ("1\u{0C}", 1), ("/**/1", 0), ("[1,\n 2,\n x]", 9), (#"{"a":1 "b":2}"#, 7), ("[\"a\",", 5),
    ])
  func refused(_ source: String, _ offset: Int) {
    let error = #expect(throws: JSONError.self) { try parse(source) }
    #expect(error?.offset == offset, "\(source): \(String(describing: error))")
  }

  @Test("names the line and the column of an error in characters")
  func place() {
    let error = #expect(throws: JSONError.self) { try parse("{\n  \"é\": x}") }
    #expect(error?.line == 2)
    #expect(error?.column == 8)
    #expect(error?.description == "expected a value at line 2, column 8 (byte 10)")
  }

  @Test(
    "refuses bytes that are not UTF-8, and says where",
    arguments: [
      ([0x80], 0), ([0xC0, 0xAF], 0), ([0xE0, 0x80, 0xAF], 0), ([0xED, 0xA0, 0x80], 0),
      ([0xF4, 0x90, 0x80, 0x80], 0), ([0xF8, 0x88, 0x80, 0x80, 0x80], 0), ([0xC3], 0),
      ([0x61, 0xC3, 0xA9, 0xFF], 3), ([0xE2, 0x82], 0),
      (Array(repeating: 0x61, count: 70) + [0xFF], 70),
    ] as [([UInt8], Int)])
  func invalidUTF8(_ content: [UInt8], _ offset: Int) {
    let quoted = Array("\"".utf8) + content + Array("\"".utf8)
    let error = #expect(throws: JSONError.self) { try JSONDocument(parsing: quoted) }
    #expect(error?.reason == .invalidUTF8)
    #expect(error?.offset == offset + 1)
  }

  @Test("refuses a name that stands twice, whatever its spelling")
  func duplicates() {
    let error = #expect(throws: JSONError.self) { try parse(#"{"name":1,"b":2,"n\u0061me":3}"#) }
    #expect(error?.reason == .duplicateName("name"))
    #expect(error?.offset == 16)
    #expect(throws: JSONError.self) { try parse(#"{"":1,"":2}"#) }
    #expect(throws: JSONError.self) { try parse(#"[{"a":{"x":1,"y":2,"x":3}}]"#) }
    #expect(throws: Never.self) { try parse(#"[{"a":1},{"a":1}]"#) }
  }

  @Test("finds the duplicate among thousands of names", arguments: [33, 1000, 50_000])
  func manyNames(_ count: Int) throws {
    let members = (0..<count).map { "\"a rather long common prefix \($0)\":\($0)" }
    let good = "{" + members.joined(separator: ",") + "}"
    #expect(try parse(good).root.count == count)
    let bad = "{" + members.joined(separator: ",") + #","\u0061 rather long common prefix 7":0}"#
    let error = #expect(throws: JSONError.self) { try parse(bad) }
    #expect(error?.reason == .duplicateName("a rather long common prefix 7"))
  }

  @Test("accepts 128 levels and refuses 129")
  func depth() throws {
    let deepest = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
    #expect(try parse(deepest).root.count == 1)
    let error = #expect(throws: JSONError.self) { try parse("[" + deepest + "]") }
    #expect(error?.reason == .tooDeep(limit: 128))
    #expect(error?.offset == 128)
    #expect(throws: JSONError.self) { try parse(String(repeating: "[{\"a\":", count: 1_000_000)) }
  }

  @Test("refuses more bytes or nodes than its limits")
  func limits() throws {
    let nodes = #expect(throws: JSONError.self) {
      try parse("[1,2,3]", limits: JSONLimits(nodes: 3))
    }
    #expect(nodes?.reason == .tooManyNodes(limit: 3))
    #expect(try parse("[1,2,3]", limits: JSONLimits(nodes: 4)).root.count == 3)
    let bytes = #expect(throws: JSONError.self) {
      try parse("[1,2,3]", limits: JSONLimits(bytes: 6))
    }
    #expect(bytes?.reason == .tooLong(limit: 6))
  }

  @Test(
    "refuses a lone surrogate unless the limits allow it",
    arguments: [#""\ud800""#, #""\udc00x""#, #""\ud800\u0041""#, #""\ud83d\n""#])
  func surrogates(_ source: String) throws {
    let error = #expect(throws: JSONError.self) { try parse(source) }
    #expect(error?.reason == .loneSurrogate)
    let lenient = try parse(source, limits: JSONLimits(allowsLoneSurrogates: true))
    #expect(lenient.root.string?.unicodeScalars.first == "\u{FFFD}")
    #expect(text(lenient.root.raw) == source)
  }

  @Test("never reads beyond its bytes: each prefix of a document is judged like the text it is")
  func prefixes() throws {
    let source = #"{"a":[1.5e3,true,null,"\u00e9é"],"bb":{"c":false,"d":"0123456789"}}"#
    let bytes = Array(source.utf8)
    for length in 0..<bytes.count {
      #expect(throws: JSONError.self) { try JSONDocument(parsing: Array(bytes[..<length])) }
    }
    #expect(try JSONDocument(parsing: bytes).root.count == 2)
  }
}
