internal import JSON

/// Reads schemas in the JSON syntax. Strict: a member that the format does not know is an error.
struct SchemaJSONReader {
  let map: SourceMap
  let limits: SchemaLimits
  var errors: SchemaErrorList
  var path = JSONPath()
  var nesting = 0

  /// Reads a whole source.
  static func read(
    _ source: PolicySource, limits: SchemaLimits, errors: inout SchemaErrorList
  ) -> SchemaSyntax {
    var reader = SchemaJSONReader(map: SourceMap(source), limits: limits, errors: errors)
    let syntax = reader.schema()
    errors = reader.errors
    return syntax
  }

  private mutating func schema() -> SchemaSyntax {
    var syntax = SchemaSyntax(namespaces: [])
    let document: JSONDocument
    do throws(JSONError) {
      // One nested type takes two levels of JSON, the declaration around it at most seven.
      document = try JSONDocument(
        parsing: Array(map.source.text.utf8),
        limits: JSONLimits(
          bytes: min(limits.sourceBytes, PolicyLimits.largestSource),
          depth: 2 * limits.nesting + 16, nodes: limits.expandedTypes))
    } catch {
      errors.add("\(error.reason)", at: Origin(map: map, offset: error.offset))
      return syntax
    }
    collecting { (reader) throws(SchemaError) in
      try reader.forEachMember(of: document.root, "a schema: an object of namespaces") {
        (reader, name, value) throws(SchemaError) in
        syntax.namespaces.append(try reader.namespace(name, value))
      }
    }
    return syntax
  }

  // MARK: Namespaces

  private mutating func namespace(_ name: JSONMemberName, _ node: JSONNode)
    throws(SchemaError) -> NamespaceSyntax
  {
    guard name.text.isEmpty || SchemaName.isDeclarable(name.text) else {
      throw error(
        "\(Quoting.quote(name.text)) cannot be the name of a namespace",
        help: "a namespace is written `A` or `A::B`; the name \"\" is that of no namespace",
        at: name.offset)
    }
    var namespace = NamespaceSyntax(
      name: name.text, origin: Origin(map: map, offset: name.offset))
    let members = try object(
      node, "a namespace", allowed: ["entityTypes", "actions", "commonTypes", "annotations"],
      required: ["entityTypes", "actions"])
    namespace.annotations = try annotations(members)
    guard name.text.isEmpty == false || namespace.annotations.isEmpty else {
      throw error(
        "what is in no namespace has no annotations", help: "annotate the declarations", at: node)
    }
    if let node = members["commonTypes"] {
      try declarations(node, "commonTypes") { (reader, name, value) throws(SchemaError) in
        namespace.commonTypes.append(try reader.commonType(name, value))
      }
    }
    if let node = members["entityTypes"] {
      try declarations(node, "entityTypes") { (reader, name, value) throws(SchemaError) in
        namespace.entityTypes.append(try reader.entityType(name, value))
      }
    }
    if let node = members["actions"] {
      try declarations(node, "actions") { (reader, name, value) throws(SchemaError) in
        namespace.actions.append(try reader.action(name, value))
      }
    }
    return namespace
  }

  private mutating func declarations(
    _ node: JSONNode, _ member: String,
    _ body: (inout SchemaJSONReader, JSONMemberName, JSONNode) throws(SchemaError) -> Void
  ) throws(SchemaError) {
    try inside(member) { (reader) throws(SchemaError) in
      try reader.forEachMember(of: node, "an object of declarations") {
        (reader, name, value) throws(SchemaError) in
        guard !reader.errors.isFull else { return }
        reader.collecting { (reader) throws(SchemaError) in try body(&reader, name, value) }
      }
    }
  }

  // MARK: Declarations

  private func declaredName(_ name: JSONMemberName, _ what: String)
    throws(SchemaError) -> (String, Origin)
  {
    guard SchemaName.isIdentifier(name.text), name.text != SchemaName.builtinNamespace else {
      throw error(
        "\(Quoting.quote(name.text)) cannot be the name of \(what)",
        help: name.text.utf8.contains(UInt8(ascii: ":"))
          ? "names are declared without their namespace" : nil, at: name.offset)
    }
    return (name.text, Origin(map: map, offset: name.offset))
  }

