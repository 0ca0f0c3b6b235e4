import JSON
import TestSupport

/// The released schema as far as events of ours use it: `Fixtures/ocsf-1.8.0.json`, whose types,
/// requirements and numbers are those of github.com/ocsf/ocsf-schema at the tag 1.8.0 with the
/// profiles `security_control`, `ai_operation` and `trace`.
struct OCSFSchema {
  let root: JSONNode

  init() throws {
    let folder = "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    root = try JSONDocument(parsing: TemporaryDirectory.read("\(folder)/Fixtures/ocsf-1.8.0.json"))
      .root
  }

  /// Everything that is wrong with an event, with its place.
  func problems(of event: JSONNode) -> [String] {
    guard let definition = root[member: "class"] else { return ["the schema has no class"] }
    return problems(of: event, by: definition, at: "")
  }

  private func problems(of node: JSONNode, by definition: JSONNode, at place: String) -> [String] {
    guard node.kind == .object, let attributes = definition[member: "attributes"] else {
      return ["\(place) is no object"]
    }
    var problems: [String] = []
    for (name, value) in node.members {
      guard let attribute = attributes[member: name] else {
        problems.append("\(place)/\(name) is not in the schema")
        continue
      }
      problems += self.problems(ofValue: value, by: attribute, at: "\(place)/\(name)")
    }
    for (name, attribute) in attributes.members where attribute[member: "required"]?.bool == true {
      if node[member: name] == nil { problems.append("\(place)/\(name) is required") }
    }
    if let names = definition[member: "at_least_one"],
      !names.elements.contains(where: { node[member: $0.string ?? ""] != nil })
    {
      problems.append("\(place) has none of \(names)")
    }
    return problems
  }

  private func problems(
    ofValue value: JSONNode, by attribute: JSONNode, at place: String
  ) -> [String] {
    if attribute[member: "array"]?.bool == true {
      guard value.kind == .array, value.count > 0 else { return ["\(place) is no list"] }
      return value.elements.enumerated().flatMap {
        problems(ofOne: $0.element, by: attribute, at: "\(place)/\($0.offset)")
      }
    }
    return problems(ofOne: value, by: attribute, at: place)
  }

  private func problems(
    ofOne value: JSONNode, by attribute: JSONNode, at place: String
  ) -> [String] {
    let type = attribute[member: "type"]?.string ?? ""
    if type == "object:object" { return value.kind == .object ? [] : ["\(place) is no object"] }
    if type.hasPrefix("object:") {
      guard let definition = root[member: "objects"]?[member: type.dropFirst("object:".count)]
      else { return ["\(place) is a \(type), which the excerpt lacks"] }
      return problems(of: value, by: definition, at: place)
    }
    let fits =
      switch type {
      case "string_t": value.string != nil
      case "integer_t": value.int64.flatMap(Int32.init(exactly:)) != nil
      case "long_t": value.int64 != nil
      case "boolean_t": value.bool != nil
      default: false
      }
    guard fits else { return ["\(place) is no \(type): \(value)"] }
    if let numbers = attribute[member: "enum"],
      !numbers.elements.contains(where: { $0.int64 == value.int64 })
    {
      return ["\(place) is none of \(numbers): \(value)"]
    }
    return []
  }
}
