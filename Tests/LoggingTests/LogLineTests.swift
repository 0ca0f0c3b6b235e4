@testable import Logging
import Testing

@Suite struct LogLineTests {
  let line = LogLine(
    level: .warning, component: "upstream", message: "restarting",
    fields: [("upstream", "git"), ("error", "said \"no\"\u{1B}[31m\n{}")])

  @Test func `a JSON line is one object with escaped control characters`() {
    let text = String(decoding: line.rendered(as: .json, at: 0), as: UTF8.self)
    #expect(
      text
        == #"{"time":"1970-01-01T00:00:00.000Z","level":"warning","component":"upstream","message":"restarting","upstream":"git","error":"said \"no\"\u001b[31m\n{}"}"#
        + "\n")
  }

  @Test func `a text line keeps hostile text on one line`() {
    let text = String(
      decoding: line.rendered(as: .text(colour: false), at: 1_795_222_923_456), as: UTF8.self)
    #expect(
      text == #"2026-11-21T01:02:03.456Z warning upstream: restarting upstream=git "#
        + #"error="said \"no\"\u001b[31m\n{}""# + "\n")
  }

  @Test func `a value over the bound is cut and marked`() {
    let long = LogLine(
      level: .info, component: "c", message: "m",
      fields: [("v", String(repeating: "x", count: LogLine.valueBytesMax + 1))])
    let text = String(decoding: long.rendered(as: .json, at: 0), as: UTF8.self)
    #expect(text.contains("x…"))
    #expect(text.utf8.count < LogLine.valueBytesMax + 200)
  }

  @Test(arguments: [
    (-1, "1969-12-31T23:59:59.999Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
    (4_102_444_799_999, "2099-12-31T23:59:59.999Z"),
  ]) func `a time prints as RFC 3339`(milliseconds: Int, text: String) {
    #expect(UTCTimestamp(milliseconds: Int64(milliseconds)).description == text)
  }
}
