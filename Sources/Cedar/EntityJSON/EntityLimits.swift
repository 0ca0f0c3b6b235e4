internal import JSON

/// The bounds of what is accepted as JSON of entities, contexts and requests.
public struct EntityLimits: Sendable {
  /// The length of the JSON; never more than 2 GiB.
  public var bytes = 64 * 1024 * 1024
  /// How deep objects and arrays may nest, counted from the root; never more than 512. It bounds
  /// the stack of what reads, checks and writes the values.
  public var nesting = 128
  /// The number of values and member names in the JSON.
  public var nodes = 10_000_000
  /// The number of entities, those that the schema adds not counted.
  public var entities = 1_000_000
  /// How many steps are taken to find the ancestors of all entities: one for each ancestor that
  /// an entity has from each of its parents.
  public var ancestorSteps = 20_000_000
  /// How many errors are collected before reading stops.
  public var reportedErrors = 20

  /// The bounds used unless others are given.
  public static let standard = EntityLimits()

  /// Makes the standard bounds.
  public init() {}

  var json: JSONLimits { JSONLimits(bytes: bytes, depth: nesting, nodes: nodes) }
}
