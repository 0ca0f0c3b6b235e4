import HTTP
import JSON
import Logging

/// How one HTTP exchange with an upstream failed.
enum ExchangeError: Error {
  /// 404 in a session: the server has forgotten it and has not looked at the request.
  case sessionEnded
  /// Nothing reached the server.
  case notSent(String)
  case failed(UpstreamError)

  var wasNotSent: Bool {
    if case .notSent = self { return true }
    return false
  }

  var upstreamError: UpstreamError {
    switch self {
    case .sessionEnded: .unavailable(reason: "its session ended")
    case .notSent(let reason): .unavailable(reason: reason)
    case .failed(let error): error
    }
  }
}

/// Out of line where a frame would otherwise hold what only one of its branches needs: a task's own
/// memory is 984 bytes, and what goes beyond is allocated.
extension HTTPUpstream {
  /// One request as one POST; its answer comes as a body or as the last event of a stream.
  @inline(never)
  func exchange(
    _ request: UpstreamRequest, id: Int64, over link: HTTPLink, notices: NoticeSink?
  ) async throws(ExchangeError) -> UpstreamReply {
    let call = httpRequest(request, id: id, over: link)
    let result =
      link.isStateless
      ? await post(call, id: id, isInSession: false, notices: notices)
      : await postInSession(call, id: id, to: link.peer, notices: notices)
    do {
      return try result.get().reply
    } catch {
      if Task.isCancelled { throw .failed(.cancelled) }
      if case .failed(.timedOut) = error, !link.isStateless { tellCancelled(id, link.peer) }
      throw error
    }
  }

  /// In the session era a hang-up does not cancel; the server must be told.
  @inline(never)
  private func postInSession(
    _ call: HTTPClientRequest, id: Int64, to peer: UpstreamPeer, notices: NoticeSink?
  ) async -> Result<Answer, ExchangeError> {
    await withTaskCancellationHandler {
      await post(call, id: id, isInSession: peer.sessionID != nil, notices: notices)
    } onCancel: {
      tellCancelled(id, peer)
    }
  }

  @inline(never)
  func httpRequest(
    _ request: UpstreamRequest, id: Int64, over link: HTTPLink
  ) -> HTTPClientRequest {
    httpRequest(
      link.template, headers: mirrored(request, in: link),
      UpstreamRequestEncoder.encode(request, id: id, to: link.peer.version),
      timeout: request.timeout)
  }

  /// The headers that repeat what stands in the body (MCP 2026-07-28, SEP-2243).
  private func mirrored(_ request: UpstreamRequest, in link: HTTPLink) -> HTTPHeaders {
    guard link.isStateless else { return HTTPHeaders() }
    let method = HTTPField(name: "Mcp-Method", value: request.method)
    guard let target = request.target else { return HTTPHeaders([method]) }
    let name = HTTPField(name: "Mcp-Name", value: HeaderValue.encoded(target.value))
    guard !request.parameterHeaders.isEmpty else { return HTTPHeaders([method, name]) }
    return HTTPHeaders(
      [method, name]
        + request.parameterHeaders.map {
          HTTPField(name: "Mcp-Param-" + $0.name, value: HeaderValue.encoded($0.value))
        })
  }

  struct Answer {
    let reply: UpstreamReply
    fileprivate let response: HTTPClientResponse
    var sessionID: String? { response.header("Mcp-Session-Id") }

    fileprivate init(reply: UpstreamReply, response: HTTPClientResponse) {
      self.reply = reply
      self.response = response
    }
  }

  @inline(never)
  func post(
    _ request: consuming HTTPClientRequest, id: Int64, isInSession: Bool, notices: NoticeSink?
  ) async -> Result<Answer, ExchangeError> {
    let timeout = request.timeouts.total ?? limits.probeTimeout
    let response: HTTPClientResponse
    do {
      response = try await client.send(request)
    } catch {
      return .failure(Self.failure(error, timeout: timeout))
    }
    do {
      let reply =
        if let reply = try replyAtHand(response, id: id, timeout, isInSession: isInSession) {
          reply
        } else {
          try await self.reply(
            in: response, id: id, timeout: timeout, isInSession: isInSession, notices: notices)
        }
      return .success(Answer(reply: reply, response: response))
    } catch {
      response.cancel()
      return .failure(error)
    }
  }

  @inline(never)
  private func reply(
    in response: HTTPClientResponse, id: Int64, timeout: Duration, isInSession: Bool,
    notices: NoticeSink?
  ) async throws(ExchangeError) -> UpstreamReply {
    let type = Self.mediaType(of: response)
    if response.status == 200, type == .eventStream {
      return try await streamed(response, id: id, timeout: timeout, notices: notices)
    }
    let body: [UInt8]
    do {
      body = try await response.collect(limit: limits.resultBytesMax)
    } catch {
      throw Self.failure(error, timeout: timeout)
    }
    return try Self.reply(in: body, type, of: response, id: id, isInSession: isInSession)
  }

  /// The reply in a body that has come as a whole: most are here with their heads.
  @inline(never)
  private func replyAtHand(
    _ response: HTTPClientResponse, id: Int64, _ timeout: Duration, isInSession: Bool
  ) throws(ExchangeError) -> UpstreamReply? {
    let type = Self.mediaType(of: response)
    if response.status == 200, type == .eventStream { return nil }
    let body: [UInt8]?
    do {
      body = try response.collected(limit: limits.resultBytesMax)
    } catch {
      throw Self.failure(error, timeout: timeout)
    }
    guard let body else { return nil }
    return try Self.reply(in: body, type, of: response, id: id, isInSession: isInSession)
  }

