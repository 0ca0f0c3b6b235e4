/// How a process ended.
public enum ExitStatus: Sendable, Hashable, CustomStringConvertible {
  /// It exited with this code (0…255).
  case exited(Int32)
  /// This signal ended it.
  case signaled(Int32)

  /// For a person: «exited with code 1», «ended by signal 9».
  public var description: String {
    switch self {
    case .exited(let code): "exited with code \(code)"
    case .signaled(let signal): "ended by signal \(signal)"
    }
  }
}
