/// Turns schemas into a program. References may be circular: every subschema gets its index before
/// it is compiled, and waits in a list, so nothing here recurses.
struct SchemaCompiler {
  /// The most subschemas a program may have.
  static var subschemaLimit: Int { 50_000 }

  private(set) var registry: SchemaRegistry
  let formats: JSONSchemaFormats
  private var subschemas: [Subschema] = []
  private var indexOf: [SchemaRegistry.Place: Int] = [:]
  private var waiting: [(index: Int, node: JSONNode, resource: Int)] = []
  private var dynamicNames: Set<String> = []

  init(registry: SchemaRegistry, formats: JSONSchemaFormats) {
    self.registry = registry
    self.formats = formats
  }

  mutating func compile(
    _ node: JSONNode, baseURI: String
  ) throws(JSONSchemaError) -> SchemaProgram {
    try registry.add(node, uri: baseURI)
    let root = try index(of: node, in: 0)
    var anchors: [[String: Int]] = []
    repeat {
      while let next = waiting.popLast() {
        subschemas[next.index] = try subschema(next.node, resource: next.resource)
      }
      // A resource may enter the dynamic scope once something in it is compiled.
      anchors = []
      for (resource, known) in registry.resources.enumerated() {
        var targets: [String: Int] = [:]
        for name in dynamicNames {
          guard let target = known.dynamicAnchors[name] else { continue }
          targets[name] = try index(of: target, in: resource)
        }
        anchors.append(targets)
      }
    } while !waiting.isEmpty
    return SchemaProgram(
      subschemas: subschemas, root: root, dynamicAnchors: anchors,
      usesDynamicReferences: !dynamicNames.isEmpty)
  }

  /// The index of a subschema, which is compiled now or later.
  mutating func index(of node: JSONNode, in resource: Int) throws(JSONSchemaError) -> Int {
    let place = SchemaRegistry.Place(node)
    if let index = indexOf[place] { return index }
    guard subschemas.count < Self.subschemaLimit else {
      throw .tooLarge(limit: Self.subschemaLimit)
    }
    let index = subschemas.count
    subschemas.append(Subschema())
    indexOf[place] = index
    waiting.append((index, node, registry.resource(of: node) ?? resource))
    return index
  }

  /// The index of what a reference leads to.
  mutating func reference(
    _ reference: String, from resource: Int
  ) throws(JSONSchemaError) -> (index: Int, resource: Int, anchor: String?) {
    let target = try registry.resolve(reference, from: resource)
    return (try index(of: target.node, in: target.resource), target.resource, target.anchor)
  }

  private mutating func subschema(
    _ node: JSONNode, resource: Int
  ) throws(JSONSchemaError) -> Subschema {
    var result = Subschema(resource: resource)
    switch node.kind {
    case .bool:
      if node.bool == false { result.checks = [.nothing] }
      return result
    case .object: break
    default:
      throw .malformed(
        keyword: "schema", expected: "an object or a boolean", offset: node.rawRange.lowerBound)
    }
    let rules = registry.resources[resource].rules
    if let ref = try string(node, "$ref") {
      result.checks.append(.reference(try reference(ref, from: resource).index))
      if rules.draft == .seven { return result }
    }
    if rules.draft >= .year2019, let recursive = try string(node, "$recursiveRef") {
      result.checks.append(.reference(try reference(recursive, from: resource).index))
    }
    if rules.draft >= .year2020, let dynamic = try string(node, "$dynamicRef") {
      result.checks.append(try dynamicReference(dynamic, from: resource))
    }
    if rules.vocabularies.contains(.validation) {
      try addAssertions(of: node, to: &result.checks)
    }
    if formats == .asserted || rules.vocabularies.contains(.formatAssertion),
      let name = try string(node, "format"), let format = SchemaFormat(rawValue: name)
    {
      result.checks.append(.format(format))
    }
    try addObject(of: node, rules: rules, resource: resource, to: &result.checks)
    try addArray(of: node, rules: rules, resource: resource, to: &result.checks)
    guard rules.vocabularies.contains(.applicator) else { return result }
    try addInPlace(of: node, resource: resource, to: &result.checks)
    if rules.draft >= .year2019, rules.vocabularies.contains(.unevaluated) {
      result.unevaluatedItems = try schema(node, "unevaluatedItems", resource)
      result.unevaluatedProperties = try schema(node, "unevaluatedProperties", resource)
    }
    return result
  }

  /// A `$dynamicRef` is dynamic only when it first leads to a `$dynamicAnchor` of its own name.
  private mutating func dynamicReference(
    _ text: String, from resource: Int
  ) throws(JSONSchemaError) -> SchemaCheck {
    let target = try reference(text, from: resource)
    guard let anchor = target.anchor,
      let dynamic = registry.resources[target.resource].dynamicAnchors[anchor],
      indexOf[SchemaRegistry.Place(dynamic)] == target.index
    else { return .reference(target.index) }
    dynamicNames.insert(anchor)
    return .dynamicReference(anchor: anchor, fallback: target.index)
  }

  private mutating func addInPlace(
    of node: JSONNode, resource: Int, to checks: inout [SchemaCheck]
  ) throws(JSONSchemaError) {
    if let all = try schemas(node, "allOf", resource) { checks.append(.all(all)) }
    if let any = try schemas(node, "anyOf", resource) { checks.append(.any(any)) }
    if let one = try schemas(node, "oneOf", resource) { checks.append(.one(one)) }
    if let not = try schema(node, "not", resource) { checks.append(.not(not)) }
    if let condition = try schema(node, "if", resource) {
      let then = try schema(node, "then", resource)
      let otherwise = try schema(node, "else", resource)
      checks.append(.conditional(condition, then: then, else: otherwise))
    }
  }
}
