/// What one text may cost. A text beyond a limit is refused while it is read.
public struct JSONLimits: Sendable, Equatable {
  /// The longest text, in bytes.
  public var bytes: Int
  /// The deepest nesting of objects and arrays; a scalar at the root has depth 0.
  public var depth: Int
  /// The most nodes: one for each value and one for each member name. A node takes 16 bytes.
  public var nodes: Int
  /// Whether `\uD800` and its like may stand alone. They read as U+FFFD, and stay as they came in
  /// the raw bytes. RFC 8259 section 8.2 permits them and calls their effect unpredictable; the
  /// standard limits refuse them.
  public var allowsLoneSurrogates: Bool

  /// 16 MiB, depth 128, a million nodes, no lone surrogates.
  public static let standard = JSONLimits()

  /// The highest values that the node table can hold.
  public static let ceiling = JSONLimits(bytes: 1 << 31, depth: 512, nodes: (1 << 26) - 1)

  /// Limits; values above `ceiling` count as the ceiling.
  public init(
    bytes: Int = 16 << 20, depth: Int = 128, nodes: Int = 1_000_000,
    allowsLoneSurrogates: Bool = false
  ) {
    self.bytes = min(bytes, 1 << 31)
    self.depth = min(depth, 512)
    self.nodes = min(nodes, (1 << 26) - 1)
    self.allowsLoneSurrogates = allowsLoneSurrogates
  }
}
