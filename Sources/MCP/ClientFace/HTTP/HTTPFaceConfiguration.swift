public import HTTP

/// How the HTTP client face answers.
public struct HTTPFaceConfiguration: Sendable {
  /// Host names a request may name, without port, lower case; IPv6 in brackets.
  public var allowedHosts: Set<String>
  /// Origins of web pages that may call, beside the page's own host being an allowed one:
  /// `https://console.example`, lower case, without a trailing slash.
  public var allowedOrigins: Set<String>
  /// The proxies in front; nil when there are none.
  public var proxies: TrustedProxies?
  /// The bounds of each face.
  public var limits: ClientFaceLimits

  /// Loopback names are always allowed; `publicNames` are the names this gateway is reached by.
  public init(
    listenAddress: String? = nil, publicNames: [String] = [], allowedOrigins: [String] = [],
    proxies: TrustedProxies? = nil, limits: ClientFaceLimits = ClientFaceLimits()
  ) {
    var hosts: Set<String> = ["localhost", "127.0.0.1", "[::1]"]
    for name in publicNames + (listenAddress.map { [$0] } ?? []) {
      let host = name.lowercased()
      hosts.insert(host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host)
    }
    allowedHosts = hosts
    self.allowedOrigins = Set(allowedOrigins.map { $0.lowercased() })
    self.proxies = proxies
    self.limits = limits
  }
}
