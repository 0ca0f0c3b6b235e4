internal import JSON

/// Reads values out of JSON. It goes on after an error, so that one run reports several.
///
/// A type, when given, says what may be written without an escape; whether the value is of the
/// type is for `Conformance` to say. Recursion is bounded by the nesting that the document's
/// limits allow.
struct DataReader {
  var errors: DataErrorCollector
  var path = DataPath.root

  init(limits: EntityLimits) { errors = DataErrorCollector(limit: limits.reportedErrors) }

  /// Parses the JSON itself.
  static func document(
    _ bytes: [UInt8], limits: EntityLimits
  ) throws(DataErrors) -> JSONDocument {
    do throws(JSONError) {
      return try JSONDocument(parsing: bytes, limits: limits.json)
    } catch {
      throw DataErrors(
        errors: [DataError(pointer: "", message: "no valid JSON: \(error)", help: nil)],
        isComplete: false)
    }
  }

  mutating func report(_ message: String, help: String? = nil) {
    errors.report(path, message, help: help)
  }

  /// Reads a value; nil after an error.
  mutating func value(_ node: JSONNode, as type: ValueType?) -> Value? {
    switch node.kind {
    case .bool: return node.bool.map { .bool($0) }
    case .number: return long(node)
    case .string:
      guard let text = node.string else { return nil }
      guard case .extension(let type)? = type else { return .string(text) }
      return construct(type.constructor, text)
    case .null:
      report("found null, which Cedar does not have", help: "leave the member out")
      return nil
    case .array: return set(node, as: type)
    case .object: return object(node, as: type)
    }
  }

  private mutating func long(_ node: JSONNode) -> Value? {
    let text = String(decoding: node.raw, as: UTF8.self)
    let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
    let isInteger = digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard isInteger else {
      report(
        "\(DataReader.shown(text)) is not an integer in digits, and Cedar has no other numbers",
        help: #"write fractions as {"__extn": {"fn": "decimal", "arg": "1.5"}} or as a string"#)
      return nil
    }
    guard text != "-0" else {
      report("-0 is not an integer", help: "write 0")
      return nil
    }
    guard let value = Int64(text) else {
      report(
        "\(DataReader.shown(text)) does not fit in 64 bits",
        help: "write a number that is used as a name as a string")
      return nil
    }
    return .long(value)
  }

  private mutating func set(_ node: JSONNode, as type: ValueType?) -> Value? {
    var elementType: ValueType?
    if case .set(let type)? = type { elementType = type }
    var values: [Value] = []
    values.reserveCapacity(node.count)
    var isWhole = true
    for (index, element) in node.elements.enumerated() {
      guard !errors.isFull else { return nil }
      path.enter(index)
      if let value = value(element, as: elementType) {
        values.append(value)
      } else {
        isWhole = false
      }
      path.leave()
    }
    return isWhole ? .set(ValueSet(values)) : nil
  }

  private mutating func object(_ node: JSONNode, as type: ValueType?) -> Value? {
    if let escape = Escape.allCases.first(where: { node[member: $0.rawValue] != nil }) {
      return escaped(node, escape, as: type)
    }
    switch type {
    case .entity: return reference(node).map { .entity($0) }
    case .extension(let type)?:
      guard node[member: "fn"] != nil else {
        report(
          "expected \(type.rawValue), found an object",
          help: "write a string such as \"\(type.example)\"")
        return nil
      }
      return call(node, implicit: true)
    case .record(let type)?: return members(node, as: type).map { .record($0) }
    default: return members(node, as: nil).map { .record($0) }
    }
  }

  /// Reads the members of an object, escapes not considered.
  mutating func members(_ node: JSONNode, as type: RecordType?) -> Record? {
    members(node) { type?.attributes[$0]?.type }
  }

  /// Reads the members of an object, each of the type that `type` says.
  mutating func members(_ node: JSONNode, type: (AttributeName) -> ValueType?) -> Record? {
    var members: [Record.Member] = []
    members.reserveCapacity(node.count)
    var isWhole = true
    for (name, member) in node.members {
      guard !errors.isFull else { return nil }
      path.enter(name)
      let attribute = AttributeName(name)
      if let value = value(member, as: type(attribute)) {
        members.append(Record.Member(attribute, value))
      } else {
        isWhole = false
      }
      path.leave()
    }
    return isWhole ? Record(members) : nil
  }

  private static let shownScalars = 40

  /// Text of a stranger for a message, shortened.
  static func shown(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard scalars.dropFirst(shownScalars).first != nil else { return text }
    return String(scalars.prefix(shownScalars)) + "…"
  }
}

extension JSONKind {
  /// What it is, for a message.
  var withArticle: String {
    switch self {
    case .object: "an object"
    case .array: "an array"
    case .string: "a string"
    case .number: "a number"
    case .bool: "true or false"
    case .null: "null"
    }
  }
}
