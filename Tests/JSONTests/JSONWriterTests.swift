import Testing

@testable import JSON

@Suite("The JSON writer")
struct JSONWriterTests {
  @Test("sets commas and escapes only what must be escaped")
  func layout() {
    var writer = JSONWriter()
    writer.beginObject()
    writer.name("a\"b")
    writer.beginArray()
    writer.int(-9_223_372_036_854_775_808 as Int64)
    writer.int(UInt64.max)
    writer.double(1.5)
    writer.double(.nan)
    writer.bool(true)
    writer.null()
    writer.beginObject()
    writer.endObject()
    writer.endArray()
    writer.name("s")
    writer.string("é/\u{7F}\u{1}\n\u{1F}\\0123456789\t")
    writer.name("raw")
    writer.raw(Array("[ 1 ]".utf8))
    writer.endObject()
    #expect(
      text(writer.bytes)
        == #"{"a\"b":[-9223372036854775808,18446744073709551615,1.5,null,true,null,{}],"#
        + "\"s\":\"é/\u{7F}\\u0001\\n\\u001f\\\\0123456789\\t\",\"raw\":[ 1 ]}")
  }

  @Test("puts U+FFFD where bytes are not UTF-8")
  func invalid() throws {
    var writer = JSONWriter()
    writer.string(utf8: [0x61, 0xFF, 0x62])
    #expect(try JSONDocument(parsing: writer.bytes).root.string == "a\u{FFFD}b")
  }

  @Test("writes what it reads: random documents survive parse, write and parse", arguments: 0..<200)
  func roundTrip(_ seed: UInt64) throws {
    var random = RandomDocument(seed: seed)
    let source = random.value()
    let first = try parse(source)
    var writer = JSONWriter()
    write(first.root, to: &writer)
    let second = try JSONDocument(parsing: writer.bytes)
    #expect(same(first.root, second.root), "seed \(seed): \(source)")
    var again = JSONWriter()
    write(second.root, to: &again)
    #expect(again.bytes == writer.bytes)
  }

  private func write(_ node: JSONNode, to writer: inout JSONWriter) {
    switch node.kind {
    case .object:
      writer.beginObject()
      for (name, value) in node.members {
        writer.name(name)
        write(value, to: &writer)
      }
      writer.endObject()
    case .array:
      writer.beginArray()
      for element in node.elements { write(element, to: &writer) }
      writer.endArray()
    case .string: writer.string(node.string ?? "")
    default: writer.node(node)
    }
  }

  private func same(_ left: JSONNode, _ right: JSONNode) -> Bool {
    guard left.kind == right.kind, left.count == right.count else { return false }
    switch left.kind {
    case .object:
      return zip(left.members, right.members).allSatisfy {
        $0.name == $1.name && same($0.value, $1.value)
      }
    case .array: return zip(left.elements, right.elements).allSatisfy { same($0, $1) }
    case .string: return left.string == right.string
    default: return text(left.raw) == text(right.raw)
    }
  }

  @Test func `members are copied with what stands between them, but for those not wanted`() throws {
    let source = #"{"a" : 1 , "b":[2], "c":{"d":3},"\u0065":4 ,"f":5}"#
    let object = try JSONDocument(parsing: Array(source.utf8)).root
    func copied(_ keeps: (JSONNode) -> Bool) -> String {
      var writer = JSONWriter()
      writer.beginObject()
      writer.name("first")
      writer.bool(true)
      writer.members(of: object, where: keeps)
      writer.name("last")
      writer.node(object[member: "c"] ?? object)
      writer.endObject()
      return String(decoding: writer.bytes, as: UTF8.self)
    }
    #expect(
      copied { !$0.equals("c") }
        == #"{"first":true,"a" : 1 , "b":[2],"\u0065":4 ,"f":5,"last":{"d":3}}"#)
    #expect(copied { $0.equals("e") } == #"{"first":true,"\u0065":4,"last":{"d":3}}"#)
    #expect(copied { _ in false } == #"{"first":true,"last":{"d":3}}"#)
  }
}
