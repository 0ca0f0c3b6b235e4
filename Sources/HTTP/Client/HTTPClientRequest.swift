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

/// One request. What it shares with others stands behind one reference, so that it is cheap to hand
/// on.
public struct HTTPClientRequest: Sendable {
  private(set) var template: HTTPRequestTemplate
  /// Fields; those that belong to one connection are set by the client, see `HTTPRequestWriter`.
  /// Those of a template come first and do not show here.
  public var headers: HTTPHeaders
  /// The body, empty for none.
  public var body: [UInt8]
  /// Bounds in time.
  public var timeouts = HTTPClientTimeouts()
  /// May be sent twice: when a kept connection turns out to be closed before a byte of the response
  /// came, the request is repeated once on a fresh one. Only the caller knows whether it may.
  public var isReplayable = false

  /// A request with standard options.
  public init(
    method: String = "GET", url: HTTPURL, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = []
  ) {
    template = HTTPRequestTemplate(HTTPRequestTerms(method: method, url: url))
    self.headers = headers
    self.body = body
  }

  /// A request like many others.
  public init(_ template: HTTPRequestTemplate, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8])
  {
    self.template = template
    self.headers = headers
    self.body = body
  }
}

/// What a request can share with others.
extension HTTPClientRequest {
  /// The method, a token.
  public var method: String {
    get { template.terms.method }
    set { leaveTemplate { $0.method = newValue } }
  }

  /// Whom and what to ask.
  public var url: HTTPURL {
    get { template.terms.url }
    set { leaveTemplate { $0.url = newValue } }
  }

  /// False accepts any certificate: for tests.
  public var verifiesCertificate: Bool {
    get { template.terms.verifiesCertificate }
    set { change { $0.verifiesCertificate = newValue } }
  }

  /// A PEM file of authorities to trust instead of the system's.
  public var certificateAuthorities: String? {
    get { template.terms.certificateAuthorities }
    set { change { $0.certificateAuthorities = newValue } }
  }

  /// Refuses hosts with any address that is not public, and connects only to an address that was
  /// checked: for URLs that came from the network.
  public var refusesPrivateAddresses: Bool {
    get { template.terms.refusesPrivateAddresses }
    set { change { $0.refusesPrivateAddresses = newValue } }
  }

  /// The proxies to use; see `HTTPProxy.fromEnvironment`.
  public var proxy: HTTPProxy? {
    get { template.terms.proxy }
    set { change { $0.proxy = newValue } }
  }

  /// Speaks plain HTTP over this Unix socket, whatever the URL's host.
  public var unixSocketPath: String? {
    get { template.terms.unixSocketPath }
    set { change { $0.unixSocketPath = newValue } }
  }

  /// Bytes of the response's head.
  public var maxResponseHeadBytes: Int {
    get { template.terms.maxResponseHeadBytes }
    set { change { $0.maxResponseHeadBytes = newValue } }
  }

  /// Bytes of the body kept unread before the server is made to wait.
  public var maxBufferedBytes: Int {
    get { template.terms.maxBufferedBytes }
    set { change { $0.maxBufferedBytes = newValue } }
  }

  private mutating func change(_ edit: (inout HTTPRequestTerms) -> Void) {
    var terms = template.terms
    edit(&terms)
    template = template.with(terms)
  }

  /// Another method or target makes it another request: it takes over the template's fields.
  private mutating func leaveTemplate(_ edit: (inout HTTPRequestTerms) -> Void) {
    var terms = template.terms
    edit(&terms)
    headers = HTTPHeaders(template.headers.fields + headers.fields)
    template = HTTPRequestTemplate(terms)
  }
}
