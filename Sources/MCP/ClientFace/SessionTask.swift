import JSON

/// A call of a session that went on as a task (MCP 2025-11-25, basic/utilities/tasks).
enum SessionTask {
  /// The id of the task that an answer tells of; nil when it tells of none, or of one that is over.
  static func begun(by request: MCPRequest, _ response: MCPResponse) -> String? {
    guard request.method == "tools/call", request.client.version.hasSessionTasks,
      request.params?[member: "task"] != nil, let task = result(of: response)?[member: "task"],
      !isLast(task)
    else { return nil }
    return task[member: "taskId"]?.string
  }

  private static func result(of response: MCPResponse) -> JSONNode? {
    switch response {
    case .relayed(let result): result
    case .built(let text): try? JSONDocument(parsing: text).root
    case .relayedError, .failure, .challenge: nil
    }
  }

  /// The id of the task that is over with this notification.
  static func ended(by notification: ServerNotification) -> String? {
    guard case .task(let params) = notification,
      let state = try? JSONDocument(parsing: params).root, isLast(state)
    else { return nil }
    return state[member: "taskId"]?.string
  }

  private static func isLast(_ state: JSONNode) -> Bool {
    guard let status = state[member: "status"] else { return false }
    return status.equals("completed") || status.equals("failed") || status.equals("cancelled")
  }
}
