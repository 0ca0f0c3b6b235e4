import HTTP
import JSON
import Logging
import Reactor
import Synchronization

/// A call that its server may ask something. It goes on while nobody waits for it.
struct AskedCall {
  var link: HTTPLink
  let task: Task<Void, Never>
  /// The attempt under way.
  var attempt: Task<Result<UpstreamReply, ExchangeError>, Never>?
  /// Nil while it is parked.
  var turn: CallTurn?
}

/// A session whose server may ask.
struct AskableLink {
  let link: HTTPLink
  /// Reads what belongs to no request.
  let stream: Task<Void, Never>
}

/// Calls to a server of the session era that may ask their clients.
extension HTTPUpstream {
  enum Resumed {
    case reply(UpstreamReply)
    case anew
    case unknown
  }

  /// Goes on with the call that a state names.
  @inline(never)
  func resumed(
    _ request: UpstreamRequest, _ state: String, _ notices: NoticeSink?
  ) async throws(UpstreamError) -> Resumed {
    let turn = CallTurn(notices: notices)
    let responses = request.responses
    let resumption = shared.withLock { shared in
      let resumption = shared.parked.resume(state, as: request.principal, with: responses)
      switch resumption {
      case .unknown: break
      case .anew(let id): shared.end(id)
      case .resumed(let id, _): shared.asked[id]?.turn = turn
      }
      return resumption
    }
    switch resumption {
    case .unknown: return .unknown
    case .anew: return .anew
    case .resumed(let id, let actions):
      perform(actions)
      return .reply(try await wait(for: turn, of: id, request.timeout))
    }
  }

  /// Makes a call in a session that knows what this client can be asked.
  @inline(never)
  func callAskable(
    _ request: UpstreamRequest, _ capabilities: ClientCapabilities, _ notices: NoticeSink?
  ) async throws(UpstreamError) -> UpstreamReply {
    let link = try await session(for: capabilities)
    let id = mintID()
    let turn = CallTurn(notices: notices)
    let loop = EventLoop.current ?? home
    shared.withLock { shared in
      shared.parked.began(id, for: request.principal, capabilities, in: link.number)
      let task = Task(executorPreference: loop) {
        let outcome = await self.run(request, id, capabilities, over: link)
        self.perform(self.shared.withLock { $0.parked.finished(id, outcome) })
      }
      shared.asked[id] = AskedCall(link: link, task: task, turn: turn)
    }
    return try await wait(for: turn, of: id, request.timeout)
  }

  private func run(
    _ request: UpstreamRequest, _ id: Int64, _ capabilities: ClientCapabilities,
    over first: HTTPLink
  ) async -> ParkedCalls.Outcome {
    var link = first
    var isLast = false
    while true {
      let error: ExchangeError
      switch await attempt(request, id, over: link) {
      case .success(let reply): return .success(reply)
      case .failure(let failure): error = failure
      }
      if Task.isCancelled { return .failure(.cancelled) }
      if isLast { return .failure(explained(error)) }
      isLast = true
      if case .sessionEnded = error {
        await lost(link)
      } else if !error.isLoss || !request.isSafeToRepeat {
        return .failure(explained(error))
      }
      guard !isOpen(link) else { continue }
      do { link = try await session(for: capabilities) } catch { return .failure(error) }
      shared.withLock { [link] in
        $0.asked[id]?.link = link
        $0.parked.moved(id, to: link.number)
      }
    }
  }

  /// One exchange. It ends as lost when its session does.
  private func attempt(
    _ request: UpstreamRequest, _ id: Int64, over link: HTTPLink
  ) async -> Result<UpstreamReply, ExchangeError> {
    let notices: NoticeSink = { [self] notice in
      shared.withLock { $0.asked[id]?.turn }?.notices?(notice)
    }
    let attempt = Task(executorPreference: EventLoop.current ?? home) {
      [self] () -> Result<UpstreamReply, ExchangeError> in
      do throws(ExchangeError) {
        return .success(
          try await exchange(request, id: id, over: link, notices: notices, isUnbounded: true))
      } catch {
        return .failure(error)
      }
    }
    shared.withLock { $0.asked[id]?.attempt = attempt }
    if !isOpen(link) { attempt.cancel() }
    let result = await withTaskCancellationHandler {
      await attempt.value
    } onCancel: {
      attempt.cancel()
    }
    if case .failure(.failed(.cancelled)) = result, !Task.isCancelled {
      return .failure(.failed(.connectionLost(reason: Self.sessionEnded)))
    }
    return result
  }

