import JSON

/// What a stateless result is (MCP 2026-07-28, `resultType`).
enum ResultKind {
  case complete, inputRequired
  /// A task has begun (extension `io.modelcontextprotocol/tasks`).
  case task
  /// Of an extension that is not relayed.
  case unknown

  /// What `resultType` says.
  init(_ type: JSONNode) {
    self =
      if type.equals("complete") {
        .complete
      } else if type.equals("input_required") {
        .inputRequired
      } else if type.equals("task") {
        .task
      } else {
        .unknown
      }
  }

  /// Why this client cannot be given such a result: it did not declare the extension.
  func refusal(to request: MCPRequest?) -> JSONRPCError? {
    switch self {
    case .complete, .inputRequired: return nil
    case .unknown: return .kindNotInRevision
    case .task:
      let extensions = request?.client.capabilities?[member: "extensions"]
      guard extensions?[member: "io.modelcontextprotocol/tasks"]?.kind != .object else {
        return nil
      }
      return JSONRPCError(
        code: JSONRPCError.Code.missingRequiredClientCapability,
        message: "the answer is a task: declare the extension io.modelcontextprotocol/tasks",
        data: Array(
          #"{"requiredCapabilities":{"extensions":{"io.modelcontextprotocol/tasks":{}}}}"#.utf8))
    }
  }
}

extension JSONRPCError {
  /// A result that the client's revision cannot express.
  static let kindNotInRevision = JSONRPCError(
    code: Code.internalError,
    message: "the answer is of a kind that this protocol version does not have")
}
