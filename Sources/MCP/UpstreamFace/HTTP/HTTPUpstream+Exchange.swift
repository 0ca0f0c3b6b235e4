import HTTP
import JSON
import Logging
import Reactor

/// By what a call is known while it is under way, and what it wants to be told.
struct CallMark {
  let id: Int64
  let logLevel: LogLevel?
}

/// Out of line where a frame would otherwise hold what only one of its branches needs: a task's own
/// memory is 984 bytes, and what goes beyond is allocated.
extension HTTPUpstream {
  /// One request as one POST; its answer comes as a body or as the last event of a stream. With
  /// `isUnbounded`, somebody else keeps the time.
  @inline(never)
  func exchange(
    _ request: UpstreamRequest, id: Int64, over link: HTTPLink, notices: NoticeSink?,
    isUnbounded: Bool = false
  ) async throws(ExchangeError) -> UpstreamReply {
    if let level = link.lowerLogs(to: request.logLevel) { await setLogs(to: level, over: link) }
    let call = httpRequest(
      request, id: id, over: link, timeout: isUnbounded ? nil : request.timeout)
    let mark = CallMark(id: id, logLevel: request.logLevel)
    let result =
      link.isStateless
      ? await post(call, mark, over: link, notices: notices)
      : await postInSession(call, mark, over: link, notices: notices)
    do {
      return try result.get().reply
    } catch {
      if Task.isCancelled { throw .failed(.cancelled) }
      if case .failed(.timedOut) = error, !link.isStateless { tellCancelled(id, over: link) }
      throw error
    }
  }

  /// In the session era a hang-up does not cancel; the server must be told.
  @inline(never)
  private func postInSession(
    _ call: HTTPClientRequest, _ mark: CallMark, over link: HTTPLink, notices: NoticeSink?
  ) async -> Result<Answer, ExchangeError> {
    await withTaskCancellationHandler {
      await post(call, mark, over: link, notices: notices)
    } onCancel: {
      tellCancelled(mark.id, over: link)
    }
  }

  @inline(never)
  private func setLogs(to level: LogLevel, over link: HTTPLink) async {
    let request = UpstreamRequest(
      own: "logging/setLevel", UpstreamRequestEncoder.params("level", level.rawValue),
      timeout: limits.probeTimeout)
    _ = try? await exchange(request, id: mintID(), over: link, notices: nil)
  }

  @inline(never)
  func httpRequest(
    _ request: UpstreamRequest, id: Int64, over link: HTTPLink, timeout: Duration?
  ) -> HTTPClientRequest {
    var call = httpRequest(
      link.template, headers: mirrored(request, in: link),
      UpstreamRequestEncoder.encode(request, id: id, to: link.peer.version), timeout: timeout)
    call.isReplayable = request.isSafeToRepeat
    return call
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

  func httpRequest(
    _ template: HTTPRequestTemplate, headers: HTTPHeaders = HTTPHeaders(), _ body: [UInt8],
    timeout: Duration?
  ) -> HTTPClientRequest {
    var request = HTTPClientRequest(template, headers: headers, body: body)
    request.timeouts.connect = limits.connectTimeout
    request.timeouts.total = timeout
    // The call's own time is the only bound on how long a server may think.
    request.timeouts.firstByte = timeout
    request.timeouts.idleStream = timeout
    return request
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

  /// `link` is nil while none is known.
  @inline(never)
  func post(
    _ request: consuming HTTPClientRequest, _ mark: CallMark, over link: HTTPLink?,
    notices: NoticeSink?
  ) async -> Result<Answer, ExchangeError> {
    let timeout = request.timeouts.total
    let response: HTTPClientResponse
    do {
      response = try await client.send(request)
    } catch {
      return .failure(ExchangeError(error, timeout: timeout))
    }
    do {
      let reply =
        if let reply = try replyAtHand(response, mark.id, timeout, over: link) {
          reply
        } else {
          try await self.reply(in: response, mark, timeout, over: link, notices: notices)
        }
      return .success(Answer(reply: reply, response: response))
    } catch {
      response.cancel()
      return .failure(error)
    }
  }

  @inline(never)
  private func reply(
    in response: HTTPClientResponse, _ mark: CallMark, _ timeout: Duration?, over link: HTTPLink?,
    notices: NoticeSink?
  ) async throws(ExchangeError) -> UpstreamReply {
    let type = Self.mediaType(of: response)
    if response.status == 200, type == .eventStream {
      return try await streamed(response, mark, timeout, over: link, notices: notices)
    }
    let body: [UInt8]
    do {
      body = try await response.collect(limit: limits.resultBytesMax)
    } catch {
      throw ExchangeError(error, timeout: timeout)
    }
    return try Self.reply(in: body, type, of: response, id: mark.id, over: link)
  }

  /// The reply in a body that has come as a whole: most are here with their heads.
  @inline(never)
  private func replyAtHand(
    _ response: HTTPClientResponse, _ id: Int64, _ timeout: Duration?, over link: HTTPLink?
  ) throws(ExchangeError) -> UpstreamReply? {
    let type = Self.mediaType(of: response)
    if response.status == 200, type == .eventStream { return nil }
    let body: [UInt8]?
    do {
      body = try response.collected(limit: limits.resultBytesMax)
    } catch {
      throw ExchangeError(error, timeout: timeout)
    }
    guard let body else { return nil }
    return try Self.reply(in: body, type, of: response, id: id, over: link)
  }

  static func mediaType(of response: HTTPClientResponse) -> MediaType {
    response.withHeader("Content-Type", MediaType.init) ?? .other
  }

  private static func reply(
    in body: [UInt8], _ mediaType: MediaType, of response: HTTPClientResponse, id: Int64,
    over link: HTTPLink?
  ) throws(ExchangeError) -> UpstreamReply {
    // Whatever the body says: some servers put a JSON-RPC error beside this status.
    if response.status == 404, link?.isInSession == true { throw .sessionEnded }
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
      throw .status(response.status)
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
}
