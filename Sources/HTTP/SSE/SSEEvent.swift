/// One server-sent event.
public struct SSEEvent: Sendable, Hashable {
  /// The event's type; nil when none was named (which means `message`).
  public var event: String?
  /// The data, its lines joined by line feeds. Bytes, since who needs text checks it anyway.
  public var data: [UInt8]
  /// The id given with this event; nil without one. An empty one resets the last id.
  public var id: String?
  /// Milliseconds to wait before connecting again, when given with this event.
  public var retry: Int?

  /// An event with data, and whatever else was given.
  public init(event: String? = nil, data: [UInt8], id: String? = nil, retry: Int? = nil) {
    self.event = event
    self.data = data
    self.id = id
    self.retry = retry
  }
}

/// Why a stream of events was refused.
public enum SSEError: Error, Sendable, Hashable {
  /// One event is larger than the bound.
  case eventTooLarge(limit: Int)
}
