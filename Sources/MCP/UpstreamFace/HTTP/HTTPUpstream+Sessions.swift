import HTTP
import JSON
import Logging
import Reactor
import Synchronization

/// Sessions that tell a server what their clients can be asked.
extension HTTPUpstream {
  /// The session for clients of these capabilities, opened where there is none. Its place is given
  /// back when the call that takes it ends.
  func session(for capabilities: ClientCapabilities) async throws(UpstreamError) -> HTTPLink {
    let place = shared.withLock { shared in
      let place = shared.sessions.take(capabilities)
      if case .new = place {
        shared.openings[capabilities] = Task(executorPreference: home) { [self] in
          await open(for: capabilities)
        }
      }
      return (place, shared.openings[capabilities])
    }
    switch place.0 {
    case .open(let link): return link
    case .full:
      throw .overloaded(
        reason: "\(SessionPool<HTTPLink>.sessionsMax) sessions with \(name) are in use already")
    case .new(let ended?): await end(ended)
    case .new, .opening: break
    }
    guard let opening = place.1 else {
      throw .unavailable(reason: "a session with \(name) was lost while it was opened")
    }
    return try await opening.value.get()
  }

  private func open(
    for capabilities: ClientCapabilities
  ) async -> Result<HTTPLink, UpstreamError> {
    let result = await opened(for: capabilities)
    shared.withLock { shared in
      shared.openings[capabilities] = nil
      guard case .success(let link) = result else {
        shared.sessions.failed(capabilities)
        return
      }
      shared.sessions.opened(capabilities, link)
      let stream = Task(executorPreference: home) { [self] in
        await HTTPListening(to: self, over: link).readSessionStream()
      }
      shared.askableLinks[link.number] = AskableLink(link: link, stream: stream)
    }
    return result
  }

  private func opened(
    for capabilities: ClientCapabilities
  ) async -> Result<HTTPLink, UpstreamError> {
    var probe = EraProbe()
    _ = probe.start(knowingSession: true)
    do throws(ExchangeError) {
      let answer = try await initialize(offering: capabilities).get()
      switch probe.initializeAnswered(answer.reply, sessionID: answer.sessionID) {
      case .ready(let peer):
        let link = try link(to: peer, offering: capabilities)
        await notify("notifications/initialized", over: link)
        return .success(link)
      case .failed(let reason): return .failure(.unavailable(reason: reason))
      default: return .failure(.unavailable(reason: "the probe stopped"))
      }
    } catch {
      return .failure(.unavailable(reason: explained(error).reason))
    }
  }

  /// Tells the session of these clients a moment later, if one is open: another will ask by itself.
  public func rootsChanged(ofClientsWith capabilities: ClientCapabilities) {
    let told = capabilities.inSessions
    let (isFirst, eventStream) = shared.withLock { shared in
      guard shared.eventStream == nil, shared.sessions.link(for: told) != nil else {
        return (false, shared.eventStream)
      }
      return (shared.changedRoots.insert(told).inserted, nil)
    }
    eventStream?.rootsChanged(ofClientsWith: capabilities)
    guard isFirst else { return }
    home.execute { [self] in
      _ = home.schedule(after: ConnectionMachine.rootsTime) { [weak self] in
        guard let self else { return }
        let link = self.shared.withLock { shared in
          shared.changedRoots.remove(told)
          return shared.sessions.link(for: told)
        }
        guard let link else { return }
        self.spawn { await self.notify(OwnMessages.rootsChanged, over: link) }
      }
    }
  }

  /// The server has forgotten a session: what else is under way in it is lost, and told so at once.
  func lost(_ link: HTTPLink) async {
    let isNews = shared.withLock { $0.sessions.lost(link.capabilities, link) }
    guard isNews else { return }
    close(link)
    let attempts = shared.withLock { shared in
      shared.asked.values.filter { $0.link === link }.compactMap(\.attempt)
    }
    for attempt in attempts { attempt.cancel() }
  }

  private func end(_ link: HTTPLink) async {
    close(link)
    await endSession(link)
  }

  private func close(_ link: HTTPLink) {
    let stream = shared.withLock { $0.askableLinks.removeValue(forKey: link.number)?.stream }
    stream?.cancel()
  }

  /// Ends all of them, with what is under way in them. On the home loop.
  func endAskableSessions(because reason: String) async {
    let links = shared.withLock { $0.sessions.removeAll() }
    for link in links {
      perform(shared.withLock { $0.parked.closed(session: link.number, reason: reason) })
    }
    await withTaskGroup(of: Void.self) { group in
      for link in links {
        group.addTask { await self.end(link) }
      }
    }
  }
}
