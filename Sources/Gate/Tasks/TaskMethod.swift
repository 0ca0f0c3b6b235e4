import MCP

/// The tasks extension of MCP 2026-07-28 (SEP-2663).
///
/// The tasks of 2025-11-25 are another thing under the same name, experimental there, without a
/// translation into these: they are neither offered to clients nor asked of upstreams.
enum TaskMethod: String {
  case get = "tasks/get"
  case update = "tasks/update"
  case cancel = "tasks/cancel"

  /// Tells of a task's state.
  static let notification = "notifications/tasks"

  /// `data` of the error for a client that did not declare it (MCP 2026-07-28, -32021).
  static let requiredCapabilities = Array(
    #"{"requiredCapabilities":{"extensions":{"\#(ProtocolExtension.tasks)":{}}}}"#.utf8)
}
