import MCP

/// What clients ask about tasks: those of the extension of MCP 2026-07-28 (SEP-2663), and those of
/// 2025-11-25, which are another thing under the same names. There is no exact translation between
/// the two, so a task stays in the era that it was made in.
enum TaskMethod: String {
  case get = "tasks/get"
  /// The extension alone.
  case update = "tasks/update"
  /// 2025-11-25 alone: waits for the end of the task.
  case result = "tasks/result"
  case cancel = "tasks/cancel"

  /// Whether a client of a revision may ask so.
  func isKnown(in version: ProtocolVersion) -> Bool {
    switch self {
    case .get, .cancel: version.era == .stateless || version.hasSessionTasks
    case .update: version.era == .stateless
    case .result: version.hasSessionTasks
    }
  }

  /// Whether it changes something.
  var changes: Bool {
    switch self {
    case .get, .result: false
    case .update, .cancel: true
    }
  }

  /// Tells of a task's state.
  static func notification(in era: Era) -> String {
    era == .stateless ? "notifications/tasks" : "notifications/tasks/status"
  }

  /// `data` of the error for a client that did not declare it (MCP 2026-07-28, -32021).
  static let requiredCapabilities = Array(
    #"{"requiredCapabilities":{"extensions":{"\#(ProtocolExtension.tasks)":{}}}}"#.utf8)
}
