/// One page or form of the console.
public struct ConsoleRoute: Sendable {
  /// GET shows and changes nothing; POST changes, and only a form of the console gets through.
  public enum Method: String, Sendable {
    case get = "GET"
    case post = "POST"
  }

  /// Whom it is for.
  public enum Access: Sendable, Equatable {
    /// Everybody; its forms are bound to the visit, not to a session.
    case anyone
    /// People who signed in; others are led to the sign-in and back.
    case person
    /// People who signed in within so many seconds; others are asked to sign in anew.
    case recent(Int64)
  }

  /// How it answers.
  public typealias Handler = @Sendable (ConsoleRequest) async -> ConsoleResponse

  let method: Method
  let segments: [Substring]
  let access: Access
  let handler: Handler

  /// A route.
  /// - Parameter pattern: a path below `/console` in which `*` stands for one segment.
  public init(
    _ method: Method, _ pattern: String, for access: Access = .person, _ handler: @escaping Handler
  ) {
    self.method = method
    segments = pattern.split(separator: "/")
    self.access = access
    self.handler = handler
  }

  /// What stands at the `*`s, when the path is this route's.
  func parts(of path: [Substring]) -> [String]? {
    guard path.count == segments.count else { return nil }
    var parts: [String] = []
    for (segment, actual) in zip(segments, path) {
      if segment == "*" { parts.append(String(actual)) } else if segment != actual { return nil }
    }
    return parts
  }
}

/// Which route a request goes to.
struct RouteTable: Sendable {
  let routes: [ConsoleRoute]

  enum Match {
    case route(ConsoleRoute, parts: [String])
    /// There is such a path, with other methods.
    case otherMethod(allowed: String)
    case none
  }

  func match(_ method: String, _ path: String) -> Match {
    guard LocalPath(checking: path) != nil else { return .none }
    let segments = path.split(separator: "/")
    var allowed: [String] = []
    for route in routes {
      guard let parts = route.parts(of: segments) else { continue }
      if route.method.rawValue == method { return .route(route, parts: parts) }
      allowed.append(route.method.rawValue)
    }
    return allowed.isEmpty ? .none : .otherMethod(allowed: allowed.joined(separator: ", "))
  }
}
