import Reactor

/// Frames messages as server-sent events (WHATWG HTML, server-sent events; MCP basic/transports).
enum EventFraming {
  /// One message as an event, with an id if the event can be asked for again.
  static func event(_ message: OutgoingBytes, id: EventID? = nil) -> OutgoingBytes {
    var message = message
    message.flattenLineBreaks()
    var event = OutgoingBytes()
    event.reserveCapacity(min(message.count, OutgoingBytes.sharedMin) + 64)
    event.append(text: "event: message\n")
    if let id { append(id, to: &event) }
    event.append(text: "data: ")
    event.append(message)
    event.append(text: "\n\n")
    return event
  }

  /// The first event of a stream, which gives the client an id to come back with and the time
  /// after which to do so (MCP 2025-11-25, SEP-1699).
  static func priming(_ id: EventID) -> OutgoingBytes {
    var event = OutgoingBytes()
    append(id, to: &event)
    event.append(text: "retry: 1000\ndata: \n\n")
    return event
  }

  /// Where a client of HTTP+SSE posts its messages (MCP 2024-11-05, basic/transports).
  static func endpoint(_ target: String) -> OutgoingBytes {
    OutgoingBytes(Array("event: endpoint\ndata: \(target)\n\n".utf8))
  }

  /// A comment that keeps the connection from looking dead.
  static let comment = OutgoingBytes(Array(": ping\n\n".utf8))

  private static func append(_ id: EventID, to event: inout OutgoingBytes) {
    event.append(copying: "id: \(id)\n".utf8)
  }
}
