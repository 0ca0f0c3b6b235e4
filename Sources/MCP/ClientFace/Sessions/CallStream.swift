import Reactor

/// The stream of one POST in a session: what it is given outlives the connection. Any thread.
struct CallStream: Sendable {
  let channel: SessionChannel
  let id: StreamID

  /// Sends a message; false when it was dropped.
  func send(_ message: OutgoingBytes, mayDrop: Bool) -> Bool {
    channel.send(message, over: id, mayDrop: mayDrop)
  }

  func finish(_ message: OutgoingBytes) { channel.finish(message, over: id) }
}
