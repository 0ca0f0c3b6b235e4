/// The W3C trace context of a record, if it is one.
///
/// Source: Trace Context level 1, section 3.2.
struct TraceParent {
  let text: String
  /// 32 hexadecimal digits.
  let trace: String

  init?(_ record: ExportedRecord) {
    guard let text = record.text("traceparent") else { return nil }
    let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.count == 4, parts.map(\.count) == [2, 32, 16, 2],
      parts.allSatisfy({ $0.allSatisfy(Self.isDigit) }),
      parts[1].contains(where: { $0 != UInt8(ascii: "0") })
    else { return nil }
    self.text = text
    trace = String(decoding: parts[1], as: UTF8.self)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }
}
