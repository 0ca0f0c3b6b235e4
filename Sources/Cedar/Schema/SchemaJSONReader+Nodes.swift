internal import JSON

/// The way from the root of a document to what is being read.
struct JSONPath {
  var names: [String] = []

  /// As a JSON pointer.
  var pointer: String {
    names.map { name in
      var escaped = "/"
      for scalar in name.unicodeScalars {
        switch scalar {
        case "~": escaped += "~0"
        case "/": escaped += "~1"
        default: escaped.unicodeScalars.append(scalar)
        }
      }
      return escaped
    }.joined()
  }
}

/// The name of a member and where it stands.
struct JSONMemberName {
  let text: String
  let offset: Int
}

/// Objects and lists, with errors that say where.
extension SchemaJSONReader {
  /// Reads something; an error is kept and reading goes on behind it.
  mutating func collecting(_ body: (inout SchemaJSONReader) throws(SchemaError) -> Void) {
    let depth = path.names.count
    let level = nesting
    do throws(SchemaError) {
      try body(&self)
    } catch {
      errors.add(error)
      path.names.removeLast(path.names.count - depth)
      nesting = level
    }
  }

  mutating func inside<Result>(
    _ name: String, _ body: (inout SchemaJSONReader) throws(SchemaError) -> Result
  ) throws(SchemaError) -> Result {
    path.names.append(name)
    let result = try body(&self)
    path.names.removeLast()
    return result
  }

  mutating func forEachMember(
    of node: JSONNode, _ what: String,
    _ body: (inout SchemaJSONReader, JSONMemberName, JSONNode) throws(SchemaError) -> Void
  ) throws(SchemaError) {
    guard node.kind == .object else { throw unexpected(node, what) }
    for (nameNode, value) in node.memberNodes {
      let name = JSONMemberName(
        text: nameNode.string ?? "", offset: nameNode.rawRange.lowerBound)
      try inside(name.text) { (reader) throws(SchemaError) in try body(&reader, name, value) }
    }
  }

  mutating func forEachElement(
    of node: JSONNode, _ what: String,
    _ body: (inout SchemaJSONReader, JSONNode) throws(SchemaError) -> Void
  ) throws(SchemaError) {
    guard node.kind == .array else { throw unexpected(node, what) }
    for (number, element) in node.elements.enumerated() {
      try inside(String(number)) { (reader) throws(SchemaError) in try body(&reader, element) }
    }
  }

  /// The elements of a list at a member, each read by `body`, which gives nil for another kind.
  mutating func list<Element>(
    _ node: JSONNode, _ member: String, _ what: String,
    _ body: (inout SchemaJSONReader, JSONNode) throws(SchemaError) -> Element?
  ) throws(SchemaError) -> [Element] {
    var elements: [Element] = []
    try inside(member) { (reader) throws(SchemaError) in
      try reader.forEachElement(of: node, "a list") { (reader, node) throws(SchemaError) in
        guard let element = try body(&reader, node) else {
          throw reader.unexpected(node, what)
        }
        elements.append(element)
      }
    }
    return elements
  }

  /// The members of an object that has no others than those allowed.
  func object(
    _ node: JSONNode, _ what: String, allowed: [String], required: [String] = []
  ) throws(SchemaError) -> [String: JSONNode] {
    guard node.kind == .object else { throw unexpected(node, what + " as an object") }
    var members: [String: JSONNode] = [:]
    for (nameNode, value) in node.memberNodes {
      let name = nameNode.string ?? ""
      guard let known = allowed.first(where: { $0.hasSameBytes(as: name) }) else {
        throw error(
          "\(what) has no member \(Quoting.quote(name))",
          help: Suggestions.nearest(to: name, among: allowed)
            ?? "the members are " + allowed.map { "`\($0)`" }.joined(separator: ", "),
          at: nameNode)
      }
      members[known] = value
    }
    for name in required where members[name] == nil {
      throw error("\(what) needs the member `\(name)`", at: node)
    }
    return members
  }

  // MARK: Errors

  func origin(_ node: JSONNode) -> Origin {
    Origin(map: map, offset: node.rawRange.lowerBound)
  }

  func error(_ message: String, help: String? = nil, at node: JSONNode) -> SchemaError {
    error(message, help: help, at: node.rawRange.lowerBound)
  }

  func error(_ message: String, help: String? = nil, at offset: Int) -> SchemaError {
    let place = path.names.isEmpty ? "" : " (at `\(path.pointer)`)"
    return SchemaError(message + place, help: help, at: Origin(map: map, offset: offset))
  }

  private func unexpected(_ node: JSONNode, _ what: String) -> SchemaError {
    let found =
      switch node.kind {
      case .object: "an object"
      case .array: "a list"
      case .string: "a string"
      case .number: "a number"
      case .bool: "true or false"
      case .null: "null"
      }
    return error("expected \(what), found \(found)", at: node)
  }
}
