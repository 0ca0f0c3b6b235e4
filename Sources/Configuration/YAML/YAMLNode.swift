/// A node of a YAML text and where it stands.
struct YAMLNode: Sendable {
  var mark: YAMLMark
  var content: Content

  enum Content: Sendable {
    case scalar(YAMLScalar)
    case sequence([YAMLNode])
    case mapping([YAMLEntry])
  }

  /// What the node is, in words, for messages. Never its value.
  var kindInWords: String {
    switch content {
    case .scalar(let scalar): scalar.kindInWords
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }

  var isNull: Bool {
    if case .scalar(let scalar) = content { return scalar.kind == .null }
    return false
  }
}

/// One `key: value`.
struct YAMLEntry: Sendable {
  var key: String
  var keyMark: YAMLMark
  var value: YAMLNode
}

/// A place in a text, counted from 1.
struct YAMLMark: Sendable, Comparable {
  var line: Int
  var column: Int

  static let wholeFile = YAMLMark(line: 0, column: 0)

  static func < (a: YAMLMark, b: YAMLMark) -> Bool {
    (a.line, a.column) < (b.line, b.column)
  }
}
