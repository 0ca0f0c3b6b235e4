import HTTP
import Reactor

/// A connection over which a stream of a session goes out. Confined to its loop.
final class SessionOutlet: FaceStream, @unchecked Sendable {  // confined to its loop
  let endInDrain: StreamEnd
  private let channel: SessionChannel
  private let body: EventBody
  private let loop: EventLoop
  /// Nil before it is connected and after its end.
  private var connection: SessionChannel.Connection?
  private var isEnding = false
  /// The stream is over: the face forgets it.
  private let onEnd: () -> Void
  /// What the face does when the connection is gone.
  private let onClose: () -> Void

  init(
    _ channel: SessionChannel, endInDrain: StreamEnd, body: EventBody,
    onEnd: @escaping () -> Void, onClose: @escaping () -> Void
  ) {
    self.channel = channel
    self.endInDrain = endInDrain
    self.body = body
    self.onEnd = onEnd
    self.onClose = onClose
    loop = body.exchange.loop
  }

  /// Takes a stream over, from the event on that follows `sequence`. False when it is not there.
  func connect(to stream: StreamID, after sequence: UInt64? = nil) -> Bool {
    let wake: SessionChannel.Wake = { [weak self, loop] in
      if loop.isCurrent { self?.pump() } else { loop.execute { self?.pump() } }
    }
    connection = channel.connect(stream, after: sequence, wake: wake)
    return connection != nil
  }

  /// Sends what there is to send.
  func pump() {
    guard let connection, !isEnding else { return }
    body.pump(whenReady: { [weak self] in self?.pump() }) {
      switch channel.next(for: connection) {
      case .send(let event): return event
      case .wait: return nil
      case .end:
        isEnding = true
        return nil
      }
    }
    if isEnding {
      body.finish()
      onEnd()
    }
  }

  /// Sends a comment now.
  func greet() { body.keepAlive(atOnce: true) }

  func tick() { body.keepAlive() }

  func end() {
    isEnding = true
    body.finish()
    onEnd()
  }

  func connectionEnded() {
    if let connection { channel.disconnect(connection) }
    connection = nil
    onClose()
  }
}
