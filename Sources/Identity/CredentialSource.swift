/// What vouches for credentials for a time, and may take that back.
public protocol CredentialSource: Sendable {
  /// Changes when what was taken may not be any more.
  var epoch: UInt64 { get }

  /// Whether a time in seconds since the epoch has come.
  func isPast(_ time: Int64) -> Bool
}
