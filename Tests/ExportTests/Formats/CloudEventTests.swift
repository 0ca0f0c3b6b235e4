import Crypto
import JSON
import Testing

@testable import Export

@Suite struct CloudEventTests {
  @Test func `an event of a decision`() throws {
    let record = try Records.record(Records.deny)
    #expect(
      try RecordEncoding.text(.cloudevents, Records.deny)
        == #"{"specversion":"1.0","id":"0123456789abcdef0123456789abcdef-7","#
        + #""source":"/sallyport/ledger/0123456789abcdef0123456789abcdef","#
        + #""type":"dev.sallyport.ledger.decision","subject":"github__delete_repo","#
        + #""time":"2026-11-21T02:11:38.803978Z","datacontenttype":"application/json","#
        + #""dataschema":"https://sallyport.dev/schema/ledger-record.schema.json","#
        + #""sequence":"00000000000000000007","leafhash":"\#(record.leafHash.hex)","#
        + #""data":\#(Records.deny)}"#)
  }

  /// The rules of CloudEvents 1.0.2, sections 3.1 and 3.2, and of its JSON format.
  @Test(arguments: Records.all)
  func `an event keeps the rules`(json: String) throws {
    let event = try RecordEncoding.json(.cloudevents, json)
    for name in ["id", "source", "specversion", "type"] {
      #expect(event[member: name]?.string?.isEmpty == false, "\(name) is required")
    }
    for (name, value) in event.members where name != "data" {
      #expect(name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) })
      #expect(name.utf8.count <= 20)
      let text = try #require(value.string, "\(name) is a string")
      #expect(!text.isEmpty)
      #expect(!text.unicodeScalars.contains { $0.properties.generalCategory == .control })
    }
    #expect(event.at("data")?.description == json)
    #expect(
      event[member: "subject"] == nil || event.at("data", "server") != nil || json.contains("tool"))
  }

  @Test func `trace context is passed on only when it is one`() throws {
    let event = try RecordEncoding.json(.cloudevents, Records.allow)
    #expect(
      event[member: "traceparent"]?.string
        == "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    for bad in ["", "x", "00-0-0-0", "00-\(String(repeating: "0", count: 32))-b7ad6b7169203331-01"]
    {
      let event = try RecordEncoding.json(.cloudevents, #"{"traceparent":"\#(bad)"}"#)
      #expect(event[member: "traceparent"] == nil)
    }
  }

  @Test func `the operator can name the source`() throws {
    var origin = Records.origin
    origin.source = "urn:example:gate"
    let bytes = CloudEvent.encode(try Records.record("{}"), of: origin)
    #expect(try JSONDocument(parsing: bytes).root[member: "source"]?.string == "urn:example:gate")
  }
}
