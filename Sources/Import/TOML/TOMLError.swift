/// Why a text is no TOML that we read, and where.
public struct TOMLError: Error, Sendable, Equatable, CustomStringConvertible {
  /// From 1.
  public var line: Int
  /// What is wrong. Never holds a value of the text.
  public var message: String

  /// `line N: message`.
  public var description: String { "line \(line): \(message)" }
}