  private static func mediaType(of response: HTTPClientResponse) -> MediaType {
    response.withHeader("Content-Type", MediaType.init) ?? .other
  }

  private static func reply(
    in body: [UInt8], _ mediaType: MediaType, of response: HTTPClientResponse, id: Int64,
    isInSession: Bool
  ) throws(ExchangeError) -> UpstreamReply {
    // Whatever the body says: some servers put a JSON-RPC error beside this status.
    if response.status == 404, isInSession { throw .sessionEnded }
    if mediaType == .json, let reply = answer(in: body, id: id) { return reply }
    switch response.status {
    case 200..<300:
      let type = response.header("Content-Type") ?? ""
      let what = type.isEmpty ? "no content type" : String(type.prefix(64))
      throw .failed(
        .protocolViolation(
          reason: "HTTP \(response.status) with \(what) and no answer to the request"))
    case 401, 403:
      throw .notSent("it refused our credentials (HTTP \(response.status))")
    default:
      throw .failed(.protocolViolation(reason: "HTTP \(response.status)"))
    }
  }

  @inline(never)
  private func streamed(
    _ response: HTTPClientResponse, id: Int64, timeout: Duration, notices: NoticeSink?
  ) async throws(ExchangeError) -> UpstreamReply {
    var parser = SSEParser(maxEventBytes: limits.resultBytesMax)
    while true {
      let chunk: [UInt8]?
      do { chunk = try await response.nextChunk() } catch {
        throw Self.failure(error, timeout: timeout)
      }
      guard let chunk else {
        throw .failed(.connectionLost(reason: "the stream ended before the answer"))
      }
      var events: [SSEEvent] = []
      do { try parser.push(chunk) { events.append($0) } } catch {
        throw .failed(.protocolViolation(reason: "\(error)"))
      }
      for event in events where !event.data.isEmpty {
        if let reply = handle(event.data, id: id, notices: notices) {
          response.cancel()
          return reply
        }
      }
    }
  }

  /// One message on a request's stream; the reply if it is the answer.
  private func handle(_ data: [UInt8], id: Int64, notices: NoticeSink?) -> UpstreamReply? {
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
      return answered.number == id && result.kind == .object ? .result(result) : nil
    case .failure(let answered, let error):
      return answered?.number == id ? .error(error) : nil
    case .notification("notifications/progress", let params):
      if let params, params[member: MetaKey.progressToken]?.int64 == id {
        notices?(.progress(params))
      }
      return nil
    case .notification:
      return nil
    case .request(let requestID, let method, _):
      refuse(requestID, method)
      return nil
    }
  }

  static func answer(in body: [UInt8], id: Int64) -> UpstreamReply? {
    guard
      let document = try? JSONDocument(
        parsing: body, limits: .upstreamMessage(bytes: body.count)),
      let message = try? JSONRPCMessage(document.root)
    else { return nil }
    switch message {
    case .result(let answered, let result):
      return answered.number == id && result.kind == .object ? .result(result) : nil
    case .failure(let answered, let error):
      // An error about a request the server could not read has no id.
      return answered == nil || answered?.number == id ? .error(error) : nil
    default:
      return nil
    }
  }

  static func failure(_ error: HTTPClientError, timeout: Duration) -> ExchangeError {
    switch error {
    case .cancelled: .failed(.cancelled)
    case .poolExhausted: .failed(.overloaded(reason: error.description))
    case _ where error.isBeforeRequest: .notSent(error.description)
    case .timedOut: .failed(.timedOut(after: timeout))
    case .malformedResponse, .bodyTooLarge:
      .failed(.protocolViolation(reason: error.description))
    default: .failed(.connectionLost(reason: error.description))
    }
  }

  /// What every request to this peer has in common. Our headers replace configured ones of the
  /// same name.
  func template(
    _ method: String = "POST", for peer: UpstreamPeer?
  ) throws(UpstreamError) -> HTTPRequestTemplate {
    var headers = endpoint.headers
    for name in Self.ownHeaders { headers.remove(name) }
    headers.add("Content-Type", "application/json")
    headers.add("Accept", "application/json, text/event-stream")
    if let peer {
      headers.add("MCP-Protocol-Version", peer.version.rawValue)
      if let session = peer.sessionID { headers.add("Mcp-Session-Id", session) }
    }
    var request = HTTPClientRequest(method: method, url: endpoint.url, headers: headers)
    request.verifiesCertificate = endpoint.verifiesCertificate
    request.certificateAuthorities = endpoint.certificateAuthorities
    request.proxy = endpoint.proxy
    do {
      return try HTTPRequestTemplate(request)
    } catch {
      throw .unavailable(reason: "a configured or a session header cannot be sent: \(error)")
    }
  }

  func link(to peer: UpstreamPeer) throws(UpstreamError) -> HTTPLink {
    HTTPLink(peer: peer, template: try template(for: peer))
  }

  func httpRequest(
    _ template: HTTPRequestTemplate, headers: HTTPHeaders = HTTPHeaders(), _ body: [UInt8],
    timeout: Duration?
  ) -> HTTPClientRequest {
    var request = HTTPClientRequest(template, headers: headers, body: body)
    request.timeouts.connect = limits.connectTimeout
    request.timeouts.total = timeout
    if let timeout {
      // The call's own time is the only bound on how long a server may think.
      request.timeouts.firstByte = timeout
      request.timeouts.idleStream = timeout
    }
    return request
  }
}
