/// The two media types of streamable HTTP.
enum MediaType {
  static func isJSON(_ value: String) -> Bool { matches(value, "application/json") }
  static func isEventStream(_ value: String) -> Bool { matches(value, "text/event-stream") }

  /// Whether the type before any parameters is `type`, which is lower case (RFC 9110 §8.3.1).
  private static func matches(_ value: String, _ type: StaticString) -> Bool {
    let wanted = UnsafeBufferPointer(start: type.utf8Start, count: type.utf8CodeUnitCount)
    var value = value
    return value.withUTF8 { bytes in
      var start = 0
      while start < bytes.count, isBlank(bytes[start]) { start += 1 }
      guard bytes.count - start >= wanted.count else { return false }
      for (offset, byte) in wanted.enumerated() {
        let next = bytes[start + offset]
        guard (next >= 0x41 && next <= 0x5A ? next | 0x20 : next) == byte else { return false }
      }
      let end = start + wanted.count
      return end == bytes.count || bytes[end] == 0x3B || isBlank(bytes[end])
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
