internal import CCurl
internal import CLinux
internal import Glibc
internal import Reactor

/// One request through libcurl. Confined to its loop.
final class CurlTransfer: TransferSource {
  let easy: UnsafeMutableRawPointer
  private let engine: CurlEngine
  private var transfer: HTTPTransfer?
  private let request: HTTPClientRequest
  private var fields: UnsafeMutablePointer<curl_slist>?
  private let errorText: UnsafeMutablePointer<CChar>
  private var sent = 0

  private var status = 0
  private var headers = HTTPHeaders()
  private var headBytes = 0
  private var isHeadComplete = false
  /// Why a callback broke the transfer off.
  private var reason: HTTPClientError?

  private var deadline: (at: UInt64, of: HTTPClientTimeout) = (.max, .total)
  private var timer: LoopTimer?
  private var timerAt = UInt64.max

  init?(_ engine: CurlEngine, _ transfer: HTTPTransfer, proxy: String?) {
    guard let easy = curl_easy_init() else { return nil }
    self.easy = easy
    self.engine = engine
    self.transfer = transfer
    request = transfer.request
    errorText = .allocate(capacity: ccurl_error_size)
    errorText.initialize(repeating: 0, count: ccurl_error_size)
    setCallbacks()
    setRequest()
    setTrust(proxy: proxy)
    startClock(transfer)
  }

  deinit {
    curl_easy_cleanup(easy)
    curl_slist_free_all(fields)
    errorText.deallocate()
  }

  // MARK: Options

  private func setCallbacks() {
    var callbacks = ccurl_callbacks()
    callbacks.context = Unmanaged.passUnretained(self).toOpaque()
    callbacks.header = onHeader
    callbacks.write = onBody
    callbacks.read = onRead
    // Without it the library cannot send a body twice when a kept connection turns out dead.
    callbacks.seek = request.isReplayable ? onRewind : nil
    callbacks.open = onOpen
    callbacks.error_text = errorText
    ccurl_set_callbacks(easy, &callbacks)
    ccurl_set_long(easy, CURLOPT_NOSIGNAL, 1)
    ccurl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0)
    ccurl_set_string(easy, CURLOPT_PROTOCOLS_STR, "http,https")
    ccurl_set_long(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
  }

