internal import CLinux
internal import Glibc
public import Reactor

/// Bounds of a client.
public struct HTTPClientConfiguration: Sendable {
  /// Open connections to one origin; further requests wait.
  public var connectionsPerOrigin = 256
  /// Requests that wait for a connection to one origin; further ones fail with `.poolExhausted`.
  public var waitingPerOrigin = 1024
  /// Idle connections kept for one origin.
  public var idlePerOrigin = 256
  /// How long an idle connection is kept.
  public var idleTimeout = Duration.seconds(30)

  /// The bounds above.
  public init() {}
}

/// An HTTP client on one event loop. Confined to its loop.
///
/// Plain HTTP/1.1 goes through a codec of its own and a pool of kept connections per origin; TLS,
/// HTTP/2 and proxies go through libcurl on the same loop. Redirects are not followed: where a
/// request goes is the caller's decision.
public final class HTTPClient: @unchecked Sendable {  // confined to its loop
  /// The loop this client lives on.
  public let loop: EventLoop
  let configuration: HTTPClientConfiguration
  let resolver: NameResolver
  /// Read into by all connections, one at a time.
  let readBuffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 64 * 1024)

  /// Pools without connections are dropped when there are as many as this.
  private static let poolsKept = 256

  private var pools: [Origin: ConnectionPool] = [:]
  private var lastPool: ConnectionPool?
  private var engine: CurlEngine?
  private var publicEngine: CurlEngine?

  /// A client without connections.
  public init(
    loop: EventLoop, configuration: HTTPClientConfiguration = HTTPClientConfiguration()
  ) {
    self.loop = loop
    self.configuration = configuration
    resolver = NameResolver()
  }

  deinit { readBuffer.deallocate() }

  /// Sends a request and returns at the head of the response. Cancelling the task closes the
  /// connection.
  ///
  /// The body must be read to its end or cancelled; dropping the response cancels it.
  public func send(
    _ request: consuming HTTPClientRequest
  ) async throws(HTTPClientError) -> HTTPClientResponse {
    loop.preconditionCurrent()
    let transfer = try makeTransfer(request)
    let loop = self.loop
    let result = await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        transfer.begin(continuation)
        start(transfer)
      }
    } onCancel: {
      loop.execute { transfer.cancel() }
    }
    return try result.get()
  }

  private func makeTransfer(
    _ request: consuming HTTPClientRequest
  ) throws(HTTPClientError) -> HTTPTransfer {
    do throws(HTTPRequestError) {
      let bytes =
        if let template = request.template {
          try HTTPRequestWriter.encode(template, headers: request.headers, body: request.body)
        } else {
          try HTTPRequestWriter.encode(
            method: request.method, target: request.url.pathAndQuery,
            authority: request.url.authority, headers: request.headers, body: request.body)
        }
      return HTTPTransfer(loop: loop, request: request, encoded: bytes)
    } catch {
      throw .invalidRequest(error)
    }
  }

  private func start(_ transfer: HTTPTransfer) {
    let proxy =
      transfer.request.unixSocketPath == nil
      ? transfer.request.proxy?.url(for: transfer.request.url) : nil
    guard
      proxy != nil
        || (transfer.request.url.scheme == .https && transfer.request.unixSocketPath == nil)
    else {
      pool(for: Origin(transfer.request)).take(transfer)
      return
    }
    do throws(HTTPClientError) {
      if proxy != nil, transfer.request.refusesPrivateAddresses {
        throw .uncheckableBehindProxy(host: transfer.request.url.host)
      }
      try startedEngine(forPublicAddresses: transfer.request.refusesPrivateAddresses)
        .start(transfer, proxy: proxy)
    } catch {
      transfer.fail(error)
    }
  }

  private func startedEngine(
    forPublicAddresses isPublic: Bool
  ) throws(HTTPClientError) -> CurlEngine {
    if let engine = isPublic ? publicEngine : engine { return engine }
    let engine = try CurlEngine(loop: loop)
    if isPublic { publicEngine = engine } else { self.engine = engine }
    return engine
  }

  private func pool(for origin: Origin) -> ConnectionPool {
    if let lastPool, lastPool.origin == origin { return lastPool }
    let pool: ConnectionPool
    if let known = pools[origin] {
      pool = known
    } else {
      if pools.count >= Self.poolsKept { pools = pools.filter { !$0.value.isEmpty } }
      pool = ConnectionPool(origin, client: self)
      pools[origin] = pool
    }
    lastPool = pool
    return pool
  }

  /// Open plain-text connections, idle ones included.
  public var connectionCount: Int { pools.values.reduce(0) { $0 + $1.count } }

  /// Closes idle connections; those in use are closed when they are done.
  public func closeIdleConnections() {
    loop.preconditionCurrent()
    for pool in Array(pools.values) { pool.closeIdle() }
  }
}

/// Whom a plain-text connection leads to; connections are shared only between equals.
struct Origin: Hashable {
  let host: String
  let port: UInt16
  let unixPath: String?
  let refusesPrivateAddresses: Bool

  init(_ request: HTTPClientRequest) {
    host = request.url.host
    port = request.url.port
    unixPath = request.unixSocketPath
    refusesPrivateAddresses = request.refusesPrivateAddresses && request.unixSocketPath == nil
  }
}
