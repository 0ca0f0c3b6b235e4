import Reactor

extension DuplexUpstream {
  /// Sends one request and waits for its answer. From a task on any loop.
  public func call(_ request: UpstreamRequest, notices: NoticeSink?) async throws(UpstreamError)
    -> UpstreamReply
  {
    let handle = CallHandle()
    let result = await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        if loop.isCurrent {
          self.begin(request, notices, handle, continuation)
        } else {
          loop.execute { self.begin(request, notices, handle, continuation) }
        }
      }
    } onCancel: {
      loop.execute { self.cancel(handle) }
    }
    return try result.get()
  }

  /// Names a turn before it has an id, and of several turns of one call the one. Confined to the
  /// loop.
  final class CallHandle: @unchecked Sendable {
    var id: Int64?
    var isCancelled = false
  }

  private func begin(
    _ request: UpstreamRequest, _ notices: NoticeSink?, _ handle: CallHandle,
    _ continuation: UnsafeContinuation<Result<UpstreamReply, UpstreamError>, Never>
  ) {
    func refuse(_ error: UpstreamError) { continuation.resume(returning: .failure(error)) }
    guard !handle.isCancelled else { return refuse(.cancelled) }
    guard machine.inFlight < limits.inFlightMax else {
      return refuse(
        .overloaded(reason: "\(limits.inFlightMax) requests are waiting for \(name) already"))
    }
    if let channel, channel.unsentBytes >= limits.unsentBytesMax {
      return refuse(.overloaded(reason: "\(name) does not read its input"))
    }
    switch machine.call(request) {
    case .notReady: refuse(.unavailable(reason: unavailableReason))
    case .answered(let reply): continuation.resume(returning: .success(reply))
    case .began(let id, let actions):
      handle.id = id
      let timeout = request.timeout
      let timer = loop.schedule(after: timeout) { [self] in
        perform(machine.abort(id, because: .timedOut(after: timeout)))
      }
      waiting[id] = Waiting(
        continuation: continuation, notices: notices, timer: timer, handle: handle)
      perform(actions)
      publish()
    }
  }

  private func cancel(_ handle: CallHandle) {
    handle.isCancelled = true
    guard let id = handle.id, waiting[id]?.handle === handle else { return }
    perform(machine.abort(id, because: .cancelled))
  }

  func complete(_ id: Int64, _ result: Result<UpstreamReply, UpstreamError>) {
    guard let call = waiting.removeValue(forKey: id) else { return }
    call.timer.cancel()
    call.continuation.resume(returning: result)
    publish()
  }

  private var unavailableReason: String {
    switch state {
    case .ready: "\(name) is ending"
    case .starting: "\(name) is starting"
    case .stopped: "\(name) is stopped"
    case .backingOff: "\(name) ended (\(lastError ?? "no reason known")) and is being restarted"
    }
  }
}
