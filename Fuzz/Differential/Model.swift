import FuzzSupport

/// What a random schema declares: entity types and actions. Types that can be parents of others
/// come later, so that no cycle is made.
struct Model {
  indirect enum Kind: Hashable {
    case bool, long, string
    case entity(Int)
    case set(Kind)
    case record([Field])
    case `extension`(Extension)
  }

  enum Extension: String, CaseIterable {
    case decimal, ipaddr, datetime, duration

    var constructor: String { self == .ipaddr ? "ip" : rawValue }
  }

  struct Field: Hashable {
    let name: String
    let kind: Kind
    let isRequired: Bool
  }

  struct EntityModel {
    let name: String
    let parents: [Int]
    let fields: [Field]
    let tags: Kind?
    let ids: [String]
    let isEnumerated: Bool
  }

  struct ActionModel {
    let id: String
    let parents: [Int]
    let principals: [Int]
    let resources: [Int]
    let context: [Field]
  }

  var entities: [EntityModel] = []
  var actions: [ActionModel] = []
}

extension Model {
  static let names = ["a", "b", "name", "owner", "x y", "if", "principal", "é", "in_2", ""]

  static func random(_ random: inout Random) -> Model {
    var model = Model()
    let types = Array(
      ["User", "Group", "Doc", "NS::Folder", "NS::Sub::File"].prefix(3 + random[3]))
    for (index, name) in types.enumerated() {
      let isEnumerated = index > 0 && random.chance(15)
      let parents = types.indices.filter { $0 >= index && random.chance(40) }
      model.entities.append(
        EntityModel(
          name: name, parents: isEnumerated ? [] : parents,
          fields: isEnumerated ? [] : fields(&random, types.count, depth: 2, atMost: 5),
          tags: !isEnumerated && random.chance(40) ? kind(&random, types.count, depth: 1) : nil,
          ids: Array(["a", "alice", "b c", "é\"", ""].shuffled(using: &random.source).prefix(3)),
          isEnumerated: isEnumerated))
    }
    let count = 2 + random[2]
    for index in 0..<count {
      model.actions.append(
        ActionModel(
          id: ["read", "write", "all of it"][index],
          parents: (0..<count).filter { $0 > index && random.chance(50) },
          principals: some(types.indices, &random), resources: some(types.indices, &random),
          context: fields(&random, types.count, depth: 2, atMost: 4)))
    }
    return model
  }

  private static func some(_ range: Range<Int>, _ random: inout Random) -> [Int] {
    let chosen = range.filter { _ in random.chance(45) }
    return chosen.isEmpty ? [range.lowerBound] : chosen
  }

  static func fields(
    _ random: inout Random, _ types: Int, depth: Int, atMost: Int
  ) -> [Field] {
    names.shuffled(using: &random.source).prefix(random[atMost + 1]).map { name in
      Field(
        name: name, kind: kind(&random, types, depth: depth), isRequired: random.chance(65))
    }
  }

  static func kind(_ random: inout Random, _ types: Int, depth: Int) -> Kind {
    switch random[depth > 0 ? 12 : 8] {
    case 0, 1: .long
    case 2: .bool
    case 3, 4: .string
    case 5: .entity(random[types])
    case 6, 7: .extension(random.pick(Extension.allCases))
    case 8, 9: .set(kind(&random, types, depth: depth - 1))
    default: .record(fields(&random, types, depth: depth - 1, atMost: 3))
    }
  }
}

extension Model {
  /// The schema in Cedar's own syntax.
  var schema: String {
    var text = ""
    for entity in entities {
      var path = entity.name.split(separator: ":", omittingEmptySubsequences: true)
      let name = path.removeLast()
      if !path.isEmpty { text += "namespace \(path.joined(separator: "::")) {\n" }
      text += "entity \(name)"
      if entity.isEnumerated {
        text += " enum [" + entity.ids.map(Spelling.quote).joined(separator: ", ") + "]"
      } else {
        if !entity.parents.isEmpty {
          text += " in [" + entity.parents.map { entities[$0].name }.joined(separator: ", ") + "]"
        }
        text += " = " + schema(entity.fields)
        if let tags = entity.tags { text += " tags " + schema(tags) }
      }
      text += ";\n" + (path.isEmpty ? "" : "}\n")
    }
    for action in actions {
      text += "action \(Spelling.quote(action.id))"
      if !action.parents.isEmpty {
        let parents = action.parents.map { Spelling.quote(actions[$0].id) }
        text += " in [" + parents.joined(separator: ", ") + "]"
      }
      let principals = action.principals.map { entities[$0].name }.joined(separator: ", ")
      let resources = action.resources.map { entities[$0].name }.joined(separator: ", ")
      text += " appliesTo { principal: [\(principals)], resource: [\(resources)], context: "
      text += schema(action.context) + " };\n"
    }
    return text
  }

  private func schema(_ fields: [Field]) -> String {
    let members = fields.map { field in
      "\(Spelling.quote(field.name))\(field.isRequired ? "" : "?"): \(schema(field.kind))"
    }
    return "{" + members.joined(separator: ", ") + "}"
  }

  private func schema(_ kind: Kind) -> String {
    switch kind {
    case .bool: "Bool"
    case .long: "Long"
    case .string: "String"
    case .entity(let type): entities[type].name
    case .set(let element): "Set<\(schema(element))>"
    case .record(let fields): schema(fields)
    case .extension(let type): type.rawValue
    }
  }
}
