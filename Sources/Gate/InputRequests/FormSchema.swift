import JSON

/// The restricted JSON Schema of a form: an object whose properties are primitives, or lists of
/// choices (MCP 2026-07-28, `ElicitRequestFormParams`).
enum FormSchema {
  /// Fields of one form.
  static let fieldsMax = 64

  /// The names of the fields; nil for any other schema.
  static func fields(of schema: JSONNode) -> [String]? {
    guard schema.kind == .object, schema[member: "type"]?.equals("object") == true,
      let properties = schema[member: "properties"], properties.kind == .object,
      properties.count <= fieldsMax
    else { return nil }
    if let required = schema[member: "required"] {
      guard required.kind == .array, required.elements.allSatisfy({ $0.kind == .string }) else {
        return nil
      }
    }
    var names: [String] = []
    for (name, field) in properties.members {
      guard isField(field) else { return nil }
      names.append(name)
    }
    return names
  }

  private static func isField(_ field: JSONNode) -> Bool {
    guard field.kind == .object, field[member: "properties"] == nil, field[member: "$ref"] == nil,
      let type = field[member: "type"]?.string
    else { return false }
    switch type {
    case "string": return areChoices(field[member: "enum"], field[member: "oneOf"])
    case "number", "integer", "boolean": return true
    case "array":
      guard let items = field[member: "items"], items.kind == .object else { return false }
      let (plain, titled) = (items[member: "enum"], items[member: "anyOf"])
      return (plain != nil || titled != nil) && areChoices(plain, titled)
    default: return false
    }
  }

  /// Whether lists of choices are what they should be, where there are any.
  private static func areChoices(_ plain: JSONNode?, _ titled: JSONNode?) -> Bool {
    if let plain {
      guard plain.kind == .array, plain.elements.allSatisfy({ $0.kind == .string }) else {
        return false
      }
    }
    guard let titled else { return true }
    return titled.kind == .array
      && titled.elements.allSatisfy { $0[member: "const"]?.kind == .string }
  }
}