  private func setRequest() {
    ccurl_set_string(easy, CURLOPT_URL, request.url.description)
    ccurl_set_long(easy, CURLOPT_PATH_AS_IS, 1)
    let isSecure = request.url.scheme == .https
    ccurl_set_long(
      easy, CURLOPT_HTTP_VERSION, isSecure ? ccurl_http_2_over_tls : ccurl_http_1_1)
    // Share a connection that is being made rather than make another.
    ccurl_set_long(easy, CURLOPT_PIPEWAIT, isSecure ? 1 : 0)
    let method = request.method
    if method == "HEAD" {
      ccurl_set_long(easy, CURLOPT_NOBODY, 1)
    } else {
      if !request.body.isEmpty || method == "POST" || method == "PUT" || method == "PATCH" {
        ccurl_set_long(easy, CURLOPT_POST, 1)
        ccurl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count))
      }
      ccurl_set_string(easy, CURLOPT_CUSTOMREQUEST, method)
    }
    let headers = HTTPHeaders(request.template.headers.fields + request.headers.fields)
    for field in headers.fields where !HTTPRequestWriter.isOwn(field.name) {
      append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
    }
    // A name without a value keeps the library from adding the field.
    for name in ["Accept", "Content-Type"] where headers[name] == nil { append("\(name):") }
    append("Expect:")
    ccurl_set_list(easy, CURLOPT_HTTPHEADER, fields)
  }

  private func append(_ line: String) {
    if let longer = curl_slist_append(fields, line) { fields = longer }
  }

  private func setTrust(proxy: String?) {
    ccurl_set_string(easy, CURLOPT_PROXY, proxy ?? "")
    ccurl_set_string(easy, CURLOPT_NOPROXY, "")
    ccurl_set_long(easy, CURLOPT_SSL_VERIFYPEER, request.verifiesCertificate ? 1 : 0)
    ccurl_set_long(easy, CURLOPT_SSL_VERIFYHOST, request.verifiesCertificate ? 2 : 0)
    if let file = request.certificateAuthorities {
      ccurl_set_string(easy, CURLOPT_CAINFO, file)
      ccurl_set_string(easy, CURLOPT_CAPATH, nil)
    }
  }

  // MARK: Time

  private func startClock(_ transfer: HTTPTransfer) {
    let connect = request.timeouts.connect
    if let connect {
      let milliseconds = max(1, connect.wholeNanoseconds / 1_000_000)
      ccurl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, Int(clamping: milliseconds))
    }
    var deadline = transfer.deadline()
    // The head is awaited from the connection on; the library bounds the time until then.
    if deadline.of == .firstByte, let connect {
      let (sum, overflow) = deadline.at.addingReportingOverflow(connect.wholeNanoseconds)
      deadline.at = min(overflow ? .max : sum, transfer.totalDeadline)
    }
    set(deadline)
  }

  private func set(_ deadline: (at: UInt64, of: HTTPClientTimeout)) {
    self.deadline = deadline
    guard deadline.at < timerAt else { return }
    timer?.cancel()
    timerAt = deadline.at
    timer = engine.loop.schedule(at: MonotonicTime(nanoseconds: deadline.at)) { [weak self] in
      self?.timerFired()
    }
  }

  private func timerFired() {
    timer = nil
    timerAt = .max
    if engine.loop.now.nanoseconds >= deadline.at {
      transfer?.fail(.timedOut(deadline.of))
    } else if deadline.at != .max {
      set(deadline)
    }
  }

  // MARK: Callbacks

  /// A line of a head; false breaks off.
  func receiveHeader(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let transfer else { return false }
    // Trailer fields change nothing.
    if case .waiting = transfer.state {} else { return true }
    headBytes += line.count
    guard headBytes <= request.maxResponseHeadBytes else {
      reason = .malformedResponse(.headTooLarge(limit: request.maxResponseHeadBytes))
      return false
    }
    var end = line.count
    while end > 0, line[end - 1] == ASCII.lineFeed || line[end - 1] == ASCII.carriageReturn {
      end -= 1
    }
    let text = line[..<end]
    if text.isEmpty {
      if status >= 200 {
        transfer.receive(.list(status: status, headers))
        set(transfer.deadline())
      }
    } else if text.starts(with: "HTTP/".utf8) {
      headers = HTTPHeaders()
      status =
        text.split(separator: ASCII.space).dropFirst().first
        .flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0
    } else if let colon = text.firstIndex(of: ASCII.colon) {
      guard text[..<colon].allSatisfy(ASCII.isToken), colon > 0 else {
        reason = .malformedResponse(.invalidField)
        return false
      }
      headers.add(
        String(decoding: text[..<colon], as: UTF8.self),
        String(decoding: trimmed(text[(colon + 1)...]), as: UTF8.self))
    } else {
      reason = .malformedResponse(ASCII.isBlank(text[0]) ? .foldedField : .invalidField)
      return false
    }
    return true
  }

  private func trimmed(
    _ text: Slice<UnsafeBufferPointer<UInt8>>
  ) -> Slice<UnsafeBufferPointer<UInt8>> {
    var text = text
    while let first = text.first, ASCII.isBlank(first) { text.removeFirst() }
    while let last = text.last, ASCII.isBlank(last) { text.removeLast() }
    return text
  }

  enum Taken {
    case all
    case later
    case none
  }

  func receiveBody(_ bytes: UnsafeBufferPointer<UInt8>) -> Taken {
    guard let transfer else { return .none }
    if transfer.mustPause {
      set(transfer.deadline())
      return .later
    }
    transfer.receive(bytes)
    set(transfer.deadline())
    return .all
  }

  /// Copies the next bytes of the request's body.
  func giveBody(_ target: UnsafeMutableRawBufferPointer) -> Int {
    guard transfer != nil else { return Int(ccurl_read_abort) }
    let count = min(target.count, request.body.count - sent)
    request.body.withUnsafeBytes {
      target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[sent..<(sent + count)]))
    }
    sent += count
    return count
  }

  func rewindBody(to offset: Int) -> Bool {
    guard (0...request.body.count).contains(offset) else { return false }
    sent = offset
    return true
  }

  /// Opens a socket to an address that the policy allows.
  func openSocket(_ address: UnsafePointer<curl_sockaddr>) -> Int32 {
    // The address is longer than the struct declares: it ends with what its family needs.
    let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) ?? 0
    let target = (UnsafeRawPointer(address) + offset).assumingMemoryBound(to: sockaddr.self)
    if request.refusesPrivateAddresses {
      guard let known = SocketAddress(target) else { return ccurl_no_socket }
      guard AddressPolicy.isPublic(known.bytes) else {
        reason = .refusedAddress(host: request.url.host, address: known.text)
        return ccurl_no_socket
      }
    }
    return socket(
      address.pointee.family, address.pointee.socktype | LINUX_SOCK_CLOEXEC,
      address.pointee.protocol)
  }

  // MARK: End

  func finish(_ result: CURLcode) {
    timer?.cancel()
    guard let transfer else { return }
    self.transfer = nil
    transfer.source = nil
    if result == CURLE_OK {
      transfer.complete()
      if !transfer.hasEnded { transfer.fail(.closedBeforeResponse) }
    } else {
      transfer.fail(error(result, transfer))
    }
  }

  private func error(_ result: CURLcode, _ transfer: HTTPTransfer) -> HTTPClientError {
    if let reason { return reason }
    let detail = String(cString: errorText)
    let text = detail.isEmpty ? String(cString: curl_easy_strerror(result)) : detail
    let hasHead = if case .waiting = transfer.state { false } else { true }
    switch result {
    case CURLE_COULDNT_RESOLVE_HOST: return .unresolved(host: request.url.host, reason: text)
    case CURLE_COULDNT_RESOLVE_PROXY: return .unresolved(host: "the proxy", reason: text)
    case CURLE_COULDNT_CONNECT:
      return .unreachable(
        host: request.url.host, address: request.url.authority,
        code: Int32(clamping: ccurl_os_errno(easy)))
    case CURLE_OPERATION_TIMEDOUT: return .timedOut(.connect)
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE,
      CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER:
      return .untrusted(host: request.url.host, reason: text)
    case CURLE_GOT_NOTHING, CURLE_SEND_FAIL_REWIND: return .closedBeforeResponse
    case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE, CURLE_HTTP2, CURLE_HTTP2_STREAM:
      return hasHead
        ? .brokenOff(code: Int32(clamping: ccurl_os_errno(easy))) : .closedBeforeResponse
    case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL:
      return .malformedResponse(.invalidStatusLine)
    default: return .transfer(code: result.rawValue, reason: text)
    }
  }

  // MARK: TransferSource

  func resumeReading() {
    guard let transfer else { return }
    set(transfer.deadline())
    engine.resume(self)
  }

  func stop() {
    transfer = nil
    timer?.cancel()
    engine.abandon(self)
  }
}

