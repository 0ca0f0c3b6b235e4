import HTTP
import JSON
import Reactor
import Synchronization

/// Finds out what a server speaks, and opens and ends its sessions.
extension HTTPUpstream {
  /// Finds out what the server speaks; opens a session where it wants one.
  func probe() async throws(ExchangeError) -> HTTPLink {
    var probe = EraProbe()
    var step = probe.start()
    var failure: ExchangeError?
    while true {
      switch step {
      case .discover:
        step = probe.discoverAnswered(await discover()) ?? .failed("the probe stopped")
      case .initialize:
        switch await initialize(offering: .none) {
        case .success(let answer):
          step =
            probe.initializeAnswered(answer.reply, sessionID: answer.sessionID)
            ?? .failed("the probe stopped")
        case .failure(let error):
          failure = error
          step =
            probe.initializeAnswered(nil, transportError: error.upstreamError.reason)
            ?? .failed("the probe stopped")
        }
      case .ready(let peer):
        let link = try link(to: peer)
        if !link.isStateless { await notify("notifications/initialized", over: link) }
        return link
      case .failed(let reason):
        throw failure ?? .failed(.unavailable(reason: reason))
      }
    }
  }

  private func discover() async -> UpstreamReply? {
    let peer = UpstreamPeer(version: .latest, capabilities: ServerCapabilities())
    guard let link = try? link(to: peer) else { return nil }
    let request = UpstreamRequest(own: "server/discover", nil, timeout: limits.probeTimeout)
    return try? await exchange(request, id: mintID(), over: link, notices: nil)
  }

  func initialize(
    offering capabilities: ClientCapabilities
  ) async -> Result<Answer, ExchangeError> {
    let id = mintID()
    let request: HTTPClientRequest
    do {
      request = httpRequest(
        try template(for: nil), UpstreamRequestEncoder.initialize(id: id, offering: capabilities),
        timeout: limits.probeTimeout)
    } catch {
      return .failure(error)
    }
    return await post(request, CallMark(id: id, logLevel: nil), over: nil, notices: nil)
  }

  /// Whether the address streams events that begin by naming an endpoint.
  func offersEventStream() async -> Bool {
    guard let template = try? template("GET", for: nil) else { return false }
    guard
      let response = try? await client.send(
        httpRequest(template, [], timeout: limits.probeTimeout))
    else { return false }
    defer { response.cancel() }
    guard response.status == 200,
      response.withHeader("Content-Type", MediaType.init) == .eventStream
    else { return false }
    var parser = SSEParser(maxEventBytes: 65_536)
    while let chunk = try? await response.nextChunk() {
      var events: [SSEEvent] = []
      guard (try? parser.push(chunk) { events.append($0) }) != nil else { return false }
      if let first = events.first { return first.event == "endpoint" }
    }
    return false
  }

  /// What every request to this peer has in common. Our headers replace configured ones of the
  /// same name.
  func template(
    _ method: String = "POST", for peer: UpstreamPeer?
  ) throws(ExchangeError) -> HTTPRequestTemplate {
    var headers = endpoint.headers
    for name in Self.ownHeaders { headers.remove(name) }
    if method == "POST" { headers.add("Content-Type", "application/json") }
    headers.add(
      "Accept", method == "GET" ? "text/event-stream" : "application/json, text/event-stream")
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
      throw .failed(
        .unavailable(reason: "a configured or a session header cannot be sent: \(error)"))
    }
  }

  func link(
    to peer: UpstreamPeer, offering capabilities: ClientCapabilities = .none
  ) throws(ExchangeError) -> HTTPLink {
    HTTPLink(
      peer: peer, template: try template(for: peer),
      number: shared.withLock { $0.mintLink() }, capabilities: capabilities)
  }

  /// Posts a notification; nobody answers it, and a failure shows at the next request.
  func notify(_ method: String, params: [UInt8]? = nil, over link: HTTPLink) async {
    await deliver(UpstreamRequestEncoder.notification(method, params: params), over: link)
  }

  func tellCancelled(_ id: Int64, over link: HTTPLink) {
    let params = UpstreamRequestEncoder.cancelledParams(id: id, reason: "the client gave up")
    spawn { await self.notify("notifications/cancelled", params: params, over: link) }
  }

  /// Posts a message that is not answered with one.
  func deliver(_ message: [UInt8], over link: HTTPLink) async {
    let request = httpRequest(link.template, message, timeout: limits.probeTimeout)
    guard let response = try? await client.send(request) else { return }
    _ = try? await response.collect(limit: 65_536)
  }

  func endSession(_ link: HTTPLink) async {
    guard let template = try? template("DELETE", for: link.peer) else { return }
    let request = httpRequest(template, [], timeout: .seconds(2))
    guard let response = try? await client.send(request) else { return }
    _ = try? await response.collect(limit: 4096)
  }

  /// On the loop that is running, where the caller is on one.
  func spawn(_ body: @escaping @Sendable () async -> Void) {
    (EventLoop.current ?? home).spawn(body)
  }
}
