/// An order that something does not go on, until a person lifts it.
public final class Stop: Sendable {
  /// `stop-` and 12 hexadecimal digits.
  public let id: String
  /// Of what.
  public let target: StopTarget
  /// Why, in the words of who gave it.
  public let reason: String
  /// Who gave it.
  public let actor: String
  /// When, in seconds since the epoch.
  public let at: Int64

  /// A stop.
  public init(id: String, target: StopTarget, reason: String, actor: String, at: Int64) {
    self.id = id
    self.target = target
    self.reason = reason
    self.actor = actor
    self.at = at
  }

  /// The longest reason.
  public static let reasonBytesMax = 1_000
}
