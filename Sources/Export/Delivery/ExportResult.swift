/// How an export ended.
public struct ExportResult: Sendable, Equatable {
  /// Why it ended.
  public enum Ending: Sendable, Equatable {
    /// Everything there was is delivered.
    case finished
    /// Someone stopped it; what was delivered is.
    case interrupted
    /// Something is wrong.
    case failed(String)
  }

  /// Why it ended.
  public var ending: Ending
  /// What was delivered.
  public var progress: Delivery.Progress

  /// A result of its parts; nothing was delivered unless given.
  public init(ending: Ending, progress: Delivery.Progress = Delivery.Progress()) {
    self.ending = ending
    self.progress = progress
  }
}