  private mutating func commonType(_ member: JSONMemberName, _ node: JSONNode)
    throws(SchemaError) -> CommonTypeSyntax
  {
    let (name, origin) = try declaredName(member, "a common type")
    guard !SchemaName.reservedForTypes.contains(name) else {
      throw error(
        "`\(name)` comes with the language and cannot be declared", help: "choose another name",
        at: member.offset)
    }
    var annotations: [AnnotationSyntax] = []
    let type = try self.type(node, besides: ["annotations"]) {
      (reader, members) throws(SchemaError) in
      annotations = try reader.annotations(members)
    }
    return CommonTypeSyntax(name: name, origin: origin, annotations: annotations, type: type)
  }

  private mutating func entityType(_ member: JSONMemberName, _ node: JSONNode)
    throws(SchemaError) -> EntityTypeSyntax
  {
    let (name, origin) = try declaredName(member, "an entity type")
    let members = try object(
      node, "an entity type",
      allowed: ["memberOfTypes", "shape", "tags", "enum", "annotations"])
    var entity = EntityTypeSyntax(
      name: name, origin: origin, annotations: try annotations(members))
    if let ids = members["enum"] {
      for other in ["memberOfTypes", "shape", "tags"] where members[other] != nil {
        throw error(
          "an enumerated entity type has no `\(other)`", help: "it has nothing but its ids",
          at: node)
      }
      entity.ids = try list(ids, "enum", "an id as a string") { $1.string }
      guard entity.ids?.isEmpty == false else {
        throw error("`enum` is empty", help: "name at least one id", at: ids)
      }
      return entity
    }
    if let types = members["memberOfTypes"] { entity.parents = try names(types, "memberOfTypes") }
    if let shape = members["shape"] { entity.shape = try type(shape, at: "shape") }
    if let tags = members["tags"] { entity.tags = try type(tags, at: "tags") }
    return entity
  }

  private mutating func action(_ member: JSONMemberName, _ node: JSONNode)
    throws(SchemaError) -> ActionSyntax
  {
    let members = try object(
      node, "an action", allowed: ["memberOf", "appliesTo", "attributes", "annotations"])
    var action = ActionSyntax(
      id: member.text, origin: Origin(map: map, offset: member.offset),
      annotations: try annotations(members))
    if let attributes = members["attributes"], !attributes.isNull {
      throw error(
        "actions have no attributes", help: "leave `attributes` out", at: attributes)
    }
    if let groups = members["memberOf"], !groups.isNull {
      try inside("memberOf") { (reader) throws(SchemaError) in
        try reader.forEachElement(of: groups, "a list of actions") {
          (reader, node) throws(SchemaError) in
          action.parents.append(try reader.actionParent(node))
        }
      }
    }
    if let node = members["appliesTo"], !node.isNull {
      action.appliesTo = try inside("appliesTo") { (reader) throws(SchemaError) in
        try reader.appliesTo(node)
      }
    }
    return action
  }

  private mutating func actionParent(_ node: JSONNode)
    throws(SchemaError) -> ActionSyntax.Parent
  {
    let members = try object(node, "an action", allowed: ["id", "type"], required: ["id"])
    guard let id = members["id"]?.string else {
      throw error("`id` has to be a string", at: members["id"] ?? node)
    }
    let type = members["type"].flatMap { $0.isNull ? nil : $0 }
    return ActionSyntax.Parent(
      type: try type.map { (node) throws(SchemaError) in try name(node) }, id: id,
      origin: origin(node))
  }

  private mutating func appliesTo(_ node: JSONNode)
    throws(SchemaError) -> ActionSyntax.AppliesTo
  {
    let members = try object(
      node, "`appliesTo`", allowed: ["principalTypes", "resourceTypes", "context"],
      required: ["principalTypes", "resourceTypes"])
    return ActionSyntax.AppliesTo(
      principals: try members["principalTypes"].map { (node) throws(SchemaError) in
        try names(node, "principalTypes")
      } ?? [],
      resources: try members["resourceTypes"].map { (node) throws(SchemaError) in
        try names(node, "resourceTypes")
      } ?? [],
      context: try members["context"].map { (node) throws(SchemaError) in
        try type(node, at: "context")
      })
  }
}