  private func isOpen(_ link: HTTPLink) -> Bool {
    shared.withLock { $0.askableLinks[link.number] != nil }
  }

  /// Waits for the end of a turn, for as long as its caller's request may take.
  private func wait(
    for turn: CallTurn, of id: Int64, _ timeout: Duration
  ) async throws(UpstreamError) -> UpstreamReply {
    let loop = EventLoop.current ?? home
    let timer = loop.schedule(after: timeout) { [self] in
      giveUp(id, turn, because: .timedOut(after: timeout))
    }
    defer { timer.cancel() }
    let outcome = await withTaskCancellationHandler {
      await turn.outcome()
    } onCancel: {
      giveUp(id, turn, because: .cancelled)
    }
    return try outcome.get()
  }

  private func giveUp(_ id: Int64, _ turn: CallTurn, because error: UpstreamError) {
    perform(
      shared.withLock { shared in
        guard shared.asked[id]?.turn === turn else { return [] }
        return shared.parked.abandoned(id, because: error)
      })
  }

  // MARK: - Questions

  /// A request of the server on the stream of a call.
  func asked(_ question: ServerQuestion, by id: Int64, over link: HTTPLink) {
    guard link.isAskable else { return refuse(question, over: link) }
    perform(shared.withLock { $0.parked.asked(question, by: id, in: link.number) })
  }

  /// A request of the server on the stream of a session.
  func asked(_ question: ServerQuestion, over link: HTTPLink) {
    guard link.isAskable else { return refuse(question, over: link) }
    perform(shared.withLock { $0.parked.asked(question, in: link.number) })
  }

  private func refuse(_ question: ServerQuestion, over link: HTTPLink) {
    let answer = UpstreamRequestEncoder.answer(
      toServerRequest: question.id, method: question.method)
    spawn { await self.deliver(answer, over: link) }
  }

  // MARK: - Steps

  /// Any thread.
  func perform(_ actions: [ParkedCalls.Action]) {
    for action in actions {
      switch action {
      case .send(let message, let session):
        guard let link = shared.withLock({ $0.askableLinks[session]?.link }) else { continue }
        spawn { await self.deliver(message, over: link) }
      case .park(let id, let result):
        let turn = shared.withLock { $0.asked[id]?.turn.take() }
        turn?.complete(UpstreamReply.built(result))
      case .complete(let id, let outcome):
        shared.withLock { $0.end(id) }?.turn?.complete(outcome)
      case .cancel(let id, _):
        shared.withLock { $0.asked[id]?.task }?.cancel()
      case .gather(let id):
        later(ParkedCalls.gatherTime) { $0.gathered(id, handle: StateHandle.random()) }
      case .expire(let handle):
        later(limits.parked.lifetime) { $0.expired(handle) }
      case .forget(let id):
        later(ParkedCalls.departedTime) { $0.forget(id) }
      case .note(let text):
        log.debug(text, [("upstream", name)])
      }
    }
  }

  private func later(
    _ delay: Duration, _ step: @escaping @Sendable (inout ParkedCalls) -> [ParkedCalls.Action]
  ) {
    home.execute { [self] in
      _ = home.schedule(after: delay) { [weak self] in
        guard let self else { return }
        self.perform(self.shared.withLock { step(&$0.parked) })
      }
    }
  }
}

extension HTTPUpstream.Shared {
  /// Takes a call out and gives its place in its session back.
  @discardableResult
  mutating func end(_ id: Int64) -> AskedCall? {
    guard let call = asked.removeValue(forKey: id) else { return nil }
    sessions.release(call.link.capabilities, call.link)
    return call
  }
}
