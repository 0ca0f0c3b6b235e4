import JSON

extension UpstreamRequest {
  /// Requests that may be answered with `input_required` (MCP 2026-07-28, basic/patterns/mrtr).
  var mayBeAsked: Bool {
    switch method {
    case "tools/call", "prompts/get", "resources/read": true
    default: false
    }
  }

  /// What a server of the session era can ask while it serves this request.
  var sessionCapabilities: ClientCapabilities {
    mayBeAsked ? capabilities.inSessions : .none
  }

  /// Requests that change nothing: they may be sent again when nobody knows what became of them.
  var isSafeToRepeat: Bool {
    switch method {
    case "tools/list", "prompts/list", "resources/list", "resources/templates/list",
      "resources/read", "prompts/get", "completion/complete":
      true
    default: false
    }
  }

  /// `requestState`, when it is text.
  var state: String? { outgoing("requestState")?.string }

  /// `inputResponses`, when it is an object.
  var responses: JSONNode? {
    outgoing("inputResponses").flatMap { $0.kind == .object ? $0 : nil }
  }

  /// A member of `params` as it leaves: what was edited wins.
  private func outgoing(_ member: String) -> JSONNode? {
    guard let edit = edits.first(where: { $0.member == member }) else {
      return params?[member: member]
    }
    guard let value = edit.value else { return nil }
    return try? JSONDocument(parsing: value, limits: .upstreamMessage(bytes: value.count)).root
  }
}

extension ClientCapabilities {
  /// Those that a server of the session era is told.
  var inSessions: ClientCapabilities {
    guard !extensions.isEmpty else { return self }
    var told = self
    told.extensions = [:]
    return told
  }
}
