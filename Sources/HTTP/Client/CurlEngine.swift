internal import CCurl
internal import Reactor

/// libcurl's multi interface on an event loop: its sockets are watched and its timer kept by the
/// loop. Confined to its loop.
///
/// Connections are shared between the transfers of one engine only, so requests that refuse private
/// addresses have an engine of their own.
final class CurlEngine {
  let loop: EventLoop
  private let multi: UnsafeMutableRawPointer
  private var transfers: [UnsafeMutableRawPointer: CurlTransfer] = [:]
  private var registrations: [Int32: Registration] = [:]
  private var timer: LoopTimer?
  private var depth = 0
  private var abandoned: [CurlTransfer] = []

  /// Connections kept for later requests.
  private static let keptConnections = 64
  /// Connections to one host.
  private static let hostConnections = 64

  private static let initialized: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  init(loop: EventLoop) throws(HTTPClientError) {
    self.loop = loop
    guard Self.initialized, let multi = curl_multi_init() else {
      throw .transfer(code: 2, reason: "the transfer library did not start")
    }
    self.multi = multi
    ccurl_multi_set_callbacks(
      multi, onSocket, onTimer, Unmanaged.passUnretained(self).toOpaque())
    ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, Self.keptConnections)
    ccurl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, Self.hostConnections)
  }

  deinit {
    // Transfers keep their engine alive, so none is left; only idle connections are.
    curl_multi_cleanup(multi)
  }

  func start(_ transfer: HTTPTransfer, proxy: String?) {
    guard let curl = CurlTransfer(self, transfer, proxy: proxy) else {
      transfer.fail(.transfer(code: 27, reason: "out of memory"))
      return
    }
    transfers[curl.easy] = curl
    transfer.source = curl
    inside { _ = curl_multi_add_handle(multi, curl.easy) }
  }

  /// Ends a transfer before its time; from within a callback, at the end of it.
  func abandon(_ curl: CurlTransfer) {
    guard depth == 0 else {
      abandoned.append(curl)
      return
    }
    remove(curl)
  }

  private func remove(_ curl: CurlTransfer) {
    guard transfers.removeValue(forKey: curl.easy) != nil else { return }
    inside { _ = curl_multi_remove_handle(multi, curl.easy) }
  }

  func resume(_ curl: CurlTransfer) {
    inside { _ = curl_easy_pause(curl.easy, 0) }
  }

  private func act(_ socket: Int32, _ events: Int32) {
    var running: Int32 = 0
    inside { _ = curl_multi_socket_action(multi, socket, events, &running) }
  }

  /// Calls into the library, and settles what its callbacks left.
  private func inside(_ body: () -> Void) {
    depth += 1
    body()
    depth -= 1
    guard depth == 0 else { return }
    var result = CURLE_OK
    while let easy = ccurl_next_done(multi, &result) {
      guard let curl = transfers[easy] else { continue }
      remove(curl)
      curl.finish(result)
    }
    while let curl = abandoned.popLast() { remove(curl) }
  }

  // MARK: The library's wishes

  func watch(_ socket: Int32, _ what: Int32) {
    if what == CURL_POLL_REMOVE {
      registrations.removeValue(forKey: socket)?.cancel()
      return
    }
    var interest: Interest = []
    if what & CURL_POLL_IN != 0 { interest.insert(.read) }
    if what & CURL_POLL_OUT != 0 { interest.insert(.write) }
    if let registration = registrations[socket] {
      try? registration.update(interest)
      return
    }
    registrations[socket] = try? loop.register(socket, for: interest) { [weak self] readiness in
      var events: Int32 = 0
      if readiness.contains(.read) || readiness.contains(.hangup) { events |= CURL_CSELECT_IN }
      if readiness.contains(.write) { events |= CURL_CSELECT_OUT }
      if readiness.contains(.error) { events |= CURL_CSELECT_ERR }
      self?.act(socket, events)
    }
  }

  func setTimer(milliseconds: Int) {
    timer?.cancel()
    timer = nil
    guard milliseconds >= 0 else { return }
    timer = loop.schedule(after: .milliseconds(milliseconds)) { [weak self] in
      guard let self else { return }
      timer = nil
      act(-1, 0)
    }
  }
}

private let onSocket:
  @convention(c) (
    UnsafeMutableRawPointer?, Int32, Int32, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?
  ) -> Int32 = { _, socket, what, context, _ in
    guard let context else { return 0 }
    Unmanaged<CurlEngine>.fromOpaque(context).takeUnretainedValue().watch(socket, what)
    return 0
  }

private let onTimer:
  @convention(c) (UnsafeMutableRawPointer?, Int, UnsafeMutableRawPointer?) -> Int32 = {
    _, milliseconds, context in
    guard let context else { return 0 }
    Unmanaged<CurlEngine>.fromOpaque(context).takeUnretainedValue()
      .setTimer(milliseconds: milliseconds)
    return 0
  }
