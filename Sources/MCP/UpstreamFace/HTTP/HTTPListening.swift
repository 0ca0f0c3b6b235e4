import HTTP
import JSON
import Logging
import Reactor
import Synchronization

/// Keeps what a server announces coming in. Confined to the home loop of its upstream.
final class HTTPListening: @unchecked Sendable {
  static let eventBytesMax = 1 << 20

  private let upstream: HTTPUpstream
  private let link: HTTPLink
  private var newest: Task<Void, Never>?
  /// Until the newest is acknowledged.
  private var older: [Task<Void, Never>] = []
  private var watch = Watch()
  private var isSubscribing = false
  private var isStopped = false
  /// Who waits for the server to have taken note of what is watched.
  private var waiting: [@Sendable () -> Void] = []
  private static let noteTimeout: Duration = .seconds(5)

  init(to upstream: HTTPUpstream, over link: HTTPLink) {
    self.upstream = upstream
    self.link = link
  }

  private var capabilities: ServerCapabilities { link.peer.capabilities }

  func start(watching wanted: WatchList) {
    watch.wanted = wanted
    if link.isStateless {
      listen()
    } else if !capabilities.announces.isEmpty || capabilities.resourceUpdates
      || capabilities.tasks != nil
    {
      newest = spawn { [self] in await readSessionStream() }
      subscribe()
    }
  }

  func watch(_ wanted: WatchList, then done: @escaping @Sendable () -> Void) {
    let before = watch.wanted.reduced(to: capabilities)
    watch.wanted = wanted
    guard !isStopped, wanted.reduced(to: capabilities) != before,
      link.isStateless || capabilities.resourceUpdates
    else { return done() }
    if waiting.isEmpty {
      _ = upstream.home.schedule(after: Self.noteTimeout) { [weak self] in self?.noted() }
    }
    waiting.append(done)
    if link.isStateless { listen() } else { subscribe() }
  }

  /// The server has taken note, or nobody waits for that any longer.
  private func noted() {
    let told = waiting
    waiting = []
    for done in told { done() }
  }

  func stop() {
    isStopped = true
    newest?.cancel()
    endOlder()
    noted()
  }

  private func spawn(_ body: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
    upstream.home.spawn(body)
  }

  private func endOlder() {
    for task in older { task.cancel() }
    older = []
  }

  // MARK: - Session era

  /// Subscriptions one after the other, until they are what is watched.
  private func subscribe() {
    guard capabilities.resourceUpdates, !isSubscribing, !isStopped else { return }
    isSubscribing = true
    upstream.home.spawn { [self] in
      while !isStopped {
        let changes = watch.changes()
        if changes.isEmpty { break }
        for change in changes {
          let request = UpstreamRequest(
            own: change.method, UpstreamRequestEncoder.params("uri", change.uri),
            timeout: upstream.limits.probeTimeout)
          _ = try? await upstream.exchange(
            request, id: upstream.mintID(), over: link, notices: nil)
        }
      }
      isSubscribing = false
      noted()
    }
  }

  /// Reads the GET stream of a session, which a server may offer or not (405).
  func readSessionStream() async {
    guard let template = try? upstream.template("GET", for: link.peer) else { return }
    let limit = link.isAskable ? upstream.limits.resultBytesMax : Self.eventBytesMax
    var position = ""
    var isFirst = true
    while !Task.isCancelled {
      var request = upstream.httpRequest(template, [], timeout: nil)
      if !position.isEmpty { request.headers.add("Last-Event-ID", position) }
      var parser = SSEParser(maxEventBytes: limit)
      let end = await read(
        request, &parser,
        opened: { [self] in
          if !isFirst, !link.isAskable { upstream.tellGap(link.peer) }
        })
      switch end {
      case .notOffered: return
      case .sessionEnded:
        if link.isAskable {
          await upstream.lost(link)
        } else {
          upstream.doubt(link, because: HTTPUpstream.sessionEnded)
        }
        return
      case .unreachable: break
      case .ended: isFirst = false
      }
      if !parser.lastEventID.isEmpty { position = parser.lastEventID }
      let pause = parser.retry.map { HTTPUpstream.pause($0) } ?? ConnectionMachine.listenAgainAfter
      do { try await upstream.home.sleep(for: pause) } catch { return }
    }
  }

  // MARK: - Stateless era

