import Logging
import Reactor
import Synchronization

/// Keeps the upstream connected.
extension HTTPUpstream {
  static let sessionEnded = "its session ended"

  func supervise() async {
    var backoff = Backoff()
    var hasBeenReady = false
    while !Task.isCancelled {
      let began = home.now
      do {
        let link = try await probe()
        shared.withLock {
          guard $0.supervisor != nil else { return }
          $0.state = .ready
          $0.link = link
          $0.isInDoubt = false
        }
        let peer = link.peer
        log.info(
          "ready",
          [
            ("upstream", name), ("version", peer.version.rawValue),
            ("server", peer.serverName ?? "unnamed"),
          ])
        tell(.ready(peer))
        if hasBeenReady { tellGap(peer) }
        hasBeenReady = true
        await listenUntilInDoubt(link)
        if Task.isCancelled { return }
      } catch {
        if await tookOver(after: error) { return }
        shared.withLock { $0.lastError = error.upstreamError.reason }
      }
      let reason = shared.withLock {
        if $0.supervisor != nil { $0.state = .backingOff }
        $0.link = nil
        $0.restarts += 1
        return $0.lastError ?? "no reason known"
      }
      if Task.isCancelled { return }
      tell(.down(reason: reason))
      let delay =
        reason == Self.sessionEnded
        ? .zero
        : backoff.delayAfterFailure(
          stoodFor: home.now - began, jitter: Double.random(in: 0..<1))
      log.warning(
        "upstream is not usable; trying again",
        [("upstream", name), ("reason", reason), ("in", "\(delay)")])
      do { try await home.sleep(for: delay) } catch { return }
    }
  }

  /// What may have been missed while nobody listened.
  func tellGap(_ peer: UpstreamPeer) {
    for kind in ListKind.allCases where peer.capabilities.lists.contains(kind) {
      tell(.listChanged(kind))
    }
    guard peer.capabilities.resourceUpdates else { return }
    for uri in shared.withLock({ $0.watched.resources }).sorted() {
      tell(.resourceUpdated(uri: uri))
    }
  }

  /// What did not reach the server makes what is known of it doubtful.
  func explained(_ error: ExchangeError) -> UpstreamError {
    if error.wasNotSent { doubt(because: error.upstreamError.reason) }
    return error.upstreamError
  }

  /// Marks what is known of the peer as doubtful: the supervisor probes anew.
  func doubt(because reason: String?) {
    let waiting = shared.withLock { shared in
      shared.isInDoubt = true
      if let reason { shared.lastError = reason }
      return shared.doubt.take()
    }
    waiting?.resume()
  }

  /// As `doubt`, unless another link is in force already.
  func doubt(_ link: HTTPLink, because reason: String) {
    if shared.withLock({ $0.link === link }) { doubt(because: reason) }
  }

  /// Waits, within the probe's time, for the supervisor to have found another link.
  func reconnected(after old: HTTPLink) async throws(UpstreamError) -> HTTPLink {
    let loop = EventLoop.current ?? home
    for _ in 0..<100 {
      if let link = shared.withLock({ $0.link }), link !== old { return link }
      do { try await loop.sleep(for: .milliseconds(50)) } catch { throw .cancelled }
    }
    throw .unavailable(reason: "\(name) ended the session and did not open another")
  }

  private func waitForDoubt() async {
    await withUnsafeContinuation { continuation in
      let now = shared.withLock {
        if $0.isInDoubt || $0.supervisor == nil { return true }
        $0.doubt = continuation
        return false
      }
      if now { continuation.resume() }
    }
  }

  private func listenUntilInDoubt(_ link: HTTPLink) async {
    let listening = HTTPListening(to: self, over: link)
    let watched = shared.withLock {
      $0.listening = listening
      return $0.watched
    }
    listening.start(watching: watched)
    await waitForDoubt()
    shared.withLock { $0.listening = nil }
    listening.stop()
  }

  /// A server that knows no POST at its address may be one of 2024-11-05: then HTTP+SSE takes over,
  /// until the upstream is stopped.
  private func tookOver(after error: ExchangeError) async -> Bool {
    guard case .status(let status) = error, [400, 404, 405].contains(status),
      await offersEventStream()
    else { return false }
    var bounds = DuplexUpstream.Limits()
    bounds.messageBytesMax = limits.resultBytesMax
    bounds.inFlightMax = limits.inFlightMax
    bounds.parked = limits.parked
    let eventStream = DuplexUpstream(
      name: name, eventStream: endpoint, clients: clients, loop: home, limits: bounds, log: log)
    let (observer, watched, isStopped) = shared.withLock {
      let isStopped = $0.supervisor == nil
      if !isStopped { $0.eventStream = eventStream }
      return ($0.observer, $0.watched, isStopped)
    }
    guard !isStopped else { return true }
    log.info("speaks HTTP+SSE", [("upstream", name)])
    eventStream.watch(watched)
    eventStream.start(observer ?? { _ in })
    return true
  }
}
