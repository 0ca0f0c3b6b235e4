internal import JSON

/// Types, names and annotations in the JSON syntax.
extension SchemaJSONReader {
  mutating func type(_ node: JSONNode, at member: String) throws(SchemaError) -> TypeSyntax {
    try inside(member) { (reader) throws(SchemaError) in try reader.type(node) }
  }

  /// A type. `besides` are further members that may stand in its object; `read` gets them.
  mutating func type(
    _ node: JSONNode, besides: [String] = [],
    _ read: (inout SchemaJSONReader, [String: JSONNode]) throws(SchemaError) -> Void = { _, _ in }
  ) throws(SchemaError) -> TypeSyntax {
    let known = ["type", "element", "attributes", "additionalAttributes", "name"]
    let members = try object(node, "a type", allowed: known + besides, required: ["type"])
    guard let typeNode = members["type"], let kind = typeNode.string else {
      throw error("`type` has to be a string", at: members["type"] ?? node)
    }
    let own = try ownMembers(of: kind, node, members)
    for name in known where name != "type" {
      guard own.contains(name) || members[name] == nil else {
        throw error(
          "a type `\(kind)` has no `\(name)`",
          help: own.isEmpty
            ? nil : "it has " + own.map { "`\($0)`" }.joined(separator: " and "),
          at: members[name] ?? node)
      }
    }
    try read(&self, members)
    guard nesting < limits.nesting + 1 else {
      throw error("types nest deeper than the limit of \(limits.nesting)", at: node)
    }
    nesting += 1
    defer { nesting -= 1 }
    return try type(kind, typeNode, members)
  }

  private func ownMembers(of kind: String, _ node: JSONNode, _ members: [String: JSONNode])
    throws(SchemaError) -> [String]
  {
    let (own, required): ([String], String?) =
      switch kind {
      case "Set": (["element"], "element")
      case "Record": (["attributes", "additionalAttributes"], "attributes")
      case "Entity", "EntityOrCommon", "Extension": (["name"], "name")
      default: ([], nil)
      }
    if let required, members[required] == nil {
      throw error("a type `\(kind)` needs the member `\(required)`", at: node)
    }
    return own
  }

  private mutating func type(_ kind: String, _ typeNode: JSONNode, _ members: [String: JSONNode])
    throws(SchemaError) -> TypeSyntax
  {
    switch kind {
    case "Long": return .builtin(.long)
    case "String": return .builtin(.string)
    case "Boolean": return .builtin(.bool)
    case "Set":
      return .set(try type(members["element"] ?? typeNode, at: "element"))
    case "Record":
      if let additional = members["additionalAttributes"] {
        guard let isOpen = additional.bool else {
          throw error("`additionalAttributes` has to be true or false", at: additional)
        }
        guard !isOpen else {
          throw error(
            "records with further attributes are not part of the language",
            help: "declare every attribute", at: additional)
        }
      }
      return try record(members["attributes"] ?? typeNode)
    case "Entity": return .entity(try name(members["name"] ?? typeNode))
    case "EntityOrCommon": return .named(try name(members["name"] ?? typeNode))
    case "Extension":
      let node = members["name"] ?? typeNode
      guard let text = node.string else { throw error("`name` has to be a string", at: node) }
      guard let type = ExtensionType(rawValue: text) else {
        throw error(
          "`\(text)` is not an extension type",
          help: Suggestions.nearest(to: text, among: ExtensionType.allCases.map(\.rawValue))
            ?? "the extension types are `ipaddr`, `decimal`, `datetime` and `duration`", at: node)
      }
      return .builtin(BuiltinType(type))
    default: return .common(try name(typeNode))
    }
  }

  private mutating func record(_ node: JSONNode) throws(SchemaError) -> TypeSyntax {
    var attributes: [AttributeSyntax] = []
    try inside("attributes") { (reader) throws(SchemaError) in
      try reader.forEachMember(of: node, "an object of attributes") {
        (reader, name, value) throws(SchemaError) in
        var annotations: [AnnotationSyntax] = []
        var isRequired = true
        let type = try reader.type(value, besides: ["required", "annotations"]) {
          (reader, members) throws(SchemaError) in
          annotations = try reader.annotations(members)
          guard let required = members["required"] else { return }
          guard let flag = required.bool else {
            throw reader.error("`required` has to be true or false", at: required)
          }
          isRequired = flag
        }
        attributes.append(
          AttributeSyntax(
            name: name.text, origin: Origin(map: reader.map, offset: name.offset),
            annotations: annotations, isRequired: isRequired, type: type))
      }
    }
    return .record(attributes, origin(node))
  }

  /// A name with namespaces; `__cedar` may be one.
  func name(_ node: JSONNode) throws(SchemaError) -> NameSyntax {
    guard let text = node.string else { throw error("a name has to be a string", at: node) }
    guard SchemaName.segments(text) != nil else {
      throw error(
        "\(Quoting.quote(text)) is not a name",
        help: "names are written `Name` or `Namespace::Name`", at: node)
    }
    return NameSyntax(text: text, origin: origin(node))
  }

  mutating func names(_ node: JSONNode, _ member: String) throws(SchemaError) -> [NameSyntax] {
    try list(node, member, "the name of an entity type as a string") {
      (reader, node) throws(SchemaError) in
      node.kind == .string ? try reader.name(node) : nil
    }
  }

  mutating func annotations(_ members: [String: JSONNode])
    throws(SchemaError) -> [AnnotationSyntax]
  {
    guard let node = members["annotations"] else { return [] }
    var annotations: [AnnotationSyntax] = []
    try inside("annotations") { (reader) throws(SchemaError) in
      try reader.forEachMember(of: node, "an object of annotations") {
        (reader, name, value) throws(SchemaError) in
        guard SchemaName.isWord(name.text) else {
          throw reader.error(
            "\(Quoting.quote(name.text)) cannot be the key of an annotation", at: name.offset)
        }
        guard value.isNull || value.kind == .string else {
          throw reader.error("an annotation's value has to be a string or null", at: value)
        }
        annotations.append(AnnotationSyntax(key: name.text, value: value.string))
      }
    }
    return annotations
  }
}
