/// Writes server-sent events.
///
/// Source: WHATWG HTML §9.2.
public enum SSEWriter {
  /// The bytes of one event. Lines of the data become `data` fields of their own (CR, LF and CR LF
  /// all end a line, and arrive as LF). CR and LF are dropped from the id and the type, and zero
  /// bytes from the id, where nothing can stand for them.
  public static func encode(_ event: SSEEvent) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(event.data.count + 64)
    if let type = event.event { field("event", type, to: &bytes) }
    // A reader ignores an id with a zero byte.
    if let id = event.id { field("id", id.filter { $0 != "\0" }, to: &bytes) }
    if let retry = event.retry { field("retry", String(max(0, retry)), to: &bytes) }
    append("data: ", to: &bytes)
    var index = 0
    let data = event.data
    while index < data.count {
      let start = index
      while index < data.count, data[index] != ASCII.lineFeed, data[index] != ASCII.carriageReturn {
        index += 1
      }
      bytes.append(contentsOf: data[start..<index])
      guard index < data.count else { break }
      if data[index] == ASCII.carriageReturn, index + 1 < data.count,
        data[index + 1] == ASCII.lineFeed
      {
        index += 1
      }
      index += 1
      append("\ndata: ", to: &bytes)
    }
    append("\n\n", to: &bytes)
    return bytes
  }

  /// The bytes of a comment, which keeps a connection from looking idle.
  public static func comment(_ text: String = "") -> [UInt8] {
    var bytes: [UInt8] = [ASCII.colon]
    for byte in text.utf8 where byte != ASCII.lineFeed && byte != ASCII.carriageReturn {
      bytes.append(byte)
    }
    append("\n\n", to: &bytes)
    return bytes
  }

  private static func field(_ name: StaticString, _ value: String, to bytes: inout [UInt8]) {
    append(name, to: &bytes)
    append(": ", to: &bytes)
    for byte in value.utf8
    where byte != ASCII.lineFeed && byte != ASCII.carriageReturn {
      bytes.append(byte)
    }
    append("\n", to: &bytes)
  }

  private static func append(_ text: StaticString, to bytes: inout [UInt8]) {
    bytes.append(
      contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }
}
