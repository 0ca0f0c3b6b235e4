/// How long each part of an exchange may take; nil means without bound.
public struct HTTPClientTimeouts: Sendable, Hashable {
  /// To get a connection: a place in the pool, the name, the handshakes.
  public var connect: Duration?
  /// From the request to the head of the response.
  public var firstByte: Duration?
  /// The whole exchange, from `send` to the last byte of the body.
  public var total: Duration?
  /// Between two pieces of the body, while somebody reads.
  public var idleStream: Duration?

  /// 10 s to connect, 60 s for the head, 5 min between pieces, no bound for the whole.
  public init(
    connect: Duration? = .seconds(10), firstByte: Duration? = .seconds(60), total: Duration? = nil,
    idleStream: Duration? = .seconds(300)
  ) {
    self.connect = connect
    self.firstByte = firstByte
    self.total = total
    self.idleStream = idleStream
  }
}

/// One request.
public struct HTTPClientRequest: Sendable {
  /// The method, a token.
  public var method: String { didSet { leaveTemplate() } }
  /// Whom and what to ask.
  public var url: HTTPURL { didSet { leaveTemplate() } }
  /// Fields; those that belong to one connection are set by the client, see `HTTPRequestWriter`.
  public var headers: HTTPHeaders
  /// What was written once for many requests: method, target and fields, which come first. Another
  /// method or target makes it another request.
  private(set) var template: HTTPRequestTemplate?
  /// The body, empty for none.
  public var body: [UInt8]
  /// Bounds in time.
  public var timeouts = HTTPClientTimeouts()
  /// May be sent twice: when a kept connection turns out to be closed before a byte of the response
  /// came, the request is repeated once on a fresh one. Only the caller knows whether it may.
  public var isReplayable = false
  /// False accepts any certificate: for tests.
  public var verifiesCertificate = true
  /// A PEM file of authorities to trust instead of the system's.
  public var certificateAuthorities: String?
  /// Refuses hosts with any address that is not public, and connects only to an address that was
  /// checked: for URLs that came from the network.
  public var refusesPrivateAddresses = false
  /// The proxies to use; see `HTTPProxy.fromEnvironment`.
  public var proxy: HTTPProxy?
  /// Speaks plain HTTP over this Unix socket, whatever the URL's host.
  public var unixSocketPath: String?
  /// Bytes of the response's head.
  public var maxResponseHeadBytes = 64 * 1024
  /// Bytes of the body kept unread before the server is made to wait.
  public var maxBufferedBytes = 256 * 1024

  /// A request with standard options.
  public init(
    method: String = "GET", url: HTTPURL, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = []
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    template = nil
  }

  /// A request like many others, with standard options.
  public init(_ template: HTTPRequestTemplate, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8])
  {
    method = template.method
    url = template.url
    self.headers = headers
    self.body = body
    self.template = template
  }

  /// Takes over what the template held, since it begins another request.
  private mutating func leaveTemplate() {
    guard let template else { return }
    headers = HTTPHeaders(template.headers.fields + headers.fields)
    self.template = nil
  }
}
