/// The bounds of what is accepted as policies.
public struct PolicyLimits: Sendable {
  /// The size of one source in bytes; never more than 1 GiB.
  public var sourceBytes = 32 * 1024 * 1024
  /// The number of policies in one set.
  public var policies = 100_000
  /// How deep parentheses, brackets, braces and conditionals may nest in an expression.
  public var nesting = 128
  /// The height of an expression's tree, which chains such as `a.b.c` and `1 + 2 + 3` also make
  /// higher; `&&` and `||` do not. It bounds the evaluator's stack.
  public var expressionHeight = 256
  /// How many errors are collected before parsing stops.
  public var reportedErrors = 20

  /// Offsets are kept in 32 bits.
  static let largestSource = 1 << 30

  /// The bounds used unless others are given.
  public static let standard = PolicyLimits()

  /// Makes the standard bounds.
  public init() {}
}
