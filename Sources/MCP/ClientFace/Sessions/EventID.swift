/// A stream of a session.
struct StreamID: Hashable, Sendable {
  enum Kind: String, Sendable {
    /// For what belongs to no call.
    case session = "s"
    /// For one POST and its answers.
    case call = "c"
  }

  let kind: Kind
  /// Unique in the session.
  let number: UInt64
}

/// The id of an event: unique in its session, and tells the stream it belongs to
/// (MCP 2025-11-25, basic/transports).
struct EventID: Hashable, Sendable, CustomStringConvertible {
  let stream: StreamID
  /// Grows from event to event of a session.
  let sequence: UInt64

  init(stream: StreamID, sequence: UInt64) {
    self.stream = stream
    self.sequence = sequence
  }

  /// As `description` writes it; nil for anything else.
  init?(_ text: String) {
    let parts = text.dropFirst().split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, let kind = text.first.flatMap({ StreamID.Kind(rawValue: "\($0)") }),
      let number = UInt64(parts[0]), let sequence = UInt64(parts[1])
    else { return nil }
    self.init(stream: StreamID(kind: kind, number: number), sequence: sequence)
  }

  var description: String { "\(stream.kind.rawValue)\(stream.number)-\(sequence)" }
}
