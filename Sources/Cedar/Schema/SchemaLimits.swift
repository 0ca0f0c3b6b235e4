/// The bounds of what is accepted as a schema.
public struct SchemaLimits: Sendable {
  /// The size of one source in bytes; never more than 1 GiB.
  public var sourceBytes = 32 * 1024 * 1024
  /// How many entity types, actions and common types are declared, all sources together.
  public var declarations = 100_000
  /// How deep sets and records may nest, common types put in where they are named.
  public var nesting = 64
  /// How many types, members and elements all declarations have, common types put in where they
  /// are named. Common types that double each other make a schema exponentially large.
  public var expandedTypes = 4_000_000
  /// How many steps up the hierarchies are taken to find all ancestors of all entity types and
  /// actions.
  public var ancestorSteps = 4_000_000
  /// How many errors are collected before parsing stops.
  public var reportedErrors = 20

  /// The bounds used unless others are given.
  public static let standard = SchemaLimits()

  /// Makes the standard bounds.
  public init() {}
}
