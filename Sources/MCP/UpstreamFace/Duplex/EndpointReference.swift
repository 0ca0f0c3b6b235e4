import HTTP

/// The `endpoint` event of 2024-11-05 (basic/transports): where messages are posted to.
enum EndpointReference {
  /// The URL that a reference means, seen from the stream; nil when it leads to another origin,
  /// which would get the credentials that are meant for this one. Source: RFC 3986 §5.2.
  static func resolve(_ reference: String, against base: HTTPURL) -> HTTPURL? {
    let text: String
    if reference.hasPrefix("http://") || reference.hasPrefix("https://") {
      text = reference
    } else if reference.hasPrefix("//") {
      text = "\(base.scheme.rawValue):\(reference)"
    } else if reference.hasPrefix("/") {
      text = base.origin + reference
    } else {
      let path = base.pathAndQuery.prefix { $0 != "?" }
      let folder = path[...(path.lastIndex(of: "/") ?? path.startIndex)]
      text =
        reference.hasPrefix("?") ? base.origin + path + reference : base.origin + folder + reference
    }
    guard let url = try? HTTPURL(text), url.origin == base.origin else { return nil }
    return url
  }
}

extension HTTPURL {
  /// Scheme, host and port.
  var origin: String { "\(scheme.rawValue)://\(authority)" }
}
