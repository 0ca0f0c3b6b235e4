/// As which web site a browser reached the console.
public struct ConsoleSite: Sendable, Hashable {
  /// Scheme, host and port, as browsers send it.
  public let origin: String
  /// The host without its port: what a passkey is bound to (WebAuthn, relying party identifier).
  public let host: String
  /// Whether the browser speaks TLS.
  public let isSecure: Bool

  /// Whether browsers make passkeys for it: they do for names, not for addresses.
  var takesPasskeys: Bool {
    !host.hasPrefix("[") && !host.utf8.allSatisfy { $0 == UInt8(ascii: ".") || isDigit($0) }
  }

  /// Why there are none.
  var noPasskeys: String {
    "Browsers have no passkeys for an address such as \(host). Open the console under a name, "
      + "such as localhost."
  }

  private func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}

/// The web sites as which the console may be reached: over TLS under a public name, at the URL that
/// the configuration gives (a proxy may terminate TLS), and on loopback in clear.
public struct ConsoleSites: Sendable {
  private static let loopback: Set<String> = ["localhost", "127.0.0.1", "[::1]"]

  private let url: ConsoleSite?
  private let names: Set<String>

  /// - Parameters:
  ///   - url: an `http` or `https` URL, of which scheme, host and port count.
  ///   - names: host names, lower case, without port.
  public init(url: String?, names: [String]) {
    self.url = url.flatMap(Self.site)
    self.names = Set(
      names.map { $0.contains(":") && !$0.hasPrefix("[") ? "[\($0)]" : $0.lowercased() }
    ).union(Self.loopback)
  }

  /// The site of a request; nil when the console is not served so.
  /// - Parameter host: the `Host` field.
  public func site(host: String?, isSecure: Bool) -> ConsoleSite? {
    guard let host = host?.lowercased() else { return nil }
    if let url, url.origin == "https://\(host)" || url.origin == "http://\(host)" { return url }
    let name = Self.name(of: host)
    guard names.contains(name), isSecure || Self.loopback.contains(name) else { return nil }
    return ConsoleSite(
      origin: (isSecure ? "https://" : "http://") + host, host: name, isSecure: isSecure)
  }

  /// Scheme, host and port of a URL.
  public static func origin(of url: String) -> String? { site(url)?.origin }

  private static func site(_ url: String) -> ConsoleSite? {
    let url = url.lowercased()
    guard let scheme = ["https://", "http://"].first(where: { url.hasPrefix($0) }) else {
      return nil
    }
    let host = url.dropFirst(scheme.utf8.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    return ConsoleSite(
      origin: scheme + host, host: name(of: String(host)), isSecure: scheme == "https://")
  }

  private static func name(of host: String) -> String {
    if host.hasPrefix("[") { return String(host.prefix { $0 != "]" }) + "]" }
    return String(host.prefix { $0 != ":" })
  }
}