extension CurlTransfer {
  fileprivate static func from(_ context: UnsafeMutableRawPointer?) -> CurlTransfer? {
    context.map { Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
  }
}

private func buffer(
  _ start: UnsafeMutablePointer<CChar>?, _ count: Int
) -> UnsafeBufferPointer<UInt8> {
  UnsafeBufferPointer(
    start: UnsafeRawPointer(start)?.assumingMemoryBound(to: UInt8.self),
    count: start == nil ? 0 : count)
}

private typealias Transport =
  @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int

private let onHeader: Transport = { bytes, size, count, context in
  guard let transfer = CurlTransfer.from(context) else { return 0 }
  return transfer.receiveHeader(buffer(bytes, size * count)) ? size * count : 0
}

private let onBody: Transport = { bytes, size, count, context in
  switch CurlTransfer.from(context)?.receiveBody(buffer(bytes, size * count)) {
  case .all: size * count
  case .later: Int(ccurl_write_pause)
  case .some(.none), nil: 0
  }
}

private let onRead: Transport = { target, size, count, context in
  guard let transfer = CurlTransfer.from(context) else { return Int(ccurl_read_abort) }
  return transfer.giveBody(UnsafeMutableRawBufferPointer(start: target, count: size * count))
}

private let onRewind: @convention(c) (UnsafeMutableRawPointer?, curl_off_t, Int32) -> Int32 = {
  context, offset, origin in
  guard origin == SEEK_SET, let transfer = CurlTransfer.from(context) else { return 1 }
  return transfer.rewindBody(to: Int(offset)) ? 0 : 1
}

private let onOpen:
  @convention(c) (UnsafeMutableRawPointer?, curlsocktype, UnsafeMutablePointer<curl_sockaddr>?)
    -> Int32 = { context, _, address in
      guard let transfer = CurlTransfer.from(context), let address else { return ccurl_no_socket }
      return transfer.openSocket(address)
    }
