public import JSON

extension SearchableTool {
  /// The most parameters of a tool that are looked at, members included.
  public static let parametersMax = 256
  /// How deep members are looked at.
  public static let parameterDepthMax = 6

  /// A tool of an MCP `tools/list`: `name`, `title`, `description`, `inputSchema`, and of `_meta`
  /// `tags` and `examples` where they are lists of strings.
  public init(
    id: String, definition: JSONNode, name: String? = nil, server: String,
    serverText: String? = nil
  ) {
    let meta = definition[member: "_meta"]
    let annotated = definition[member: "annotations"]?[member: "title"]?.string
    self.init(
      id: id, name: name ?? definition[member: "name"]?.string ?? id,
      title: definition[member: "title"]?.string ?? annotated,
      description: definition[member: "description"]?.string ?? "",
      parameters: definition[member: "inputSchema"].map(Self.parameters) ?? [], server: server,
      serverText: serverText,
      tags: meta?[member: "tags"]?.elements.compactMap(\.string) ?? [],
      examples: meta?[member: "examples"]?.elements.compactMap(\.string) ?? [])
  }

  /// The parameters of a JSON Schema, or of a plain object of names and descriptions
  /// (`{"url": "(string) The address"}`).
  public static func parameters(of schema: JSONNode) -> [Parameter] {
    var reader = ParameterReader(root: schema)
    let isSchema =
      schema[member: "properties"]?.kind == .object
      || schema[member: "type"]?.equals("object") == true
      || schema[member: "$ref"] != nil
    if isSchema {
      reader.read(schema, depth: 0)
    } else {
      reader.readPlain(schema)
    }
    return reader.parameters
  }
}

/// Walks a schema as far as the bounds allow.
private struct ParameterReader {
  let root: JSONNode
  var parameters: [SearchableTool.Parameter] = []

  mutating func readPlain(_ object: JSONNode) {
    for (name, value) in object.members where parameters.count < SearchableTool.parametersMax {
      if value.kind == .object {
        append(name, value, isRequired: false, depth: 0)
        continue
      }
      var text = value.string ?? ""
      var type = ""
      if text.hasPrefix("("), let end = text.firstIndex(of: ")") {
        type = String(text[text.index(after: text.startIndex)..<end])
        text = String(text[text.index(after: end)...].drop { $0 == " " })
      }
      parameters.append(.init(name: name, type: type, text: text))
    }
  }

  mutating func read(_ schema: JSONNode, depth: Int) {
    guard depth <= SearchableTool.parameterDepthMax else { return }
    let schema = resolved(schema)
    let required = schema[member: "required"]?.elements.compactMap(\.string) ?? []
    if let properties = schema[member: "properties"] {
      for (name, value) in properties.members {
        guard parameters.count < SearchableTool.parametersMax else { return }
        append(name, value, isRequired: required.contains(name), depth: depth)
      }
    }
    for keyword in ["anyOf", "oneOf", "allOf"] {
      guard let branches = schema[member: keyword] else { continue }
      for branch in branches.elements.prefix(16) { read(branch, depth: depth + 1) }
    }
    if let items = schema[member: "items"] { read(items, depth: depth + 1) }
  }

  private mutating func append(
    _ name: String, _ value: JSONNode, isRequired: Bool, depth: Int
  ) {
    let schema = resolved(value)
    let text = value[member: "description"]?.string ?? schema[member: "description"]?.string ?? ""
    parameters.append(
      .init(
        name: name, type: type(of: schema), text: text,
        values: (schema[member: "enum"] ?? schema[member: "items"]?[member: "enum"])?.elements
          .prefix(64).compactMap(\.string) ?? [],
        isRequired: isRequired, depth: depth))
    if depth < SearchableTool.parameterDepthMax { read(schema, depth: depth + 1) }
  }

  /// The schema that a local `$ref` names; references to references are followed a few times.
  private func resolved(_ schema: JSONNode) -> JSONNode {
    var schema = schema
    for _ in 0..<4 {
      guard let reference = schema[member: "$ref"]?.string, reference.hasPrefix("#/"),
        let target = root.pointer(String(reference.dropFirst()))
      else { break }
      schema = target
    }
    return schema
  }

  private func type(of schema: JSONNode) -> String {
    if let type = schema[member: "type"]?.string {
      guard type == "array" else { return type }
      return (schema[member: "items"].map(resolved)?[member: "type"]?.string).map { $0 + "[]" }
        ?? type
    }
    if let types = schema[member: "type"] {
      return types.elements.compactMap(\.string).joined(separator: "|")
    }
    if let branches = schema[member: "anyOf"] ?? schema[member: "oneOf"] {
      var names: [String] = []
      for branch in branches.elements.prefix(16) {
        guard let name = branch[member: "type"]?.string, !names.contains(name) else { continue }
        names.append(name)
      }
      return names.joined(separator: "|")
    }
    return schema[member: "enum"] == nil ? "" : "string"
  }
}
