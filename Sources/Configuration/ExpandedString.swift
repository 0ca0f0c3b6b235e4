/// Text of the configuration in which `${VAR}` may have been replaced.
///
/// What came out of the environment may be a secret, so this prints as it was written; `reveal()`
/// is the text to use.
public struct ExpandedString: Sendable, Equatable, CustomStringConvertible,
  CustomDebugStringConvertible, CustomReflectable
{
  /// As written in the file, variables unexpanded. Safe to show as far as the file itself is.
  public let source: String
  private let value: SecretString

  /// Keeps `value` beside the `source` it was expanded from.
  public init(source: String, value: String) {
    self.source = source
    self.value = Secret(value)
  }

  /// Text without variables.
  public init(_ text: String) {
    self.init(source: text, value: text)
  }

  /// The text with its variables replaced.
  public func reveal() -> String { value.reveal() }

  /// The text as written.
  public var description: String { source }

  /// The text as written.
  public var debugDescription: String { source }

  /// Shows the text as written only.
  public var customMirror: Mirror { Mirror(self, children: ["source": source]) }
}
