/// What many requests to one place have in common: whom and what to ask, on what terms, and with
/// which fields. Checked and written once.
public final class HTTPRequestTemplate: Sendable {
  let terms: HTTPRequestTerms
  /// Fields that come first.
  let headers: HTTPHeaders
  /// The beginning of the head, when it was written beforehand: request line, `Host` and fields.
  let head: [UInt8]?
  /// Where a plain connection leads to.
  let origin: Origin
  /// The proxy to go through.
  let proxy: String?

  /// What `request` says, but for its body and its times.
  /// - Throws: for what cannot be sent without being read differently.
  public init(_ request: HTTPClientRequest) throws(HTTPRequestError) {
    terms = request.template.terms
    headers = HTTPHeaders(request.template.headers.fields + request.headers.fields)
    head = try HTTPRequestWriter.begin(
      method: terms.method, target: terms.url.pathAndQuery, authority: terms.url.authority,
      headers: headers)
    origin = Origin(terms)
    proxy = terms.proxyURL
  }

  /// Nothing is written beforehand.
  init(_ terms: HTTPRequestTerms) {
    self.terms = terms
    headers = HTTPHeaders()
    head = nil
    origin = Origin(terms)
    proxy = terms.proxyURL
  }

  /// The same head on other terms, which do not show in it.
  private init(_ template: HTTPRequestTemplate, on terms: HTTPRequestTerms) {
    self.terms = terms
    headers = template.headers
    head = template.head
    origin = Origin(terms)
    proxy = terms.proxyURL
  }

  func with(_ terms: HTTPRequestTerms) -> HTTPRequestTemplate {
    HTTPRequestTemplate(self, on: terms)
  }

  /// Whether it takes more than a plain connection.
  var needsEngine: Bool {
    proxy != nil || (terms.url.scheme == .https && terms.unixSocketPath == nil)
  }
}

/// Where a request goes and whom it trusts; see `HTTPClientRequest`.
struct HTTPRequestTerms: Sendable {
  var method: String
  var url: HTTPURL
  var verifiesCertificate = true
  var certificateAuthorities: String?
  var refusesPrivateAddresses = false
  var proxy: HTTPProxy?
  var unixSocketPath: String?
  var maxResponseHeadBytes = 64 * 1024
  var maxBufferedBytes = 256 * 1024

  init(method: String, url: HTTPURL) {
    self.method = method
    self.url = url
  }

  fileprivate var proxyURL: String? { unixSocketPath == nil ? proxy?.url(for: url) : nil }
}

/// Whom a plain-text connection leads to; connections are shared only between equals.
struct Origin: Hashable {
  let host: String
  let port: UInt16
  let unixPath: String?
  let refusesPrivateAddresses: Bool

  init(_ terms: HTTPRequestTerms) {
    host = terms.url.host
    port = terms.url.port
    unixPath = terms.unixSocketPath
    refusesPrivateAddresses = terms.refusesPrivateAddresses && terms.unixSocketPath == nil
  }
}
