internal import Reactor

// A request that is complete but unanswered could be suspended in the daemon at once, and its
// connection watched for a hang-up. That costs six system calls, and most answers come within a
// fraction of a millisecond. So a request waits in the daemon's hands first, where an answer costs
// nothing extra, and only those that still wait at the second beat of a timer are held and watched.
extension HTTPServer {
  /// The beat of the timer: a request is held after one to two of these.
  static let waitBeat = Duration.milliseconds(10)

  /// Requests that may wait in the daemon's hands; each costs a call at every run.
  static let waitingMax = 256

  /// Takes note of a complete request without an answer.
  func wait(_ exchange: HTTPExchange) {
    if isSecure || waiting.count >= Self.waitingMax {
      exchange.hold()
      return
    }
    exchange.isWaiting = true
    exchange.waitingSince = waitingGeneration
    exchange.waitingIndex = waiting.count
    waiting.append(exchange)
    armWaitTimer()
  }

  /// The request was answered or ended.
  func stopWaiting(_ exchange: HTTPExchange) {
    guard exchange.isWaiting else { return }
    exchange.isWaiting = false
    let last = waiting.removeLast()
    guard last !== exchange else { return }
    waiting[exchange.waitingIndex] = last
    last.waitingIndex = exchange.waitingIndex
  }

  /// Watches a connection whose request is held, at the next beat.
  func watchLater(_ connection: ServerConnection) {
    guard connection.watch == nil, !connection.isWatchDue else { return }
    connection.isWatchDue = true
    unwatched.append(connection)
    armWaitTimer()
  }

  func armWaitTimer() {
    guard waitTimer == nil else { return }
    waitTimer = loop.schedule(after: Self.waitBeat) { [self] in
      waitTimer = nil
      beat()
    }
  }

  private func beat() {
    for exchange in waiting where exchange.waitingSince != waitingGeneration {
      stopWaiting(exchange)
      exchange.hold()
    }
    waitingGeneration &+= 1
    let connections = unwatched
    unwatched.removeAll(keepingCapacity: true)
    for connection in connections { watch(connection) }
    if !waiting.isEmpty { armWaitTimer() }
    runSoon()
  }

  private func watch(_ connection: ServerConnection) {
    connection.isWatchDue = false
    guard !connection.isClosed, connection.watch == nil, connection.exchange != nil else { return }
    // Without a watch a hang-up is noticed when the answer is written.
    connection.watch = try? loop.register(connection.fd, for: .hangup) { [unowned connection] _ in
      connection.watch?.cancel()
      connection.watch = nil
      connection.exchange?.peerHungUp()
    }
  }
}
