import HTTP
import JSON
import Reactor

extension HTTPUpstream {
  /// Finds out what the server speaks; opens a session where it wants one.
  func probe() async throws(UpstreamError) -> UpstreamPeer {
    var probe = EraProbe()
    var step = probe.start()
    while true {
      switch step {
      case .discover:
        step = probe.discoverAnswered(await discover()) ?? .failed("the probe stopped")
      case .initialize:
        switch await initialize() {
        case .success(let answer):
          step =
            probe.initializeAnswered(answer.reply, sessionID: answer.sessionID)
            ?? .failed("the probe stopped")
        case .failure(let error):
          step =
            probe.initializeAnswered(nil, transportError: error.upstreamError.reason)
            ?? .failed("the probe stopped")
        }
      case .ready(let peer):
        if peer.version.era == .session { await notify("notifications/initialized", peer) }
        return peer
      case .failed(let reason):
        throw .unavailable(reason: reason)
      }
    }
  }

  private func discover() async -> UpstreamReply? {
    let id = mintID()
    let request = UpstreamRequest(
      method: "server/discover", params: nil, timeout: limits.probeTimeout)
    let peer = UpstreamPeer(version: .latest, capabilities: ServerCapabilities())
    guard let link = try? link(to: peer) else { return nil }
    return try? await exchange(request, id: id, over: link, notices: nil)
  }

  private func initialize() async -> Result<Answer, ExchangeError> {
    let id = mintID()
    let request: HTTPClientRequest
    do {
      request = httpRequest(
        try template(for: nil), UpstreamRequestEncoder.initialize(id: id),
        timeout: limits.probeTimeout)
    } catch {
      return .failure(.failed(error))
    }
    return await post(request, id: id, isInSession: false, notices: nil)
  }

  /// Posts a notification; nobody answers it, and a failure shows at the next request.
  func notify(_ method: String, params: [UInt8]? = nil, _ peer: UpstreamPeer) async {
    await deliver(UpstreamRequestEncoder.notification(method, params: params), peer)
  }

  func tellCancelled(_ id: Int64, _ peer: UpstreamPeer) {
    let params = UpstreamRequestEncoder.cancelledParams(id: id, reason: "the client gave up")
    spawnOnLoop { await self.notify("notifications/cancelled", params: params, peer) }
  }

  /// Answers a request the server made on the stream of one of ours.
  func refuse(_ id: RequestID, _ method: String) {
    guard let peer = status.peer else { return }
    let answer = UpstreamRequestEncoder.answer(toServerRequest: id, method: method)
    spawnOnLoop { await self.deliver(answer, peer) }
  }

  func endSession(_ peer: UpstreamPeer) async {
    guard let template = try? template("DELETE", for: peer) else { return }
    let request = httpRequest(template, [], timeout: .seconds(2))
    guard let response = try? await client.send(request) else { return }
    _ = try? await response.collect(limit: 4096)
  }

  /// Reads announcements until the stream ends or the task is cancelled. A server of the session
  /// era offers them on a GET stream, or not at all (405).
  func listenForToolChanges(_ peer: UpstreamPeer, _ changed: () -> Void) async {
    let loop = EventLoop.current
    while !Task.isCancelled {
      let opened = await readAnnouncements(peer, changed)
      guard opened, let loop else { return }
      do { try await loop.sleep(for: StdioUpstreamMachine.listenAgainAfter) } catch { return }
      // What changed while nobody listened.
      changed()
    }
  }

  private func readAnnouncements(_ peer: UpstreamPeer, _ changed: () -> Void) async -> Bool {
    let isSession = peer.version.era == .session
    guard let template = try? template(isSession ? "GET" : "POST", for: peer) else { return false }
    var request: HTTPClientRequest
    if isSession {
      request = httpRequest(template, [], timeout: nil)
    } else {
      let body = ListenRequest.encode(id: mintID(), version: peer.version)
      request = httpRequest(template, body, timeout: nil)
      request.headers.add("Mcp-Method", "subscriptions/listen")
    }
    guard let response = try? await client.send(request) else { return true }
    defer { response.cancel() }
    guard response.status == 200,
      response.withHeader("Content-Type", MediaType.init) == .eventStream
    else { return false }
    var parser = SSEParser(maxEventBytes: 1 << 20)
    while let chunk = try? await response.nextChunk() {
      var events: [SSEEvent] = []
      guard (try? parser.push(chunk) { events.append($0) }) != nil else { return true }
      for event in events {
        guard let document = try? JSONDocument(parsing: event.data),
          case .notification("notifications/tools/list_changed", _)? = try? JSONRPCMessage(
            document.root)
        else { continue }
        changed()
      }
    }
    return true
  }

  private func deliver(_ message: [UInt8], _ peer: UpstreamPeer) async {
    guard let template = try? template(for: peer) else { return }
    let request = httpRequest(template, message, timeout: limits.probeTimeout)
    guard let response = try? await client.send(request) else { return }
    _ = try? await response.collect(limit: 65_536)
  }

  private func spawnOnLoop(_ body: @escaping @Sendable () async -> Void) {
    if let loop = EventLoop.current { loop.spawn(body) }
  }
}
