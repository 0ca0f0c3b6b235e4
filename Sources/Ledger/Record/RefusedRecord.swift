/// A request that was refused before a policy could decide about it.
public struct RefusedRecord: Sendable, Equatable {
  /// What is known of who asked for what; often little.
  public var call: LedgerCall
  /// What was wrong with it.
  public var refusal: Refusal
  /// The address or process the request came from.
  public var peer: String?
  /// The HTTP status or JSON-RPC error code it was answered with.
  public var code: Int?
  /// The same for a person.
  public var reason: String?

  /// Why requests are refused.
  public enum Refusal: String, Sendable, CaseIterable {
    /// No identity, or none that holds.
    case authentication
    /// The `Origin` or `Host` is not allowed.
    case origin
    /// It is no JSON, no JSON-RPC or no MCP.
    case malformed
    case unknownProfile = "unknown_profile"
    case unknownMethod = "unknown_method"
    case unknownTool = "unknown_tool"
    case unknownPrompt = "unknown_prompt"
    case unknownResource = "unknown_resource"
    case unknownSession = "unknown_session"
    /// Nobody has approved the tool or prompt.
    case quarantined
    /// The tool is another than the one that the caller was listed, or may be.
    case definitionChanged = "definition_changed"
    /// The arguments do not fit the tool's schema.
    case invalidArguments = "invalid_arguments"
    /// The `requestState` or the task's id is not this gateway's, or not for this request.
    case invalidState = "invalid_state"
    /// The client gave an error where the server asked for an answer.
    case unanswered
    /// An approval is over, for another call, or not this person's to answer.
    case approval
    case tooLarge = "too_large"
    /// A limit of rate or concurrency.
    case throttled
    /// A person stopped it, or its caller.
    case stopped
    /// The gate or the upstream is not able to serve it.
    case unavailable
  }

  /// A refusal.
  public init(
    call: LedgerCall = LedgerCall(), refusal: Refusal, peer: String? = nil, code: Int? = nil,
    reason: String? = nil
  ) {
    self.call = call
    self.refusal = refusal
    self.peer = peer
    self.code = code
    self.reason = reason
  }

  func encode(time: Int64, into writer: inout RecordWriter) {
    let name = LedgerLimits.nameBytesMax
    writer.beginObject()
    writer.member("call", call.id, limit: name)
    writer.member("claims", call.claims)
    if let client = call.client {
      writer.name("client")
      client.encode(into: &writer)
    }
    writer.member("code", code.map { Int64($0) })
    writer.member("continues", call.continues, limit: name)
    writer.member("effect", call.effect, limit: name)
    writer.member("era", call.era, limit: name)
    writer.member("kind", LedgerRecord.Kind.refused.rawValue, limit: name)
    writer.member("method", call.method, limit: name)
    writer.member("parent", call.parent, limit: name)
    writer.member("peer", peer, limit: name)
    if let principal = call.principal {
      writer.name("principal")
      principal.encode(into: &writer)
    }
    writer.member("profile", call.profile, limit: name)
    writer.member("prompt", call.prompt, limit: name)
    writer.member("reason", reason, limit: LedgerLimits.textBytesMax)
    writer.member("refusal", refusal.rawValue, limit: name)
    if let resource = call.resource {
      writer.name("resource")
      resource.encode(into: &writer)
    }
    writer.member("server", call.server, limit: name)
    writer.member("session", call.session, limit: name)
    writer.member("span", call.span, limit: name)
    writer.member("through", call.through, limit: name)
    writer.member("time", time)
    writer.member("tool", call.tool, limit: name)
    writer.member("tool_digest", call.toolDigest, limit: name)
    writer.member("traceparent", call.traceparent, limit: name)
    writer.member("transport", call.transport, limit: name)
    writer.endObject()
  }
}
