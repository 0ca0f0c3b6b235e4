import Configuration

/// URIs of resources at aggregated endpoints: `scheme+URI`, where the scheme stands for the server,
/// for example `github+repo://a/b`. `ui://X` becomes `ui://scheme+X`, because hosts look for the
/// scheme `ui` (MCP Apps). A template keeps its expressions.
public enum PublicURI {
  private static let app = "ui://"
  private static let plus = UInt8(ascii: "+")

  /// What stands for a server: its name in lower case, `.` for `_`, and `s..` in front of what does
  /// not begin with a letter (RFC 3986, section 3.1).
  public static func scheme(ofServer name: String) -> String {
    Configuration.Upstream.uriScheme(ofServer: name)
  }

  /// The public URI of a server's own. Any text; reversed by `unwrap`.
  public static func wrap(_ uri: String, scheme: String) -> String {
    uri.utf8.starts(with: app.utf8)
      ? app + scheme + "+" + uri.dropASCII(app.utf8.count) : scheme + "+" + uri
  }

  /// The scheme and the server's own URI that a public URI is made of; nil when it is none. There
  /// is one public URI for each resource: what wraps to another text is none.
  public static func unwrap(_ uri: String) -> (scheme: String, uri: String)? {
    let isApp = uri.utf8.starts(with: app.utf8)
    let rest = isApp ? uri.dropASCII(app.utf8.count) : uri[...]
    guard let end = rest.utf8.firstIndex(of: plus), end > rest.startIndex else { return nil }
    let scheme = rest[..<end]
    guard scheme.utf8.allSatisfy(isAllowed) else { return nil }
    let own = rest[rest.utf8.index(after: end)...]
    if isApp { return (String(scheme), app + own) }
    guard !own.utf8.starts(with: app.utf8) else { return nil }
    return (String(scheme), String(own))
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "-"), UInt8(ascii: "."):
      true
    default: false
    }
  }
}

extension String {
  /// Without so many ASCII characters at its beginning, whatever the characters after them combine
  /// with.
  fileprivate func dropASCII(_ count: Int) -> Substring {
    self[utf8.index(startIndex, offsetBy: count)...]
  }
}
