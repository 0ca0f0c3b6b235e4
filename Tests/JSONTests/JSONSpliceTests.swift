import Testing

@testable import JSON

@Suite("Splicing a JSON document")
struct JSONSpliceTests {
  @Test("replaces values and leaves the rest byte for byte")
  func replace() throws {
    let document = try parse(#"{ "id" : 17 , "params":{"name":"a__b", "n":1.0E2} }"#)
    var splice = JSONSplice(document)
    try splice.replace(#require(document.root[member: "id"]), with: Array("\"x\"".utf8))
    try splice.replace(#require(document.root.pointer("/params/name")), withString: "b\"")
    #expect(text(splice.apply()) == #"{ "id" : "x" , "params":{"name":"b\"", "n":1.0E2} }"#)
  }

  @Test(
    "removes members with their commas",
    arguments: [
      (["a"], #"{ "b": 2 , "c":3 }"#), (["b"], #"{ "a":1 , "c":3 }"#),
      (["c"], #"{ "a":1, "b": 2 }"#),
      (["a", "b"], #"{ "c":3 }"#), (["b", "c"], #"{ "a":1 }"#), (["a", "c"], #"{ "b": 2 }"#),
      (["a", "b", "c"], #"{  }"#), (["x"], #"{ "a":1, "b": 2 , "c":3 }"#),
    ])
  func remove(_ names: [String], _ expected: String) throws {
    let document = try parse(#"{ "a":1, "b": 2 , "c":3 }"#)
    var splice = JSONSplice(document)
    for name in names { splice.remove(member: name, of: document.root) }
    #expect(text(splice.apply()) == expected)
  }

  @Test("adds members at the end, also to an object that is or becomes empty")
  func insert() throws {
    let document = try parse(#"{"e":{},"o":{"x":1},"d":{ "y":2 }}"#)
    var splice = JSONSplice(document)
    let root = document.root
    try splice.insert(member: "p", Array("1".utf8), into: #require(root[member: "e"]))
    try splice.insert(member: "q", Array("2".utf8), into: #require(root[member: "e"]))
    try splice.insert(member: "r\n", Array("[]".utf8), into: #require(root[member: "o"]))
    try splice.remove(member: "y", of: #require(root[member: "d"]))
    try splice.insert(member: "z", Array("3".utf8), into: #require(root[member: "d"]))
    splice.set(member: "n", Array("null".utf8), of: root)
    splice.set(member: "e2", Array("0".utf8), of: root)
    #expect(
      text(splice.apply())
        == #"{"e":{"p":1,"q":2},"o":{"x":1,"r\n":[]},"d":{ "z":3 },"n":null,"e2":0}"#)
  }

  @Test("drops an edit within a value that goes")
  func nested() throws {
    let document = try parse(#"{"a":{"b":1},"c":{"d":2}}"#)
    var splice = JSONSplice(document)
    try splice.replace(#require(document.root.pointer("/a/b")), with: Array("9".utf8))
    try splice.replace(#require(document.root.pointer("/a")), with: Array("0".utf8))
    try splice.replace(#require(document.root.pointer("/c/d")), with: Array("9".utf8))
    splice.remove(member: "c", of: document.root)
    #expect(text(splice.apply()) == #"{"a":0}"#)
  }

  @Test("changes nothing without edits")
  func nothing() throws {
    let document = try parse(" [1, 2] ")
    #expect(JSONSplice(document).isEmpty)
    #expect(JSONSplice(document).apply() == document.bytes)
  }

  @Test("agrees with a model on random objects and edits", arguments: 0..<200)
  func model(_ seed: UInt64) throws {
    var random = RandomDocument(seed: seed)
    let document = try parse("{\"a\": [1],\n\"b\":{}, \"c\":\(random.value(depth: 2)),\"d\":0}")
    var splice = JSONSplice(document)
    var expected = document.root.members.map { ($0.name, text($0.value.raw)) }
    for name in ["a", "b", "c", "d"] {
      switch Int.random(in: 0..<3, using: &random.generator) {
      case 0:
        splice.remove(member: name, of: document.root)
        expected.removeAll { $0.0 == name }
      case 1:
        splice.set(member: name, Array("[7]".utf8), of: document.root)
        expected = expected.map { $0.0 == name ? (name, "[7]") : $0 }
      default: break
      }
    }
    for name in ["x", "y"].prefix(Int.random(in: 0..<3, using: &random.generator)) {
      splice.set(member: name, Array("8".utf8), of: document.root)
      expected.append((name, "8"))
    }
    let result = try JSONDocument(parsing: splice.apply()).root.members.map {
      ($0.name, text($0.value.raw))
    }
    #expect(result.elementsEqual(expected, by: ==), "seed \(seed)")
  }
}