  /// Listens for what is wanted now; what was listened for ends when this is acknowledged.
  private func listen() {
    if let newest { older.append(newest) }
    newest = nil
    let watched = watch.wanted.reduced(to: capabilities)
    guard !capabilities.announces.isEmpty || !watched.isEmpty else {
      noted()
      return endOlder()
    }
    newest = spawn { [self] in await keepListening(for: watched) }
  }

  private func keepListening(for wanted: WatchList) async {
    var wanted = wanted
    var isFirst = true
    while !Task.isCancelled {
      let id = upstream.mintID()
      let body = ListenRequest.encode(
        id: id, version: link.peer.version, lists: capabilities.announces, watching: wanted)
      var request = upstream.httpRequest(link.template, body, timeout: nil)
      request.headers.add("Mcp-Method", "subscriptions/listen")
      var parser = SSEParser(maxEventBytes: Self.eventBytesMax)
      let end = await read(
        request, &parser, acknowledging: id,
        opened: { [self] in
          // A task that was replaced has been cancelled by then.
          endOlder()
          noted()
          if !isFirst { upstream.tellGap(link.peer) }
        })
      switch end {
      case .notOffered where !wanted.tasks.isEmpty:
        // It may refuse tasks alone; their states are asked for.
        wanted.tasks = []
        continue
      case .notOffered, .sessionEnded: return
      case .unreachable: break
      case .ended: isFirst = false
      }
      do { try await upstream.home.sleep(for: ConnectionMachine.listenAgainAfter) } catch { return }
    }
  }

  // MARK: - A stream

  private enum End { case notOffered, sessionEnded, unreachable, ended }

  /// Reads until the stream ends or the task is cancelled. `opened` is called at its head, or at
  /// the acknowledgement of a request.
  private func read(
    _ request: HTTPClientRequest, _ parser: inout SSEParser, acknowledging id: Int64? = nil,
    opened: () -> Void
  ) async -> End {
    guard let response = try? await upstream.client.send(request) else { return .unreachable }
    defer { response.cancel() }
    if response.status == 404, link.isInSession { return .sessionEnded }
    guard response.status == 200, HTTPUpstream.mediaType(of: response) == .eventStream else {
      return (500..<600).contains(response.status) ? .unreachable : .notOffered
    }
    if id == nil { opened() }
    while let chunk = try? await response.nextChunk() {
      var events: [SSEEvent] = []
      guard (try? parser.push(chunk) { events.append($0) }) != nil else { return .ended }
      for event in events {
        guard !Task.isCancelled, let document = try? JSONDocument(parsing: event.data),
          let message = try? JSONRPCMessage(document.root)
        else { continue }
        switch message {
        case .notification(ListenRequest.acknowledged, _):
          if id != nil { opened() }
        case .notification(let method, let params):
          upstream.heard(method, params, over: link)
        case .request(let id, let method, let params):
          upstream.asked(ServerQuestion(id: id, method: method, params: params), over: link)
        case .result(let answered, _):
          if answered.number == id { return .ended }
        case .failure(let answered, _):
          if answered?.number == id { return .notOffered }
        }
      }
    }
    return .ended
  }
}

extension HTTPUpstream {
  /// A notification that belongs to no call, on whatever stream it came.
  func heard(_ method: String, _ params: JSONNode?, over link: HTTPLink) {
    switch method {
    case "notifications/resources/updated":
      guard let uri = params?[member: "uri"]?.string,
        shared.withLock({ $0.watched.resources.contains(uri) })
      else { return }
      tell(.resourceUpdated(uri: uri))
    case "notifications/tasks", "notifications/tasks/status":
      guard let params, let id = params[member: "taskId"]?.string,
        shared.withLock({ $0.watched.tasks.contains(id) })
      else { return }
      tell(.taskChanged(params))
    case "notifications/cancelled":
      guard link.isAskable, let node = params?[member: "requestId"], let id = RequestID(node)
      else { return }
      shared.withLock { $0.parked.withdrawn(id, in: link.number) }
    case "notifications/elicitation/complete":
      log.debug(
        "the end of an elicitation was told; its client asks again by itself",
        [("upstream", name)])
    default:
      if let kind = ListKind.allCases.first(where: { $0.changedMethod == method }) {
        tell(.listChanged(kind))
      }
    }
  }
}
