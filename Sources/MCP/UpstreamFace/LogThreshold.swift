import JSON

/// From which level on a session tells log messages. A session tells them to all its calls, so the
/// level only goes down while it stands (MCP 2025-11-25, server/utilities/logging).
struct LogThreshold: Sendable {
  private var level: LogLevel?

  /// Whether the server has to be told before a call that wants messages from `wanted` on.
  mutating func lower(to wanted: LogLevel?, of capabilities: ServerCapabilities) -> LogLevel? {
    guard let wanted, capabilities.logging, level.map({ wanted < $0 }) ?? true else { return nil }
    level = wanted
    return wanted
  }

  /// Whether a message is wanted by a call; one without a level that is known is.
  static func passes(_ params: JSONNode, _ wanted: LogLevel?) -> Bool {
    guard let wanted else { return false }
    guard let text = params[member: "level"]?.string, let level = LogLevel(rawValue: text) else {
      return true
    }
    return level >= wanted
  }
}
