/// The JSON form of a policy or a set is longer than was allowed. Most often that is what it looks
/// like; but `e has a.b.c`, which JSON writes as three tests that repeat `e`, can nest.
public struct PolicyJSONSizeError: Error, Sendable, Equatable, CustomStringConvertible {
  /// How many bytes were allowed.
  public let limit: Int

  /// The error as a sentence.
  public var description: String { "the JSON form is longer than the limit of \(limit) bytes" }
}
