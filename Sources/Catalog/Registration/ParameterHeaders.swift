public import JSON
public import MCP

/// The arguments of a tool that its schema wants repeated in `Mcp-Param-*` headers: those with
/// `x-mcp-header` (MCP 2026-07-28, SEP-2243).
public struct ParameterHeaders: Sendable {
  /// Where they stand and what they are called.
  public let parameters: [MirroredParameters.Declaration]

  /// Why a schema's headers cannot be used.
  struct Violation: Error { let reason: String }

  /// No headers.
  public static let none = ParameterHeaders(parameters: [])

  private init(parameters: [MirroredParameters.Declaration]) { self.parameters = parameters }

  /// Finds them in a schema.
  /// - Throws: when one is no token, stands twice, is not on a string, integer or boolean, or
  ///   cannot be reached by `properties` alone.
  init(compiling schema: JSONNode) throws(Violation) {
    var reader = HeaderReader()
    try reader.read(schema, at: [])
    parameters = reader.found.map { .init(path: $0.path, name: $0.name) }
  }

  /// Whether there are none.
  public var isEmpty: Bool { parameters.isEmpty }

  /// The headers of a call, without their prefix `Mcp-Param-`: one for each argument that is there
  /// and not null.
  public func values(in arguments: JSONNode?) -> [(name: String, value: String)] {
    guard !parameters.isEmpty, let arguments else { return [] }
    return parameters.compactMap { parameter in
      MirroredParameters.value(at: parameter.path, in: arguments).flatMap(Self.text)
        .map { (parameter.name, $0) }
    }
  }

  private static func text(_ node: JSONNode) -> String? {
    switch node.kind {
    case .string: node.string
    case .bool: node.bool == true ? "true" : "false"
    case .number: node.int64.map { String($0) }
    case .null, .array, .object: nil
    }
  }
}

/// Walks the places of a JSON Schema (2020-12, and those of older drafts) where schemas stand.
private struct HeaderReader {
  private static let subschemasMax = 50_000
  private static let depthMax = 64

  var found: [(name: String, path: [String])] = []
  private var names: Set<String> = []
  private var left = subschemasMax

  /// - Parameter path: the properties that lead here; nil where something else does.
  mutating func read(
    _ schema: JSONNode, at path: [String]?, depth: Int = 0
  ) throws(ParameterHeaders.Violation) {
    guard schema.kind == .object else { return }
    left -= 1
    guard left > 0, depth < Self.depthMax else {
      throw .init(reason: "its inputSchema is too large to be searched for x-mcp-header")
    }
    if let header = schema[member: "x-mcp-header"] { try note(header, of: schema, at: path) }
    for (keyword, value) in schema.members {
      switch keyword {
      case "properties":
        for (name, property) in value.members {
          try read(property, at: path.map { $0 + [name] }, depth: depth + 1)
        }
      case "patternProperties", "dependentSchemas", "$defs", "definitions", "dependencies":
        for (_, part) in value.members { try read(part, at: nil, depth: depth + 1) }
      case "items", "prefixItems", "allOf", "anyOf", "oneOf":
        try read(value, at: nil, depth: depth + 1)
        for part in value.elements { try read(part, at: nil, depth: depth + 1) }
      case "additionalItems", "additionalProperties", "contains", "contentSchema", "else", "if",
        "not", "propertyNames", "then", "unevaluatedItems", "unevaluatedProperties":
        try read(value, at: nil, depth: depth + 1)
      default: break
      }
    }
  }

  private mutating func note(
    _ header: JSONNode, of schema: JSONNode, at path: [String]?
  ) throws(ParameterHeaders.Violation) {
    guard let path, !path.isEmpty else {
      throw .init(reason: "an x-mcp-header is not on a property that `properties` alone lead to")
    }
    guard let name = header.string, Self.isToken(name) else {
      throw .init(
        reason: "the x-mcp-header of \(path.joined(separator: ".").prefix(64)) is no header name")
    }
    guard
      let type = schema[member: "type"],
      ["string", "integer", "boolean"].contains(where: { type.equals($0) })
    else {
      throw .init(
        reason: "the x-mcp-header \(name.prefix(64)) is not on a string, an integer or a boolean")
    }
    guard names.insert(name.lowercased()).inserted else {
      throw .init(reason: "the x-mcp-header \(name.prefix(64)) stands twice")
    }
    found.append((name, path))
  }

  /// A token (RFC 9110, section 5.6.2).
  private static func isToken(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
      }
  }
}
