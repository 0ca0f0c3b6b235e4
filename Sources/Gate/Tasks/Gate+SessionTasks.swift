import Catalog
import JSON
import Ledger
import MCP

/// Calls that clients of 2025-11-25 make as tasks.
extension Gate {
  /// Why a call that asks to be a task cannot be one; nil when it can, or when nothing offered it,
  /// so that the wish is passed over (MCP 2025-11-25, basic/utilities/tasks).
  @inline(never)
  func refuseAsTask(_ call: Call, _ tool: Tool) async -> JSONRPCError? {
    guard call.through == nil, call.request.client.version.hasSessionTasks,
      call.view.capabilities.tasks != nil, !call.isTask(of: tool)
    else { return nil }
    let isObject = call.request.params?[member: "task"]?.kind == .object
    let code = isObject ? JSONRPCError.Code.methodNotFound : JSONRPCError.Code.invalidParams
    let message =
      isObject
      ? "\(call.view.id(of: tool)) cannot be called as a task" : "params.task must be an object"
    await refuse(call, .malformed, code: code, message, tool: tool)
    return JSONRPCError(code: code, message: message)
  }

  /// The answer to a call that was made as a task: the task, under a sealed id. A server that
  /// answers with the tool's result instead has no task to tell of.
  @inline(never)
  func begin(sessionTask result: JSONNode, _ call: Call, _ tool: Tool) -> Exchange {
    guard let task = result[member: "task"], task.kind == .object else { return .result(result) }
    guard let inner = task[member: "taskId"]?.string,
      inner.utf8.count <= SealedTask.innerBytesMax
    else { return .failed(.protocolViolation(reason: "its task has no id that can be used")) }
    let sealed = SealedTask(
      server: tool.server, inner: inner, principal: call.caller.key, tool: tool.upstreamName)
    guard let id = try? sealed.id(sealedBy: seal, at: Self.now, in: .session) else {
      return .failed(.protocolViolation(reason: "its task cannot be given an id"))
    }
    return .task(result, answer: SessionTaskState.created(result, id: id))
  }
}

extension Call {
  /// Whether it is to go on as a task of 2025-11-25: its client asks for that, and tool and server
  /// can do it.
  func isTask(of tool: Tool) -> Bool {
    guard let task = request.params?[member: "task"], task.kind == .object else { return false }
    return through == nil && request.client.version.hasSessionTasks && tool.canBeTask
      && tool.mayHaveSessionTasks
  }
}

extension Tool {
  /// Whether its server has tasks of 2025-11-25; while it is not connected, whether it may.
  var mayHaveSessionTasks: Bool {
    upstream.status.peer.map { $0.capabilities.tasks != nil } ?? true
  }
}
