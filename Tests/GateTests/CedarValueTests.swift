import Cedar
import JSON
import Testing

@testable import Gate

@Suite("Arguments as Cedar values")
struct CedarValueTests {
  @Test(
    arguments: [
      ("true", Value.bool(true)), ("false", .bool(false)), (#""é""#, .string("é")),
      (#""""#, .string("")), ("0", .long(0)), ("-0", .long(0)), ("42", .long(42)),
      ("9223372036854775807", .long(.max)), ("-9223372036854775808", .long(.min)),
      ("1.0", .long(1)), ("1e3", .long(1000)), ("-2.50e1", .long(-25)),
      ("9223372036854775808", .string("9223372036854775808")), ("1.5", .string("1.5")),
      ("1.00000000000000000001", .string("1.00000000000000000001")),
      ("1e18", .long(1_000_000_000_000_000_000)), ("1e400", .string("1e400")), ("[]", .set([])),
      ("[1,1,\"a\",null]", .set([.long(1), .string("a")])),
      ("[[2],[1]]", .set([.set([.long(1)]), .set([.long(2)])])), ("{}", .record([:])),
      (
        #"{"a":1,"b":null,"c":{"d":[true]}}"#,
        .record(["a": .long(1), "c": .record(["d": .set([.bool(true)])])])
      ),
    ])
  func `each kind of JSON has its value`(text: String, value: Value) throws {
    #expect(CedarValue.value(try json(text)) == value)
  }

  @Test func `null has no value`() throws {
    #expect(CedarValue.value(try json("null")) == nil)
  }

  @Test func `only the members that policies read are made`() throws {
    let record = CedarValue.record(
      try json(#"{"a":1,"b":2,"c":null}"#), reading: ["a", "c", "missing"])
    #expect(record == ["a": .long(1)])
  }
}
