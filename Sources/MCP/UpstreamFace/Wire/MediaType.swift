/// The two media types of streamable HTTP.
enum MediaType {
  case json
  case eventStream
  case other

  /// The type that a Content-Type field names before any parameters (RFC 9110 §8.3.1).
  init(_ value: Span<UInt8>) {
    var start = 0
    while start < value.count, value[start].isASCIIBlank { start += 1 }
    let type = value.extracting(droppingFirst: start)
    if type.names("application/json") {
      self = .json
    } else if type.names("text/event-stream") {
      self = .eventStream
    } else {
      self = .other
    }
  }
}

extension Span<UInt8> {
  /// Whether these bytes are `type`, which is in lower case, alone or before parameters.
  fileprivate func names(_ type: StaticString) -> Bool {
    let end = type.utf8CodeUnitCount
    guard end <= count, extracting(first: end).equalsIgnoringCase(type) else { return false }
    return end == count || self[end] == UInt8(ascii: ";") || self[end].isASCIIBlank
  }
}
