extension SchemaCompiler {
  /// Everything about members becomes one check.
  mutating func addObject(
    of node: JSONNode, rules: SchemaRules, resource: Int, to checks: inout [SchemaCheck]
  ) throws(JSONSchemaError) {
    let applies = rules.vocabularies.contains(.applicator)
    let validates = rules.vocabularies.contains(.validation)
    var slots: [[UInt8]: PropertyTable.Slot] = [:]
    var patterns: [(pattern: SchemaPattern, schema: Int)] = []
    var additional: Int?
    var propertyNames: Int?
    if applies {
      for (name, value) in try object(node, "properties")?.memberNodes.map({ $0 }) ?? [] {
        let bytes = name.stringBytes ?? []
        slots[bytes] = PropertyTable.Slot(name: bytes, schema: try index(of: value, in: resource))
      }
      for (name, value) in try object(node, "patternProperties")?.members.map({ $0 }) ?? [] {
        patterns.append((try SchemaPattern(name), try index(of: value, in: resource)))
      }
      additional = try schema(node, "additionalProperties", resource)
      propertyNames = try schema(node, "propertyNames", resource)
    }
    if validates, let required = node[member: "required"], required.kind != .bool {
      for name in try names(required, "required") {
        slots[name, default: PropertyTable.Slot(name: name)].isRequired = true
      }
    }
    let minimum = validates ? try count(node, "minProperties") : nil
    let maximum = validates ? try count(node, "maxProperties") : nil
    let dependents = try dependents(of: node, rules: rules, resource: resource)
    if slots.isEmpty, patterns.isEmpty, additional == nil, propertyNames == nil, minimum == nil,
      maximum == nil, dependents.isEmpty
    {
      return
    }
    checks.append(
      .object(
        ObjectRules(
          names: PropertyTable(Array(slots.values)), patterns: patterns, additional: additional,
          propertyNames: propertyNames, minimum: minimum ?? 0, maximum: maximum ?? .max,
          dependents: dependents)))
  }

  /// `dependentRequired` and `dependentSchemas`; before 2019 both were `dependencies`.
  private mutating func dependents(
    of node: JSONNode, rules: SchemaRules, resource: Int
  ) throws(JSONSchemaError) -> [ObjectRules.Dependent] {
    var found: [ObjectRules.Dependent] = []
    let modern = rules.draft >= .year2019
    if modern, rules.vocabularies.contains(.validation) {
      for (name, value) in try object(node, "dependentRequired")?.memberNodes.map({ $0 }) ?? [] {
        found.append(
          ObjectRules.Dependent(
            name: name.stringBytes ?? [], required: try names(value, "dependentRequired"),
            keyword: "dependentRequired"))
      }
    }
    guard rules.vocabularies.contains(.applicator) else { return found }
    for keyword in modern ? ["dependentSchemas", "dependencies"] : ["dependencies"] {
      for (name, value) in try object(node, keyword)?.memberNodes.map({ $0 }) ?? [] {
        var dependent = ObjectRules.Dependent(name: name.stringBytes ?? [], keyword: keyword)
        if value.kind == .array, keyword == "dependencies" {
          dependent.required = try names(value, keyword)
        } else {
          dependent.schema = try index(of: value, in: resource)
        }
        found.append(dependent)
      }
    }
    return found
  }

  /// Everything about elements becomes one check.
  mutating func addArray(
    of node: JSONNode, rules: SchemaRules, resource: Int, to checks: inout [SchemaCheck]
  ) throws(JSONSchemaError) {
    let applies = rules.vocabularies.contains(.applicator)
    let validates = rules.vocabularies.contains(.validation)
    var prefix: [Int] = []
    var rest: Int?
    var restKeyword = "items"
    var contains: Int?
    if applies {
      if rules.draft >= .year2020 { prefix = try schemas(node, "prefixItems", resource) ?? [] }
      if let items = node[member: "items"], items.kind == .array {
        // The form before 2020: a schema for each place, and `additionalItems` for the rest.
        if items.count > 0 { prefix = try schemas(node, "items", resource) ?? [] }
        rest = try schema(node, "additionalItems", resource)
        restKeyword = "additionalItems"
      } else {
        rest = try schema(node, "items", resource)
      }
      contains = try schema(node, "contains", resource)
    }
    let modern = rules.draft >= .year2019 && validates
    let minimumContains = modern ? try count(node, "minContains") : nil
    let maximumContains = modern ? try count(node, "maxContains") : nil
    let minimum = validates ? try count(node, "minItems") : nil
    let maximum = validates ? try count(node, "maxItems") : nil
    let unique = validates && node[member: "uniqueItems"]?.bool == true
    if prefix.isEmpty, rest == nil, contains == nil, minimum == nil, maximum == nil, !unique {
      return
    }
    checks.append(
      .array(
        ArrayRules(
          prefix: prefix, rest: rest, restKeyword: restKeyword, contains: contains,
          minimumContains: minimumContains ?? 1, maximumContains: maximumContains ?? .max,
          minimum: minimum ?? 0, maximum: maximum ?? .max, unique: unique)))
  }
}
