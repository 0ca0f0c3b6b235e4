/// Which proxy a URL goes through.
public struct HTTPProxy: Sendable, Hashable {
  /// The proxy for `http` URLs, as a URL.
  public var http: String?
  /// The proxy for `https` URLs, as a URL.
  public var https: String?
  /// Hosts that are asked directly: names (their subdomains too), addresses, IPv4 networks such as
  /// `10.0.0.0/8`, each with an optional port; `*` for all.
  public var exempt: [String]

  /// The given proxies.
  public init(http: String? = nil, https: String? = nil, exempt: [String] = []) {
    self.http = http
    self.https = https
    self.exempt = exempt
  }

  /// The proxies named by `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy`, in lower or
  /// upper case; lower case wins. `HTTP_PROXY` is not read: in a CGI process a client can set it.
  /// Nil when none is named.
  public static func fromEnvironment(_ environment: [String: String]) -> HTTPProxy? {
    func value(_ names: String...) -> String? {
      for name in names {
        if let value = environment[name], !value.isEmpty { return value }
      }
      return nil
    }
    let all = value("all_proxy", "ALL_PROXY")
    let http = value("http_proxy") ?? all
    let https = value("https_proxy", "HTTPS_PROXY") ?? all
    guard http != nil || https != nil else { return nil }
    let exempt = (value("no_proxy", "NO_PROXY") ?? "")
      .split { $0 == "," || $0 == " " || $0 == "\t" }
      .map(String.init)
    return HTTPProxy(http: http, https: https, exempt: exempt)
  }

  /// The proxy for a URL; nil when it is asked directly.
  public func url(for url: HTTPURL) -> String? {
    guard let proxy = url.scheme == .http ? http : https else { return nil }
    return exempt.contains { Self.matches($0, url) } ? nil : proxy
  }

  private static func matches(_ pattern: String, _ url: HTTPURL) -> Bool {
    if pattern == "*" { return true }
    var host = Substring(pattern).lowercased()
    if host.hasPrefix("["), let close = host.firstIndex(of: "]") {
      let rest = host[host.index(after: close)...]
      if rest.hasPrefix(":"), rest.dropFirst() != "\(url.port)" { return false }
      host = String(host[host.index(after: host.startIndex)..<close])
    } else if host.utf8.count(where: { $0 == ASCII.colon }) == 1,
      let colon = host.firstIndex(of: ":")
    {
      guard host[host.index(after: colon)...] == "\(url.port)" else { return false }
      host = String(host[..<colon])
    }
    if host.utf8.contains(47) { return isInNetwork(url.host, host) }
    if host.hasPrefix("*.") { host.removeFirst() }
    if host.hasPrefix(".") { host.removeFirst() }
    guard !host.isEmpty else { return false }
    return url.host == host || url.host.hasSuffix("." + host)
  }

  private static func isInNetwork(_ host: String, _ network: String) -> Bool {
    let parts = network.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let bits = UInt32(parts[1]), bits <= 32,
      let base = ipv4(parts[0]), let address = ipv4(host[...])
    else { return false }
    return bits == 0 || (base ^ address) >> (32 - bits) == 0
  }

  private static func ipv4(_ text: Substring) -> UInt32? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var value: UInt32 = 0
    for part in parts {
      guard part.count <= 3, part.utf8.allSatisfy(ASCII.isDigit), let byte = UInt8(part) else {
        return nil
      }
      value = value << 8 | UInt32(byte)
    }
    return value
  }
}
