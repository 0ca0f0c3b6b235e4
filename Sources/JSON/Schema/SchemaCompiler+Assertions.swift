extension SchemaCompiler {
  /// The validation vocabulary for values of any type, numbers and strings.
  func addAssertions(
    of node: JSONNode, to checks: inout [SchemaCheck]
  ) throws(JSONSchemaError) {
    if let type = node[member: "type"] { checks.append(.type(try types(type))) }
    if let value = node[member: "const"] { checks.append(.constant(try literal(value))) }
    if let values = node[member: "enum"] {
      guard values.kind == .array else { throw malformed("enum", "an array", values) }
      var literals: [SchemaLiteral] = []
      for element in values.elements { literals.append(try literal(element)) }
      checks.append(.enumeration(literals))
    }
    for side in [NumericBound.Side.minimum, .maximum, .exclusiveMinimum, .exclusiveMaximum] {
      guard let value = node[member: side.rawValue] else { continue }
      // A boolean here is draft 4's; it modified its neighbour.
      if value.kind == .bool { continue }
      guard value.kind == .number else { throw malformed(side.rawValue, "a number", value) }
      checks.append(
        .bound(NumericBound(side: side, decimal: value.decimal, text: Array(value.raw))))
    }
    if let value = node[member: "multipleOf"] {
      guard value.kind == .number, !value.decimal.isZero, !value.decimal.negative else {
        throw malformed("multipleOf", "a number above 0", value)
      }
      checks.append(.multiple(value.decimal))
    }
    let minimum = try count(node, "minLength")
    let maximum = try count(node, "maxLength")
    if minimum != nil || maximum != nil {
      checks.append(.length(minimum: minimum ?? 0, maximum: maximum ?? .max))
    }
    if let text = try string(node, "pattern") {
      checks.append(.pattern(try SchemaPattern(text)))
    }
  }

  private func types(_ node: JSONNode) throws(JSONSchemaError) -> SchemaTypes {
    var types: SchemaTypes = []
    let names = node.kind == .array ? Array(node.elements) : [node]
    for name in names {
      guard let type = name.string.flatMap(SchemaTypes.init(name:)) else {
        throw malformed("type", "a type's name or an array of them", node)
      }
      types.insert(type)
    }
    return types
  }

  private func literal(_ node: JSONNode) throws(JSONSchemaError) -> SchemaLiteral {
    if let bytes = node.stringBytes { return .string(bytes) }
    // A text of its own, so that a compiled schema does not keep the document it came from.
    guard let own = try? JSONDocument(parsing: Array(node.raw), limits: .ceiling) else {
      throw malformed("const", "a value", node)
    }
    return .value(own.root)
  }

  // MARK: Values of keywords

  func malformed(_ keyword: String, _ expected: String, _ node: JSONNode) -> JSONSchemaError {
    .malformed(keyword: keyword, expected: expected, offset: node.rawRange.lowerBound)
  }

  func string(_ node: JSONNode, _ keyword: String) throws(JSONSchemaError) -> String? {
    guard let value = node[member: keyword] else { return nil }
    guard let string = value.string else { throw malformed(keyword, "a string", value) }
    return string
  }

  /// A count from 0; one beyond 64 bits means the same as the highest.
  func count(_ node: JSONNode, _ keyword: String) throws(JSONSchemaError) -> Int? {
    guard let value = node[member: keyword] else { return nil }
    guard value.kind == .number, value.decimal.isInteger,
      !value.decimal.negative || value.decimal.isZero
    else { throw malformed(keyword, "an integer from 0", value) }
    return value.int64.map { Int($0) } ?? .max
  }

  mutating func schema(
    _ node: JSONNode, _ keyword: String, _ resource: Int
  ) throws(JSONSchemaError) -> Int? {
    guard let value = node[member: keyword] else { return nil }
    return try index(of: value, in: resource)
  }

  mutating func schemas(
    _ node: JSONNode, _ keyword: String, _ resource: Int
  ) throws(JSONSchemaError) -> [Int]? {
    guard let value = node[member: keyword] else { return nil }
    guard value.kind == .array, value.count > 0 else {
      throw malformed(keyword, "an array of schemas", value)
    }
    var indexes: [Int] = []
    for element in value.elements { indexes.append(try index(of: element, in: resource)) }
    return indexes
  }

  func object(_ node: JSONNode, _ keyword: String) throws(JSONSchemaError) -> JSONNode? {
    guard let value = node[member: keyword] else { return nil }
    guard value.kind == .object else { throw malformed(keyword, "an object", value) }
    return value
  }

  func names(_ node: JSONNode, _ keyword: String) throws(JSONSchemaError) -> [[UInt8]] {
    guard node.kind == .array else { throw malformed(keyword, "an array of strings", node) }
    var names: [[UInt8]] = []
    for element in node.elements {
      guard let name = element.stringBytes else {
        throw malformed(keyword, "an array of strings", node)
      }
      names.append(name)
    }
    return names
  }
}

extension JSONNode {
  /// The number without rounding. Only for numbers.
  var decimal: Decimal { storage.withView { Decimal(number: $0.raw(entry)) } }
}
