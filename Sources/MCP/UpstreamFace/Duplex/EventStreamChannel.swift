import HTTP
import Reactor

/// The transport of 2024-11-05 as a client: a stream of events from the server, whose first names
/// where messages are posted to. Confined to its loop.
final class EventStreamChannel: DuplexChannel, @unchecked Sendable {
  /// A POST that is not answered in this time does not hold up the next.
  static let turnMax: Duration = .seconds(1)
  static let postTimeout: Duration = .seconds(30)
  static let openTimeout: Duration = .seconds(15)

  let startedAt: MonotonicTime
  let pid: Int32? = nil
  private(set) var unsentBytes = 0
  private let endpoint: HTTPUpstream.Endpoint
  private let client: HTTPClient?
  private let loop: EventLoop
  private let messageBytesMax: Int
  private var events: DuplexEvents?
  private var stream: Task<Void, Never>?
  /// Where messages go, once that is known.
  private var template: HTTPRequestTemplate?
  private var lastTurn: Turn?

  init(
    _ endpoint: HTTPUpstream.Endpoint, _ clients: HTTPClients, on loop: EventLoop,
    messageBytesMax: Int, _ events: DuplexEvents
  ) {
    self.endpoint = endpoint
    client = clients[loop]
    self.loop = loop
    self.messageBytesMax = messageBytesMax
    self.events = events
    startedAt = loop.now
  }

  func open() {
    stream = loop.spawn { [self] in
      let reason = await read()
      ended(reason)
    }
  }

  func send(_ message: [UInt8], of call: Int64?) {
    unsentBytes += message.count
    let turn = Turn()
    let before = lastTurn
    lastTurn = turn
    loop.spawn { [self] in
      await before?.over()
      let timer = loop.schedule(after: Self.turnMax) { turn.end() }
      await post(message, call)
      timer.cancel()
      turn.end()
      unsentBytes -= message.count
    }
  }

  func close() {
    events = nil
    stream?.cancel()
  }

  func end(grace: Duration) async {}

  func lastWords(after reason: String) -> String { reason }

  private func ended(_ reason: String) {
    guard let events else { return }
    self.events = nil
    events.ended(reason)
  }

  // MARK: - From the server

  /// Reads until the stream ends; returns why.
  private func read() async -> String {
    guard let client else { return "it has no client on its loop" }
    let timer = loop.schedule(after: Self.openTimeout) { [weak self] in
      guard let self, self.template == nil else { return }
      self.stream?.cancel()
      self.ended("its stream did not name an endpoint within \(Self.openTimeout)")
    }
    defer { timer.cancel() }
    let response: HTTPClientResponse
    do {
      response = try await client.send(request(to: endpoint.url, "GET", []))
    } catch {
      return error.description
    }
    defer { response.cancel() }
    guard response.status == 200,
      response.withHeader("Content-Type", MediaType.init) == .eventStream
    else { return "HTTP \(response.status) and no stream of events" }
    var parser = SSEParser(maxEventBytes: messageBytesMax)
    while true {
      let chunk: [UInt8]?
      do { chunk = try await response.nextChunk() } catch { return error.description }
      guard let chunk else { return "it ended its stream" }
      var received: [SSEEvent] = []
      do { try parser.push(chunk) { received.append($0) } } catch { return "\(error)" }
      for event in received {
        if let fault = take(event) { return fault }
        if events == nil { return "closed" }
      }
    }
  }

  /// One event; what is wrong with it, if it ends the stream.
  private func take(_ event: SSEEvent) -> String? {
    switch event.event {
    case "endpoint":
      guard template == nil else { return nil }
      let reference = String(decoding: event.data, as: UTF8.self)
      guard let url = EndpointReference.resolve(reference, against: endpoint.url) else {
        return "its endpoint «\(reference.prefix(200))» is not of the origin \(endpoint.url.origin)"
      }
      do {
        template = try HTTPRequestTemplate(request(to: url, "POST", []))
      } catch {
        return "a configured header cannot be sent: \(error)"
      }
      events?.opened()
    case nil, "message":
      if !event.data.isEmpty { events?.received(event.data) }
    default: break
    }
    return nil
  }

  // MARK: - To the server

  private func post(_ message: [UInt8], _ call: Int64?) async {
    guard let client, let template, events != nil else { return }
    var request = HTTPClientRequest(template, body: message)
    request.timeouts.total = Self.postTimeout
    do {
      let response = try await client.send(request)
      _ = try? await response.collect(limit: 65_536)
      switch response.status {
      case 200..<300: break
      case 404, 410: ended("it does not know its session any more (HTTP \(response.status))")
      default:
        guard let call else { break }
        events?.undelivered(
          call, .protocolViolation(reason: "HTTP \(response.status) to a message"))
      }
    } catch {
      guard let call else { return }
      events?.undelivered(
        call,
        error.isBeforeRequest
          ? .unavailable(reason: error.description) : .connectionLost(reason: error.description))
    }
  }

  private func request(to url: HTTPURL, _ method: String, _ body: [UInt8]) -> HTTPClientRequest {
    var headers = endpoint.headers
    for name in HTTPUpstream.ownHeaders { headers.remove(name) }
    if method == "POST" {
      headers.add("Content-Type", "application/json")
    } else {
      headers.add("Accept", "text/event-stream")
    }
    var request = HTTPClientRequest(method: method, url: url, headers: headers, body: body)
    request.verifiesCertificate = endpoint.verifiesCertificate
    request.certificateAuthorities = endpoint.certificateAuthorities
    request.proxy = endpoint.proxy
    request.timeouts = HTTPClientTimeouts(firstByte: Self.openTimeout, idleStream: nil)
    return request
  }

  /// Keeps messages in order, but not at the price of standing still: a server may answer a POST
  /// only after it was sent something else. Confined to the loop.
  private final class Turn: @unchecked Sendable {
    private var isOver = false
    private var next: UnsafeContinuation<Void, Never>?

    func end() {
      isOver = true
      next.take()?.resume()
    }

    func over() async {
      guard !isOver else { return }
      await withUnsafeContinuation { next = $0 }
    }
  }
}
