import HTTP
import Reactor

/// When a stream ends that a face is drained of.
enum StreamEnd {
  case atOnce
  /// When the calls of the face are answered.
  case afterCalls
  /// With the answer to its call.
  case byItself
}

/// An event stream to a client, as its face keeps it. Confined to its loop.
protocol FaceStream: AnyObject {
  var endInDrain: StreamEnd { get }
  /// Time went by.
  func tick()
  /// Ends it well.
  func end()
  /// Its connection is gone.
  func connectionEnded()
}

/// The body of an event stream, written no faster than the client reads. Confined to its loop.
final class EventBody {
  /// Unsent bytes above which nothing more is asked for.
  private static let highWaterBytes = 64 << 10

  let exchange: HTTPExchange
  private let body: HTTPResponseStream
  private let keepAliveInterval: Duration
  private var quietSince: MonotonicTime
  private var isWaiting = false

  init(_ body: HTTPResponseStream, of exchange: HTTPExchange, limits: ClientFaceLimits) {
    self.body = body
    self.exchange = exchange
    keepAliveInterval = limits.keepAliveInterval
    quietSince = exchange.loop.now
  }

  /// Sends what `next` gives, until it gives nothing. When the client is slow, `whenReady` is
  /// called later, to pump again.
  func pump(whenReady: @escaping () -> Void, next: () -> OutgoingBytes?) {
    while !isWaiting, !exchange.hasEnded {
      guard body.bufferedBytes <= Self.highWaterBytes else {
        return wait(OutgoingBytes(), whenReady)
      }
      guard let event = next() else { return }
      quietSince = exchange.loop.now
      if !body.send(event) { wait(event, whenReady) }
    }
  }

  private func wait(_ event: OutgoingBytes, _ whenReady: @escaping () -> Void) {
    isWaiting = true
    exchange.loop.spawnConfined { [self] in
      do {
        try await body.write(event)
        isWaiting = false
        whenReady()
      } catch {
        // The client is gone; the face is told of it.
      }
    }
  }

  /// Sends a comment at once, or after a quiet while.
  func keepAlive(atOnce: Bool = false) {
    let now = exchange.loop.now
    guard !isWaiting, atOnce || quietSince + keepAliveInterval <= now, !exchange.hasEnded else {
      return
    }
    quietSince = now
    guard body.bufferedBytes == 0 else { return }
    _ = body.send(EventFraming.comment)
  }

  /// Ends the body, after a last event if there is one.
  func finish(_ last: OutgoingBytes = OutgoingBytes()) {
    guard !exchange.hasEnded else { return }
    body.finish(last)
  }
}
