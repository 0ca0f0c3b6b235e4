internal import JSON

extension Request {
  /// Reads a request from JSON: `{"principal": …, "action": …, "resource": …, "context": {…}}`.
  /// Entities are written `{"type": …, "id": …}`, also within `__entity`, or as policies write
  /// them: `"User::\"alice\""`. A context may be left out. With a schema, the request is checked
  /// against it, and the context is read as its action's.
  /// - Throws: everything that is wrong, with its place.
  public static func parse(
    json: String, schema: Schema? = nil, limits: EntityLimits = .standard
  ) throws(DataErrors) -> Request {
    try parse(json: Array(json.utf8), schema: schema, limits: limits)
  }

  /// Reads a request from the UTF-8 of its JSON.
  /// - Throws: as for a string.
  public static func parse(
    json: [UInt8], schema: Schema? = nil, limits: EntityLimits = .standard
  ) throws(DataErrors) -> Request {
    let document = try DataReader.document(json, limits: limits)
    return try parse(
      document.root, at: .root, validator: schema.map { RequestValidator(schema: $0) },
      limits: limits)
  }

  /// Reads a request that stands at `path` of a larger document.
  static func parse(
    _ node: JSONNode, at path: DataPath, validator: RequestValidator?, limits: EntityLimits
  ) throws(DataErrors) -> Request {
    var reader = DataReader(limits: limits)
    reader.path = path
    let request = reader.request(node, schema: validator?.schema)
    if let request, let validator { validator.check(request, at: path, &reader.errors) }
    return try reader.errors.finish(request)
  }

  /// The request as JSON, the context with all escapes.
  /// - Throws: when a record of the context has a member with the name of an escape.
  public var json: String {
    get throws(DataError) {
      var writer = DataWriter()
      try writer.request(self)
      return writer.text
    }
  }
}

extension DataReader {
  fileprivate mutating func request(_ node: JSONNode, schema: Schema?) -> Request? {
    guard node.kind == .object else {
      report(
        #"expected a request as {"principal": …, "action": …, "resource": …}, found "#
          + node.kind.withArticle)
      return nil
    }
    let principal = party("principal", of: node)
    let action = party("action", of: node)
    let resource = party("resource", of: node)
    var context: Record? = .empty
    if let inner = node[member: "context"] {
      path.enter("context")
      context = self.context(inner, as: action.flatMap { schema?.actions[$0]?.context })
      path.leave()
    }
    guard let principal, let action, let resource, let context else { return nil }
    return Request(principal: principal, action: action, resource: resource, context: context)
  }

  /// Principal, action or resource.
  private mutating func party(_ name: String, of node: JSONNode) -> EntityUID? {
    guard let member = node[member: name] else {
      report("a request has the member `\(name)`, and it is missing")
      return nil
    }
    path.enter(name)
    defer { path.leave() }
    guard let text = member.string else { return reference(member) }
    do throws(PolicyParseErrors) {
      return try EntityUID.parse(text)
    } catch {
      report(
        "\(Quoting.quote(DataReader.shown(text))) is not an entity: "
          + (error.errors.first?.message ?? ""),
        help: #"write {"type": "User", "id": "alice"} or "User::\"alice\"""#)
      return nil
    }
  }
}
