internal import JSON

extension Entities {
  /// Reads entities from Cedar's JSON format: an array of
  /// `{"uid": …, "attrs": {…}, "parents": […], "tags": {…}}`, in any order; `tags` may be left out.
  ///
  /// Without a schema, entities within attributes are written `{"__entity": {"type": …, "id": …}}`
  /// and values of extensions `{"__extn": {"fn": …, "arg": …}}`. With a schema, these escapes may
  /// be left out where its types say what is meant, the entities must conform to the schema, and
  /// its actions are added. An entity that is described twice in the same way counts once; unknown
  /// members beside `uid` and the others are passed over.
  /// - Throws: everything that is wrong, with its place: no valid JSON, what has no meaning in
  ///   Cedar (`null`, fractions, integers beyond 64 bits), what does not conform to the schema, an
  ///   entity that is its own ancestor, a limit that is passed.
  public static func parse(
    json: String, schema: Schema? = nil, limits: EntityLimits = .standard
  ) throws(DataErrors) -> Entities {
    try parse(json: Array(json.utf8), schema: schema, limits: limits)
  }

  /// Reads entities from the UTF-8 of Cedar's JSON format.
  /// - Throws: as for a string.
  public static func parse(
    json: [UInt8], schema: Schema? = nil, limits: EntityLimits = .standard
  ) throws(DataErrors) -> Entities {
    let document = try DataReader.document(json, limits: limits)
    var reader = EntityReader(schema: schema, limits: limits)
    reader.read(document.root)
    var errors = reader.reader.errors
    // What could not be read is missing, so its absence would be reported as well.
    try errors.check()
    let described = reader.items.map(\.entity)
    let entities = try Entities.resolve(reader.items, limits: limits)
    guard let schema else { return entities }
    let validator = EntityValidator(schema: schema)
    for item in reader.items {
      guard !errors.isFull else { break }
      validator.check(item.entity, in: entities, at: .root.element(item.index), &errors)
    }
    try errors.check()
    let actions = schema.actionEntities.filter { entities.find($0.uid) == nil }
    guard !actions.isEmpty else { return entities }
    return try Entities.resolve(
      reader.items
        + actions.enumerated().map { .init(entity: $1, index: described.count + $0) },
      limits: limits)
  }

  private static func resolve(
    _ items: [EntityReader.Item], limits: EntityLimits
  ) throws(DataErrors) -> Entities {
    do throws(EntityError) {
      return try Entities(items.lazy.map(\.entity), ancestorSteps: limits.ancestorSteps)
    } catch {
      let culprit: EntityUID? =
        switch error {
        case .duplicate(let uid), .alreadyAncestor(let uid): uid
        case .cycle(let way): way.first
        case .tooManyAncestors: nil
        }
      let index = items.first { $0.entity.uid == culprit }?.index
      throw DataErrors(
        errors: [
          DataError(
            pointer: index.map { "/\($0)/parents" } ?? "", message: error.description, help: nil)
        ], isComplete: false)
    }
  }

  /// The entities in Cedar's JSON format, in the order in which they were described, members of
  /// records sorted by the bytes of their names, with all escapes. Reading it, with or without the
  /// schema, gives these entities again.
  public var json: String {
    get throws(DataError) {
      var writer = DataWriter()
      try writer.entities(described)
      return writer.text
    }
  }
}
