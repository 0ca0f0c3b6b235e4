/// Which schema stands where: resources by URI, anchors, and the resource of each subschema.
struct SchemaRegistry {
  /// A schema resource (2020-12 core section 4.3.5): a root with a URI and its own dialect.
  struct Resource {
    let uri: URIReference
    let root: JSONNode
    let rules: SchemaRules
    var anchors: [String: JSONNode] = [:]
    var dynamicAnchors: [String: JSONNode] = [:]
  }

  /// The identity of a node.
  struct Place: Hashable {
    let storage: ObjectIdentifier
    let row: Int

    init(_ node: JSONNode) {
      storage = ObjectIdentifier(node.storage)
      row = node.row
    }
  }

  private(set) var resources: [Resource] = []
  private var byURI: [String: Int] = [:]
  private var resourceOf: [Place: Int] = [:]
  private let dialect: JSONSchemaDialect
  /// Given, but not looked at before something refers to them.
  private let given: [String: JSONNode]

  init(dialect: JSONSchemaDialect, resources: [String: JSONNode]) {
    self.dialect = dialect
    given = resources
  }

  /// The resource in which a known subschema stands.
  func resource(of node: JSONNode) -> Int? { resourceOf[Place(node)] }

  /// Takes in a schema found at a URI.
  mutating func add(_ root: JSONNode, uri: String) throws(JSONSchemaError) {
    let uri = URIReference(uri)
    try enter(root, base: uri, parent: nil, isRoot: true)
    guard byURI[uri.absolute] == nil, let resource = resourceOf[Place(root)] else { return }
    if Place(resources[resource].root) == Place(root) {
      byURI[uri.absolute] = resource
    } else {
      // It lies within a schema that was taken in before, and is a resource of its own besides.
      _ = newResource(root, uri, resources[resource].rules)
    }
  }

  /// The schema that a reference in a resource leads to, and its resource.
  mutating func resolve(
    _ reference: String, from resource: Int
  ) throws(JSONSchemaError) -> (node: JSONNode, resource: Int, anchor: String?) {
    let target = URIReference(reference).resolved(against: resources[resource].uri)
    guard let found = try find(target.absolute),
      let fragment = URIReference.percentDecoded(target.fragment ?? "")
    else { throw .unresolved(reference: reference) }
    if fragment.isEmpty { return (resources[found].root, found, nil) }
    if fragment.utf8.first == UInt8(ascii: "/") {
      guard let (node, owner) = try follow(fragment, in: found) else {
        throw .unresolved(reference: reference)
      }
      return (node, owner, nil)
    }
    guard let node = resources[found].anchors[fragment] else {
      throw .unresolved(reference: reference)
    }
    return (node, found, fragment)
  }

  private mutating func find(_ uri: String) throws(JSONSchemaError) -> Int? {
    if let known = byURI[uri] { return known }
    if let root = given[uri] ?? given[uri + "#"] {
      try add(root, uri: uri)
    } else if let text = Metaschemas.text(of: uri) {
      guard let document = try? JSONDocument(parsing: Array(text.utf8)) else {
        throw .resource(uri: uri)
      }
      try add(document.root, uri: uri)
    }
    return byURI[uri]
  }

  /// Follows a pointer; the owner is the resource of the last known schema on the way.
  private mutating func follow(
    _ pointer: String, in resource: Int
  ) throws(JSONSchemaError) -> (JSONNode, Int)? {
    guard let tokens = JSONPointer.tokens(of: pointer) else { return nil }
    var node = resources[resource].root
    var owner = resource
    for token in tokens {
      guard let next = node.descend(token) else { return nil }
      node = next
      owner = resourceOf[Place(node)] ?? owner
    }
    if resourceOf[Place(node)] == nil {
      try enter(node, base: resources[owner].uri, parent: owner, isRoot: false)
      owner = resourceOf[Place(node)] ?? owner
    }
    return (node, owner)
  }

  /// Records a schema and, over the keywords that hold schemas, all within it. The document's depth
  /// bounds the recursion.
  private mutating func enter(
    _ node: JSONNode, base: URIReference, parent: Int?, isRoot: Bool
  ) throws(JSONSchemaError) {
    var base = base
    var owner = parent
    let place = Place(node)
    guard resourceOf[place] == nil else { return }
    if node.kind == .object {
      let parentRules = parent.map { resources[$0].rules }
      let rules = try rules(of: node, parent: parentRules)
      let id = rules.ignoresSiblings(of: node) ? nil : node[member: "$id"]?.string
      let reference = id.map { URIReference($0) }
      if let reference, !(rules.draft == .seven && reference.absolute.isEmpty) {
        base = reference.resolved(against: base)
        base.fragment = nil
        owner = nil
      }
      if owner == nil { owner = newResource(node, base, rules) }
      if let owner {
        record(anchorsOf: node, id: reference, rules: resources[owner].rules, in: owner)
      }
    } else if owner == nil {
      owner = newResource(node, base, SchemaRules(dialect))
    }
    guard let owner else { return }
    resourceOf[place] = owner
    for (name, value) in node.members {
      switch SchemaRules.holding(name) {
      case .schema:
        if value.kind == .array, name == "items" {
          for element in value.elements {
            try enter(element, base: base, parent: owner, isRoot: false)
          }
        } else {
          try enter(value, base: base, parent: owner, isRoot: false)
        }
      case .schemas:
        for element in value.elements {
          try enter(element, base: base, parent: owner, isRoot: false)
        }
      case .map:
        for member in value.memberNodes
        where member.value.kind == .object || member.value.kind == .bool {
          try enter(member.value, base: base, parent: owner, isRoot: false)
        }
      case nil: break
      }
    }
  }

  private mutating func newResource(
    _ node: JSONNode, _ uri: URIReference, _ rules: SchemaRules
  ) -> Int {
    resources.append(Resource(uri: uri, root: node, rules: rules))
    let index = resources.count - 1
    if byURI[uri.absolute] == nil { byURI[uri.absolute] = index }
    return index
  }

  private mutating func record(
    anchorsOf node: JSONNode, id: URIReference?, rules: SchemaRules, in owner: Int
  ) {
    if rules.draft == .seven {
      if let name = id?.fragment, !name.isEmpty { resources[owner].anchors[name] = node }
      return
    }
    if let name = node[member: "$anchor"]?.string { resources[owner].anchors[name] = node }
    if let name = node[member: "$dynamicAnchor"]?.string {
      resources[owner].anchors[name] = node
      resources[owner].dynamicAnchors[name] = node
    }
  }

  /// The rules of a schema: those its `$schema` names, else its parent's, else the default.
  private mutating func rules(
    of node: JSONNode, parent: SchemaRules?
  ) throws(JSONSchemaError) -> SchemaRules {
    guard let uri = node[member: "$schema"]?.string,
      parent == nil || node[member: "$id"] != nil
    else { return parent ?? SchemaRules(dialect) }
    if let rules = SchemaRules(metaschema: uri) { return rules }
    // A metaschema of someone's own: its vocabularies count when it was given.
    guard let metaschema = given[URIReference(uri).absolute] else {
      return parent ?? SchemaRules(dialect)
    }
    var rules =
      metaschema[member: "$schema"]?.string.flatMap { SchemaRules(metaschema: $0) }
      ?? SchemaRules(dialect)
    if let vocabularies = metaschema[member: "$vocabulary"] {
      rules.vocabularies = Vocabularies(vocabularies.members.map(\.name))
    }
    return rules
  }
}
