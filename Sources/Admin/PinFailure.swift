/// Why a decision about items was not kept; what was in force stays.
public struct PinFailure: Error, Sendable {
  /// What went wrong.
  public let reason: String
  /// A failure with its reason.
  public init(reason: String) { self.reason = reason }
}
