import Cedar

/// The Cedar type of a tool's argument, and what of it could not be typed.
indirect enum InputType: Sendable, Equatable {
  case bool
  case long
  case string
  case set(InputType)
  /// Members in the order of the bytes of their names.
  case record([Attribute])

  struct Attribute: Sendable, Equatable {
    let name: String
    let type: InputType
    let isRequired: Bool
  }

  /// As Cedar's schema syntax writes it.
  func write(to text: inout String) {
    switch self {
    case .bool: text += "Bool"
    case .long: text += "Long"
    case .string: text += "String"
    case .set(let element):
      text += "Set<"
      element.write(to: &text)
      text += ">"
    case .record(let attributes):
      text += "{"
      for (index, attribute) in attributes.enumerated() {
        if index > 0 { text += ", " }
        text += Value.string(attribute.name).description
        text += attribute.isRequired ? ": " : "?: "
        attribute.type.write(to: &text)
      }
      text += "}"
    }
  }
}

/// A part of a tool's arguments that policies cannot read by its type.
public struct UntypedInput: Sendable, Equatable {
  /// The tool's public name.
  public let tool: String
  /// The names that lead to it from `context.input`; none when it is the input as a whole.
  public let path: [String]
  /// Why it has no type, for a person.
  public let reason: String
}

/// Turns shapes into types. A shape that allows values of one Cedar type has it; null is not a
/// value, as arguments that are null are left out.
struct InputTyper {
  /// Parts without a type that are kept of one tool.
  static let untypedMax = 200

  let tool: String
  private(set) var untyped: [UntypedInput] = []

  init(tool: String) { self.tool = tool }

  /// The type of the whole input. It is always a record.
  mutating func input(_ shape: InputShape) -> InputType {
    if let reason = shape.reason, shape.members.isEmpty {
      untyped.append(UntypedInput(tool: tool, path: [], reason: reason))
    }
    return record(shape, at: [])
  }

  private mutating func type(_ shape: InputShape, at path: [String]) -> InputType? {
    switch shape.kinds.subtracting(.null) {
    case .bool: return .bool
    case .number: return .long
    case .string: return .string
    case .array: return set(shape, at: path)
    case .object: return record(shape, at: path)
    case []: return leaveOut(path, "it can be nothing but null")
    case InputShape.Kinds.all.subtracting(.null):
      return leaveOut(path, shape.reason ?? "its schema does not say what it is")
    case let kinds:
      return leaveOut(path, shape.reason ?? "it may be " + kinds.names.joined(separator: " or "))
    }
  }

  private mutating func set(_ shape: InputShape, at path: [String]) -> InputType? {
    guard let element = shape.elements.first else {
      return leaveOut(path, "its schema does not say what its elements are")
    }
    // Parts of elements are told as parts of the array: Cedar has no path to an element.
    let before = untyped.count
    guard let type = type(element, at: path) else {
      let reason = untyped[before...].first?.reason ?? ""
      untyped.removeSubrange(before...)
      return leaveOut(path, "of its elements: \(reason)")
    }
    return .set(type)
  }

  private mutating func record(_ shape: InputShape, at path: [String]) -> InputType {
    var attributes: [InputType.Attribute] = []
    let members = shape.members.sorted {
      $0.key.text.utf8.lexicographicallyPrecedes($1.key.text.utf8)
    }
    for (name, member) in members {
      guard let type = type(member.shape, at: path + [name.text]) else { continue }
      attributes.append(
        InputType.Attribute(
          name: name.text, type: type,
          isRequired: member.isRequired && !member.shape.kinds.contains(.null)))
    }
    return .record(attributes)
  }

  private mutating func leaveOut(_ path: [String], _ reason: String) -> InputType? {
    guard untyped.count < Self.untypedMax else { return nil }
    untyped.append(UntypedInput(tool: tool, path: path, reason: reason))
    return nil
  }
}
