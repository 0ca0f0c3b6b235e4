/// The two media types of streamable HTTP.
enum MediaType {
  static func isJSON(_ value: String) -> Bool { matches(value, "application/json") }
  static func isEventStream(_ value: String) -> Bool { matches(value, "text/event-stream") }

  /// Whether the type before any parameters is `type`, which is lower case (RFC 9110 §8.3.1).
  private static func matches(_ value: String, _ type: StaticString) -> Bool {
    let wanted = UnsafeBufferPointer(start: type.utf8Start, count: type.utf8CodeUnitCount)
    var rest = value.utf8.drop { $0 == 0x20 || $0 == 0x09 }
    for byte in wanted {
      guard let next = rest.popFirst() else { return false }
      let lower = next >= 0x41 && next <= 0x5A ? next | 0x20 : next
      guard lower == byte else { return false }
    }
    guard let after = rest.first else { return true }
    return after == 0x3B || after == 0x20 || after == 0x09
  }
}
