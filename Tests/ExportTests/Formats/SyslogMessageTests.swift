import Crypto
import Testing

@testable import Export

@Suite struct SyslogMessageTests {
  private func message(_ json: String, host: String = "gate-1") throws -> String {
    var origin = Records.origin
    origin.host = host
    let record = try Records.record(json)
    return String(
      decoding: SyslogMessage.encode(record, of: origin, text: JSONLine.encode(record)),
      as: UTF8.self)
  }

  @Test func `a message of a denial`() throws {
    let hash = try Records.record(Records.deny).leafHash.hex
    #expect(
      try message(Records.deny)
        == "<108>1 2026-11-21T02:11:38.803978Z gate-1 sallyport - decision [sallyport@32473"
        + " seq=\"7\" ledger=\"0123456789abcdef0123456789abcdef\" event=\"decision.deny\""
        + " call=\"c2\" tool=\"github__delete_repo\" agent=\"cursor\" leaf=\"\(hash)\"]"
        + " {\"seq\":7," + Records.deny.dropFirst())
  }

  @Test(
    arguments: [
      (Records.ok, 110), (Records.ask, 109), (Records.deny, 108), (Records.quarantined, 107),
    ])
  func `the priority is log audit with the record's severity`(json: String, priority: Int) throws {
    #expect(try message(json).hasPrefix("<\(priority)>1 "))
  }

  /// The grammar of RFC 5424 section 6, as far as a message of ours can offend it.
  @Test(arguments: Records.all)
  func `a message keeps the grammar`(json: String) throws {
    let text = try message(json)
    let head = try #require(
      text.firstMatch(
        of:
          #/
          ^<(\d{1,3})>1\ (-|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)
          \ ([!-~]{1,255})\ sallyport\ -\ ([!-~]{1,32})\ \[sallyport@32473
          /#))
    // Values end at the first quote that is not escaped; the element at the next bracket.
    var rest = text[head.range.upperBound...].unicodeScalars[...]
    while rest.first == " " {
      rest.removeFirst()
      while let scalar = rest.popFirst(), scalar != "=" { #expect(scalar.properties.isAlphabetic) }
      #expect(rest.popFirst() == "\"")
      value: while let scalar = rest.popFirst() {
        switch scalar {
        case "\\": #expect("\"\\]".unicodeScalars.contains(rest.popFirst() ?? "x"))
        case "\"": break value
        default: #expect(scalar != "]" && scalar.value >= 0x20 && scalar.value != 0x7F)
        }
      }
    }
    #expect(rest.popFirst() == "]")
    #expect(rest.popFirst() == " ")
    #expect(
      String(rest) == String(decoding: JSONLine.encode(try Records.record(json)), as: UTF8.self))
    #expect(!text.utf8.contains(0x0A))
  }

  @Test func `names that syslog cannot carry are masked and cut`() throws {
    #expect(try message("{}", host: "").hasPrefix("<110>1 - - sallyport - unknown ["))
    #expect(try message("{}", host: "a b\u{E9}").hasPrefix("<110>1 - a?b?? sallyport"))
    #expect(
      try message("{}", host: String(repeating: "h", count: 300)).contains(
        " " + String(repeating: "h", count: 255) + " "))
  }

  @Test func `long values are cut`() throws {
    let text = try message(#"{"call":"\#(String(repeating: "é", count: 300))"}"#)
    #expect(text.contains(" call=\"" + String(repeating: "é", count: 128) + "…\""))
  }
}
