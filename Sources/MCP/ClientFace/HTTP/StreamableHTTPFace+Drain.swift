import Reactor

extension StreamableHTTPFace {
  /// Ends well: refuses what is new, ends the streams, waits for the calls under way, and cancels
  /// those that are not done by the deadline. A second later it returns even if some still do not
  /// end; the server's own shutdown, which comes next, cuts them off.
  public func drain(deadline: Duration) async {
    loop.preconditionCurrent()
    isDraining = true
    endStreams()
    let patience = loop.schedule(after: deadline) { [weak self] in
      guard let self else { return }
      for answer in answers.all { answer.task?.cancel() }
    }
    let limit = loop.schedule(after: deadline + .seconds(1)) { [weak self] in
      self?.drained?.resume()
      self?.drained = nil
    }
    await waitUntilIdle()
    patience.cancel()
    limit.cancel()
    stopTimers()
  }

  /// Ends the streams that no answer is to come over any more.
  func endStreams() {
    for stream in Array(streams.values) {
      switch stream.endInDrain {
      case .atOnce: stream.end()
      case .afterCalls where answers.count == 0: stream.end()
      case .afterCalls, .byItself: break
      }
    }
  }

  private func waitUntilIdle() async {
    guard activeCount > 0 else { return }
    precondition(drained == nil, "a face is drained once")
    await withUnsafeContinuation { drained = $0 }
  }

  func finishDrainIfIdle() {
    guard isDraining, activeCount == 0 else { return }
    drained?.resume()
    drained = nil
  }
}
