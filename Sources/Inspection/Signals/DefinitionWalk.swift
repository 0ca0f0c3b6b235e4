import JSON

/// Goes through a definition in the order of its text and gives each string with its place.
struct DefinitionWalk {
  /// One thing on the way.
  enum Step {
    /// A string, and the schema keyword whose value it is, if any.
    case string(String, keyword: String?)
    /// A member's name.
    case name(String)
    /// A parameter of the input.
    case parameter(String, JSONNode)
  }

  /// What a value is in its definition.
  private enum Role {
    case plain, schema, schemas, parameters
    case fixed(String)
  }

  /// Reference tokens (RFC 6901), without escapes.
  private var path: [String] = []
  private var bytesLeft: Int
  private let visit: ([String], Step) -> Void

  /// Goes through at most so many bytes of text.
  /// - Returns: whether that was all.
  static func walk(
    _ root: JSONNode, bytes: Int, visit: @escaping (_ path: [String], Step) -> Void
  ) -> Bool {
    var walk = DefinitionWalk(bytesLeft: bytes, visit: visit)
    return walk.go(through: root, .plain)
  }

  private init(bytesLeft: Int, visit: @escaping ([String], Step) -> Void) {
    self.bytesLeft = bytesLeft
    self.visit = visit
  }

  private mutating func go(through node: JSONNode, _ role: Role) -> Bool {
    switch node.kind {
    case .string:
      bytesLeft -= node.raw.count
      guard bytesLeft >= 0 else { return false }
      guard let text = node.string else { return true }
      if case .fixed(let keyword) = role {
        visit(path, .string(text, keyword: keyword))
      } else {
        visit(path, .string(text, keyword: nil))
      }
      return true
    case .array:
      var index = 0
      for element in node.elements {
        path.append(String(index))
        guard go(through: element, role) else { return false }
        path.removeLast()
        index += 1
      }
      return true
    case .object:
      for (name, value) in node.members {
        bytesLeft -= name.utf8.count
        guard bytesLeft >= 0 else { return false }
        path.append(name)
        visit(path, .name(name))
        if case .parameters = role { visit(path, .parameter(name, value)) }
        guard go(through: value, self.role(of: name, value, in: role)) else { return false }
        path.removeLast()
      }
      return true
    default: return true
    }
  }

  private func role(of name: String, _ value: JSONNode, in role: Role) -> Role {
    switch role {
    case .plain: path == ["inputSchema"] ? .schema : .plain
    case .schemas, .parameters: .schema
    case .fixed: role
    case .schema:
      switch name {
      case "properties": value.kind == .object ? .parameters : .plain
      case "$defs", "definitions", "patternProperties", "dependentSchemas":
        value.kind == .object ? .schemas : .plain
      case "default", "const", "enum", "examples", "example": .fixed(name)
      default: .schema
      }
    }
  }

  /// The JSON pointer of a path; of the innermost value around it whose pointer is short enough.
  static func pointer(_ path: [String], limit: Int = 1024) -> String {
    var pointer = ""
    for token in path {
      guard pointer.utf8.count + token.utf8.count < limit else { break }
      pointer += "/" + JSONPointer.escaped(token)
    }
    return pointer
  }
}
