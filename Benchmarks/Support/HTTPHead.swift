import CLinux
import Glibc

/// What the benchmark programs need of the head of an HTTP/1.1 message.
public struct HTTPHead {
  /// The first line without its line end.
  public var firstLine: UnsafeRawBufferPointer
  /// The length of the head with the empty line that ends it.
  public var length: Int
  /// The length of the body in bytes, when the head gives one below 10⁹.
  public var contentLength: Int?
  /// Whether the body is in the chunked transfer coding.
  public var isChunked = false
  /// Whether the body is a stream of server-sent events.
  public var isEventStream = false
  /// Whether the sender closes the connection after this message.
  public var closes = false
  /// The value of `Mcp-Session-Id`. Points into the bytes that were parsed.
  public var sessionID: UnsafeRawBufferPointer?

  /// The head at the start of `bytes`, or nil while its end has not arrived.
  public init?(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress, let end = linux_memmem(base, bytes.count, "\r\n\r\n", 4)
    else { return nil }
    length = end - base + 4
    guard let line = memchr(base, 0x0A, length) else { return nil }
    var at = UnsafeRawPointer(line) - base + 1
    firstLine = UnsafeRawBufferPointer(start: base, count: at - 2)
    while at < length - 2, let lineEnd = memchr(base + at, 0x0A, length - at) {
      let next = UnsafeRawPointer(lineEnd) - base + 1
      take(UnsafeRawBufferPointer(start: base + at, count: next - at - 2))
      at = next
    }
  }

  private mutating func take(_ field: UnsafeRawBufferPointer) {
    guard let first = field.first else { return }
    switch first | 0x20 {
    case UInt8(ascii: "c"):
      if let value = HTTPHead.value(field, "content-length:") {
        contentLength = JSONScan.integer(value)
      } else if let value = HTTPHead.value(field, "connection:") {
        closes = value.startsWithIgnoringCase("close")
      } else if let value = HTTPHead.value(field, "content-type:") {
        isEventStream = value.startsWithIgnoringCase("text/event-stream")
      }
    case UInt8(ascii: "t"):
      if let value = HTTPHead.value(field, "transfer-encoding:") {
        isChunked = value.startsWithIgnoringCase("chunked")
      }
    case UInt8(ascii: "m"):
      if let value = HTTPHead.value(field, "mcp-session-id:") { sessionID = value }
    default: break
    }
  }

  private static func value(
    _ field: UnsafeRawBufferPointer, _ name: StaticString
  ) -> UnsafeRawBufferPointer? {
    guard field.startsWithIgnoringCase(name) else { return nil }
    var at = name.utf8CodeUnitCount
    while at < field.count, field[at] == 0x20 { at += 1 }
    return UnsafeRawBufferPointer(rebasing: field[at...])
  }
}
