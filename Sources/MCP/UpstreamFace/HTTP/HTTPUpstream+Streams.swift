import HTTP
import JSON
import Logging
import Reactor

/// The stream of events that answers a request.
extension HTTPUpstream {
  /// Attempts to go on with a stream that broke off, without an event between them.
  static let resumptionsMax = 5
  static let resumeAfter: Duration = .seconds(1)
  static let resumeAfterMax: Duration = .seconds(30)

  @inline(never)
  func streamed(
    _ response: HTTPClientResponse, _ mark: CallMark, _ timeout: Duration?, over link: HTTPLink?,
    notices: NoticeSink?
  ) async throws(ExchangeError) -> UpstreamReply {
    var parser = SSEParser(maxEventBytes: limits.resultBytesMax)
    switch await read(response, &parser, mark, timeout, over: link, notices: notices) {
    case .reply(let reply): return reply
    case .failed(let error):
      guard error.isLoss, let link, link.isInSession, !parser.lastEventID.isEmpty else {
        throw error
      }
      return try await resume(
        after: parser, error, mark, timeout, over: link, notices: notices)
    }
  }

  enum StreamEnd {
    case reply(UpstreamReply)
    case failed(ExchangeError)
  }

  /// Reads to the answer or to the end of the stream.
  @inline(never)
  private func read(
    _ response: HTTPClientResponse, _ parser: inout SSEParser, _ mark: CallMark,
    _ timeout: Duration?, over link: HTTPLink?, notices: NoticeSink?
  ) async -> StreamEnd {
    while true {
      let chunk: [UInt8]?
      do { chunk = try await response.nextChunk() } catch {
        return .failed(ExchangeError(error, timeout: timeout))
      }
      guard let chunk else {
        return .failed(.failed(.connectionLost(reason: "the stream ended before the answer")))
      }
      var events: [SSEEvent] = []
      do { try parser.push(chunk) { events.append($0) } } catch {
        return .failed(.failed(.protocolViolation(reason: "\(error)")))
      }
      for event in events where !event.data.isEmpty {
        if let reply = handle(event.data, mark, over: link, notices: notices) {
          response.cancel()
          return .reply(reply)
        }
      }
    }
  }

  /// One message on a request's stream; the reply if it is the answer.
  private func handle(
    _ data: [UInt8], _ mark: CallMark, over link: HTTPLink?, notices: NoticeSink?
  ) -> UpstreamReply? {
    guard
      let document = try? JSONDocument(
        parsing: data, limits: .upstreamMessage(bytes: data.count)),
      let message = try? JSONRPCMessage(document.root)
    else {
      log.debug("an event that is not an MCP message was ignored", [("upstream", name)])
      return nil
    }
    switch message {
    case .result(let answered, let result):
      return answered.number == mark.id && result.kind == .object ? .result(result) : nil
    case .failure(let answered, let error):
      return answered?.number == mark.id ? .error(error) : nil
    case .notification("notifications/progress", let params):
      if let params, params[member: MetaKey.progressToken]?.int64 == mark.id {
        notices?(.progress(params))
      }
      return nil
    case .notification("notifications/message", let params):
      if let params, LogThreshold.passes(params, mark.logLevel) { notices?(.message(params)) }
      return nil
    case .notification(let method, let params):
      if let link { heard(method, params, over: link) }
      return nil
    case .request(let id, let method, let params):
      if let link {
        asked(ServerQuestion(id: id, method: method, params: params), by: mark.id, over: link)
      }
      return nil
    }
  }

  /// A server of the session era that numbers its events sends the rest of a stream to who asks for
  /// it (MCP 2025-11-25, basic/transports «Resumability»; SEP-1699).
  @inline(never)
  private func resume(
    after broken: SSEParser, _ loss: ExchangeError, _ mark: CallMark, _ timeout: Duration?,
    over link: HTTPLink, notices: NoticeSink?
  ) async throws(ExchangeError) -> UpstreamReply {
    let template = try template("GET", for: link.peer)
    let loop = EventLoop.current ?? home
    let began = loop.now
    var position = broken.lastEventID
    var pause = Self.pause(broken.retry)
    var attempts = 0
    while attempts < Self.resumptionsMax {
      do { try await loop.sleep(for: pause) } catch { throw .failed(.cancelled) }
      attempts += 1
      let left = timeout.map { $0 - (loop.now - began) }
      if let timeout, let left, left <= .zero { throw .failed(.timedOut(after: timeout)) }
      var request = httpRequest(template, [], timeout: left)
      request.headers.add("Last-Event-ID", position)
      let response: HTTPClientResponse
      do { response = try await client.send(request) } catch {
        if case .cancelled = error { throw .failed(.cancelled) }
        continue
      }
      guard response.status == 200, Self.mediaType(of: response) == .eventStream else {
        response.cancel()
        throw loss
      }
      var parser = SSEParser(maxEventBytes: limits.resultBytesMax)
      switch await read(response, &parser, mark, timeout, over: link, notices: notices) {
      case .reply(let reply): return reply
      case .failed(let error):
        response.cancel()
        guard error.isLoss else { throw error }
      }
      if let retry = parser.retry { pause = Self.pause(retry) }
      guard !parser.lastEventID.isEmpty, parser.lastEventID != position else { continue }
      position = parser.lastEventID
      attempts = 0
    }
    throw loss
  }

  static func pause(_ retry: Int?) -> Duration {
    retry.map { min(.milliseconds($0), resumeAfterMax) } ?? resumeAfter
  }
}
