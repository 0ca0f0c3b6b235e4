import Cedar
import JSON

/// Reads the shape of a tool's arguments from its JSON Schema. Never fails: what it does not
/// understand, or what is beyond its bounds, may be anything, and the shape says why.
///
/// Read are `type`, `enum`, `const`, `properties`, `required`, `items`, `prefixItems`, `allOf`,
/// `anyOf`, `oneOf`, `$ref` within the document, and `nullable`. Everything else can only narrow
/// what these allow (`format`, `pattern`, `minimum`, `not`, `if`, …), or is about members without
/// names (`additionalProperties`, `patternProperties`), which Cedar's records cannot have.
struct InputShapeReader {
  /// Subschemas of one tool that are looked at, those that are referred to each time they are.
  static let subschemasMax = 5_000
  /// Levels of subschemas.
  static let depthMax = 32

  private let root: JSONNode
  private var subschemasLeft = subschemasMax
  /// Where the references that are being followed lead.
  private var following: [Range<Int>]

  private init(_ root: JSONNode) {
    self.root = root
    following = [root.rawRange]
  }

  /// The shape of a schema.
  static func shape(of schema: JSONNode) -> InputShape {
    var reader = InputShapeReader(schema)
    return reader.shape(of: schema, depth: 0)
  }

  private mutating func shape(of schema: JSONNode, depth: Int) -> InputShape {
    guard subschemasLeft > 0 else {
      return .unknown("its schema has more than \(Self.subschemasMax) parts")
    }
    subschemasLeft -= 1
    guard depth < Self.depthMax else {
      return .unknown("its schema is more than \(Self.depthMax) levels deep")
    }
    switch schema.kind {
    case .bool: return schema.bool == true ? .any : .none
    case .object: break
    default: return .unknown("its schema is neither an object nor a boolean")
    }
    var shape = kinds(of: schema)
    if let reference = schema[member: "$ref"] {
      shape = shape.met(referred(reference, depth: depth))
    }
    if schema[member: "$dynamicRef"] != nil || schema[member: "$recursiveRef"] != nil {
      shape.reason = "its schema has a dynamic reference"
    }
    shape = shape.met(members(of: schema, depth: depth))
    if let elements = elements(of: schema, depth: depth) { shape.elements = [elements] }
    for part in schema[member: "allOf"].map({ Array($0.elements) }) ?? [] {
      shape = shape.met(self.shape(of: part, depth: depth + 1))
    }
    for name in ["anyOf", "oneOf"] {
      guard let branches = schema[member: name], branches.kind == .array else { continue }
      var union = InputShape.none
      for branch in branches.elements {
        union = union.joined(self.shape(of: branch, depth: depth + 1))
      }
      shape = shape.met(union)
    }
    return shape
  }

  // MARK: - Kinds

  /// What `type`, `enum`, `const` and `nullable` allow. A schema that has `properties` and no
  /// `type` is taken to mean an object, one that has `items` an array.
  private func kinds(of schema: JSONNode) -> InputShape {
    var kinds = InputShape.Kinds.all
    if let type = schema[member: "type"] {
      kinds =
        type.kind == .array
        ? type.elements.reduce(into: []) { $0.formUnion(Self.kinds(named: $1)) }
        : Self.kinds(named: type)
      if schema[member: "nullable"]?.bool == true { kinds.insert(.null) }
    } else if schema[member: "properties"] != nil {
      kinds = .object
    } else if schema[member: "items"] != nil || schema[member: "prefixItems"] != nil {
      kinds = .array
    }
    if let values = schema[member: "enum"], values.kind == .array {
      kinds.formIntersection(values.elements.reduce(into: []) { $0.insert(Self.kind(of: $1)) })
    }
    if let value = schema[member: "const"] { kinds.formIntersection(Self.kind(of: value)) }
    return InputShape(kinds: kinds)
  }

  private static func kinds(named type: JSONNode) -> InputShape.Kinds {
    switch type.string {
    case "null": .null
    case "boolean": .bool
    case "integer", "number": .number
    case "string": .string
    case "array": .array
    case "object": .object
    default: .all
    }
  }

  private static func kind(of value: JSONNode) -> InputShape.Kinds {
    switch value.kind {
    case .null: .null
    case .bool: .bool
    case .number: .number
    case .string: .string
    case .array: .array
    case .object: .object
    }
  }

  // MARK: - Parts

  private mutating func members(of schema: JSONNode, depth: Int) -> InputShape {
    var shape = InputShape.any
    if let properties = schema[member: "properties"], properties.kind == .object {
      for (name, property) in properties.members {
        shape.members[AttributeName(name)] = InputShape.Member(
          shape: self.shape(of: property, depth: depth + 1), isRequired: false)
      }
    }
    if let required = schema[member: "required"], required.kind == .array {
      for name in required.elements.compactMap(\.string).map({ AttributeName($0) }) {
        guard subschemasLeft > 0 else { break }
        if shape.members[name] == nil { subschemasLeft -= 1 }
        shape.members[name, default: .init(shape: .any, isRequired: true)].isRequired = true
      }
    }
    return shape
  }

  private mutating func elements(of schema: JSONNode, depth: Int) -> InputShape? {
    var places = schema[member: "prefixItems"].map { Array($0.elements) } ?? []
    var rest = schema[member: "items"]
    // Before 2020-12 a list of places stood in `items`.
    if let list = rest, list.kind == .array {
      places += Array(list.elements)
      rest = schema[member: "additionalItems"]
    }
    if let rest {
      places.append(rest)
    } else if !places.isEmpty {
      return .unknown("its schema leaves open what follows the elements it describes")
    }
    guard !places.isEmpty else { return nil }
    return places.reduce(.none) { $0.joined(shape(of: $1, depth: depth + 1)) }
  }

  private mutating func referred(_ reference: JSONNode, depth: Int) -> InputShape {
    guard let text = reference.string else { return .unknown("its schema has a `$ref` of no text") }
    guard let target = Self.target(of: text, in: root) else {
      return .unknown("its schema refers to \(text.prefix(100)), which is not within it")
    }
    guard !following.contains(target.rawRange) else {
      return .unknown("its schema refers to itself")
    }
    following.append(target.rawRange)
    defer { following.removeLast() }
    return shape(of: target, depth: depth + 1)
  }

  /// The part of a document that `#` or `#/…` names (RFC 6901 in a fragment).
  private static func target(of reference: String, in root: JSONNode) -> JSONNode? {
    guard reference.hasPrefix("#") else { return nil }
    let pointer = reference.dropFirst()
    guard !pointer.isEmpty else { return root }
    return percentDecoded(pointer).flatMap { root.pointer($0) }
  }

  private static func percentDecoded(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      let digits = rest.prefix(2)
      guard digits.count == 2, let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
      else { return nil }
      bytes.append(code)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
