/// What a client connected to: a view of the upstreams behind this gateway.
public enum Endpoint: Sendable, Hashable {
  /// Every upstream, at `/mcp`; names and URIs carry their server's name.
  case everything
  /// The upstreams and tools of a profile, at `/mcp/{profile}`; named as in `everything`.
  case profile(String)
  /// One upstream under its own names and URIs, at `/servers/{name}/mcp`.
  case server(String)
}

extension Endpoint {
  /// Where it is served over HTTP.
  public var path: String {
    switch self {
    case .everything: "/mcp"
    case .profile(let name): "/mcp/\(name)"
    case .server(let name): "/servers/\(name)/mcp"
    }
  }
}
