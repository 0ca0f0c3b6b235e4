/// A value that must not be shown: it prints `***`, in every way Swift can print a value.
///
/// Comparison is for telling whether a reload changed something. It is not constant-time; whoever
/// checks a credential compares digests or uses a constant-time comparison.
public struct Secret<Value: Sendable>: Sendable, CustomStringConvertible,
  CustomDebugStringConvertible, CustomReflectable
{
  private let value: Value

  /// Wraps `value`.
  public init(_ value: Value) {
    self.value = value
  }

  /// The value itself. Every call of this is a place to review.
  public func reveal() -> Value { value }

  /// Always `***`.
  public var description: String { "***" }

  /// Always `***`.
  public var debugDescription: String { "***" }

  /// Has no children, so that `dump` shows nothing.
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension Secret: Equatable where Value: Equatable {}

/// Text that must not be shown: a token, a header value, an environment value.
public typealias SecretString = Secret<String>
