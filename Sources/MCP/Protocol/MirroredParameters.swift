public import JSON

/// `Mcp-Param-*` headers: arguments that a tool's schema wants repeated in headers (MCP 2026-07-28,
/// basic/transports/streamable-http, SEP-2243).
public enum MirroredParameters {
  /// An argument that is repeated.
  public struct Declaration: Sendable, Equatable {
    /// The names of properties that lead to it.
    public var path: [String]
    /// What follows `Mcp-Param-`.
    public var name: String
    /// An argument and its header.
    public init(path: [String], name: String) {
      self.path = path
      self.name = name
    }
  }

  /// Why the headers of a request do not repeat its arguments; nil when they do. A header that is
  /// not declared is passed over.
  public static func mismatch(
    of headers: [(name: String, value: String)], with arguments: JSONNode?,
    declared: [Declaration]
  ) -> JSONRPCError? {
    for declaration in declared {
      let sent = headers.filter { $0.name.lowercased() == declaration.name.lowercased() }
      let argument = value(at: declaration.path, in: arguments)
      if sent.isEmpty, argument == nil { continue }
      guard sent.count == 1, let argument, repeats(sent[0].value, argument) else {
        let place = (["arguments"] + declaration.path).joined(separator: ".")
        return JSONRPCError(
          code: JSONRPCError.Code.headerMismatch,
          message: "Header mismatch: Mcp-Param-\(declaration.name) must equal params.\(place)")
      }
    }
    return nil
  }

  /// The argument at a path; nil when it is absent or null.
  public static func value(at path: [String], in arguments: JSONNode?) -> JSONNode? {
    var node = arguments
    for name in path { node = node?[member: name] }
    return node.flatMap { $0.isNull ? nil : $0 }
  }

  private static func repeats(_ header: String, _ argument: JSONNode) -> Bool {
    switch argument.kind {
    case .string: MirroredHeader.matches(header, argument)
    case .bool: header == (argument.bool == true ? "true" : "false")
    case .number: number(header)?.equals(argument) == true
    default: false
    }
  }

  private static func number(_ header: String) -> JSONNode? {
    guard let root = try? JSONDocument(parsing: Array(header.utf8)).root, root.kind == .number
    else { return nil }
    return root
  }
}
