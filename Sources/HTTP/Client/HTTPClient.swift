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
  let idleNanoseconds: UInt64
  let resolver: NameResolver
  /// Read into by all connections, one at a time.
  let readBuffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 64 * 1024)

  /// Pools without connections are dropped when there are as many as this.
  private static let poolsKept = 256

  private var pools: [Origin: ConnectionPool] = [:]
  /// The pool of the template that was used last: most requests are like the one before.
  private var last: (template: HTTPRequestTemplate, pool: ConnectionPool)?
  private var engine: CurlEngine?
  private var publicEngine: CurlEngine?

  /// A client without connections.
  public init(
    loop: EventLoop, configuration: HTTPClientConfiguration = HTTPClientConfiguration()
  ) {
    self.loop = loop
    self.configuration = configuration
    idleNanoseconds = configuration.idleTimeout.wholeNanoseconds
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
        if let head = request.template.head {
          try HTTPRequestWriter.encode(
            after: head, method: request.method, headers: request.headers, body: request.body)
        } else {
          try HTTPRequestWriter.encode(
            method: request.method, target: request.url.pathAndQuery,
            authority: request.url.authority, headers: request.headers, body: request.body)
        }
      // The engine sends the body itself; elsewhere a small one is among the bytes by now.
      if !request.template.needsEngine, request.body.count <= HTTPRequestWriter.inlineBodyBytes {
        request.body = []
      }
      return HTTPTransfer(loop: loop, request: request, encoded: bytes)
    } catch {
      throw .invalidRequest(error)
    }
  }

  private func start(_ transfer: HTTPTransfer) {
    let template = transfer.request.template
    guard template.needsEngine else {
      pool(for: template).take(transfer)
      return
    }
    do throws(HTTPClientError) {
      let isForPublic = template.terms.refusesPrivateAddresses
      if template.proxy != nil, isForPublic {
        throw .uncheckableBehindProxy(host: template.terms.url.host)
      }
      try startedEngine(forPublicAddresses: isForPublic).start(transfer, proxy: template.proxy)
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

  private func pool(for template: HTTPRequestTemplate) -> ConnectionPool {
    if let last, last.template === template { return last.pool }
    let origin = template.origin
    let pool: ConnectionPool
    if let known = pools[origin] {
      pool = known
    } else {
      if pools.count >= Self.poolsKept { pools = pools.filter { !$0.value.isEmpty } }
      pool = ConnectionPool(origin, client: self)
      pools[origin] = pool
    }
    last = (template, pool)
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
