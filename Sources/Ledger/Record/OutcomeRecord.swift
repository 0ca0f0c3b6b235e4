/// How a call that had been decided ended.
public struct OutcomeRecord: Sendable, Equatable {
  /// The call's identifier, as in its decision.
  public var call: String
  /// How it ended.
  public var status: Status
  /// The upstream, as in the decision; here too so that outcomes can be filtered by themselves.
  public var server: String?
  /// The tool, as in the decision.
  public var tool: String?
  /// The prompt, as in the decision.
  public var prompt: String?
  /// The URI of the resource, as in the decision.
  public var resource: String?
  /// Whether the answer was at hand: the upstream was not asked.
  public var isCached: Bool
  /// The result or error as the upstream sent it.
  public var result: LedgerPayload?
  /// Microseconds the upstream took.
  public var upstreamDuration: Int64?
  /// Microseconds from the request to the answer.
  public var duration: Int64?
  /// What went wrong, for a person.
  public var error: String?

  /// How a call can end.
  public enum Status: String, Sendable, CaseIterable {
    case ok
    /// The tool said `isError`.
    case toolError = "tool_error"
    /// The upstream answered with a JSON-RPC error.
    case protocolError = "protocol_error"
    /// The upstream could not be reached, or did not answer as MCP wants.
    case upstreamError = "upstream_error"
    case timeout
    case cancelled
    /// It was ended after it was sent: it may or may not have changed something.
    case unknown
    case denied
    /// The upstream asks the client something first; a further call brings the answers.
    case inputRequired = "input_required"
    /// The upstream goes on with it as a task.
    case task
  }

  /// The end of a call.
  public init(
    call: String, status: Status, server: String? = nil, tool: String? = nil,
    prompt: String? = nil, resource: String? = nil, isCached: Bool = false,
    result: LedgerPayload? = nil, upstreamDuration: Int64? = nil, duration: Int64? = nil,
    error: String? = nil
  ) {
    self.call = call
    self.status = status
    self.server = server
    self.tool = tool
    self.prompt = prompt
    self.resource = resource
    self.isCached = isCached
    self.result = result
    self.upstreamDuration = upstreamDuration
    self.duration = duration
    self.error = error
  }

  func encode(time: Int64, into writer: inout RecordWriter) {
    let name = LedgerLimits.nameBytesMax
    writer.beginObject()
    if isCached { writer.member("cached", raw: Self.yes) }
    writer.member("call", call, limit: name)
    writer.member("duration_us", duration)
    writer.member("error", error, limit: LedgerLimits.textBytesMax)
    writer.member("kind", LedgerRecord.Kind.outcome.rawValue, limit: name)
    writer.member("prompt", prompt, limit: name)
    writer.member("resource", resource, limit: LedgerLimits.uriBytesMax)
    writer.member("result", result, .result)
    writer.member("server", server, limit: name)
    writer.member("status", status.rawValue, limit: name)
    writer.member("time", time)
    writer.member("tool", tool, limit: name)
    writer.member("upstream_us", upstreamDuration)
    writer.endObject()
  }

  private static let yes = ArraySlice("true".utf8)
}
