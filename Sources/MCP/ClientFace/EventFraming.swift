/// Frames messages as server-sent events (WHATWG HTML, server-sent events; MCP basic/transports).
enum EventFraming {
  /// One message as an event.
  static func event(_ message: [UInt8]) -> [UInt8] {
    var event: [UInt8] = []
    event.reserveCapacity(message.count + 24)
    event.append(text: "event: message\ndata: ")
    let start = event.count
    event.append(contentsOf: message)
    event.flattenLineBreaks(from: start)
    event.append(text: "\n\n")
    return event
  }

  /// A comment that keeps the connection from looking dead.
  static let comment = Array(": ping\n\n".utf8)
}
