import HTTP
import Reactor

/// An event stream to a client that belongs to no call. Confined to its loop.
final class ServerStream {
  enum Purpose {
    /// The GET stream of a session.
    case session(String)
    case subscription(Subscription)
  }

  let purpose: Purpose
  let exchange: HTTPExchange
  private let stream: HTTPResponseStream
  private let keepAliveInterval: Duration
  private var quietSince: MonotonicTime

  init(
    _ purpose: Purpose, exchange: HTTPExchange, stream: HTTPResponseStream,
    limits: ClientFaceLimits
  ) {
    self.purpose = purpose
    self.exchange = exchange
    self.stream = stream
    keepAliveInterval = limits.keepAliveInterval
    quietSince = exchange.loop.now
  }

  /// Sends one message; a client that reads nothing for long enough loses it.
  func send(_ message: [UInt8]) {
    guard !exchange.hasEnded else { return }
    quietSince = exchange.loop.now
    _ = stream.send(EventFraming.event(message))
  }

  /// Sends a comment at once, or after a quiet while.
  func keepAlive(atOnce: Bool = false) {
    let now = exchange.loop.now
    guard atOnce || quietSince + keepAliveInterval <= now, !exchange.hasEnded else { return }
    quietSince = now
    guard stream.bufferedBytes == 0 else { return }
    _ = stream.send(EventFraming.comment)
  }

  /// Ends the stream well.
  func end() {
    if case .subscription(let subscription) = purpose {
      send(OwnMessages.subscriptionEnd(subscription.id))
    }
    stream.finish()
  }
}
