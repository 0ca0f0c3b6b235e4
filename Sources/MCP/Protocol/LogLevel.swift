/// The severities of MCP log messages, least severe first (RFC 5424; MCP 2025-11-25,
/// server/utilities/logging).
public enum LogLevel: String, Sendable, Hashable, CaseIterable, Comparable {
  case debug, info, notice, warning, error, critical, alert, emergency

  /// Less severe is less.
  public static func < (left: LogLevel, right: LogLevel) -> Bool {
    left.severity < right.severity
  }

  private var severity: Int {
    switch self {
    case .debug: 0
    case .info: 1
    case .notice: 2
    case .warning: 3
    case .error: 4
    case .critical: 5
    case .alert: 6
    case .emergency: 7
    }
  }
}
