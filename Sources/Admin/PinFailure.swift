/// Why a decision about items is not in force; what was in force before is.
public struct PinFailure: Error, Sendable {
  /// What went wrong.
  public let reason: String
  /// The HTTP status that says so.
  public let status: Int
  /// A failure with its reason.
  public init(reason: String, status: Int = 500) {
    self.reason = reason
    self.status = status
  }
}
