internal import JSON

extension Record {
  /// Reads a context from JSON: an object whose values are written as those of entities, with all
  /// escapes.
  /// - Throws: everything that is wrong, with its place in the context.
  public static func parse(
    contextJSON json: String, limits: EntityLimits = .standard
  ) throws(DataErrors) -> Record {
    try parse(contextJSON: Array(json.utf8), limits: limits)
  }

  /// Reads a context from the UTF-8 of its JSON.
  /// - Throws: as for a string.
  public static func parse(
    contextJSON json: [UInt8], limits: EntityLimits = .standard
  ) throws(DataErrors) -> Record {
    let document = try DataReader.document(json, limits: limits)
    var reader = DataReader(limits: limits)
    let context = reader.context(document.root, as: nil)
    return try reader.errors.finish(context)
  }

  /// Reads the context of an action from JSON, where escapes may be left out, and checks it
  /// against the schema.
  /// - Throws: everything that is wrong, with its place in the context; also when the schema has
  ///   no such action.
  public static func parse(
    contextJSON json: String, of action: EntityUID, schema: Schema,
    limits: EntityLimits = .standard
  ) throws(DataErrors) -> Record {
    try parse(contextJSON: Array(json.utf8), of: action, schema: schema, limits: limits)
  }

  /// Reads the context of an action from the UTF-8 of its JSON.
  /// - Throws: as for a string.
  public static func parse(
    contextJSON json: [UInt8], of action: EntityUID, schema: Schema,
    limits: EntityLimits = .standard
  ) throws(DataErrors) -> Record {
    let document = try DataReader.document(json, limits: limits)
    var reader = DataReader(limits: limits)
    let conformance = Conformance(schema: schema)
    var context: Record?
    if let declaration = schema.actions[action] {
      context = reader.context(document.root, as: declaration.context)
      if let context {
        conformance.check(context, is: declaration.context, at: .root, &reader.errors)
      }
    } else {
      conformance.reportUnknown(action, at: .root, &reader.errors)
    }
    return try reader.errors.finish(context)
  }

  /// The record in the JSON of contexts, members sorted by the bytes of their names, with all
  /// escapes.
  /// - Throws: when a record has a member with the name of an escape, which JSON cannot say.
  public var contextJSON: String {
    get throws(DataError) {
      var writer = DataWriter()
      try writer.value(.record(self))
      return writer.text
    }
  }
}

extension DataReader {
  /// Reads a record that is a context; nil after an error.
  mutating func context(_ node: JSONNode, as type: RecordType?) -> Record? {
    guard node.kind == .object else {
      report("expected the context as an object, found \(node.kind.withArticle)")
      return nil
    }
    guard let value = value(node, as: type.map { .record($0) }) else { return nil }
    guard case .record(let record) = value else {
      report("expected the context as a record, found \(value.shown)")
      return nil
    }
    return record
  }
}
