/// What the gate decided about a call, and why.
public struct DecisionRecord: Sendable, Equatable {
  /// Who asked for what.
  public var call: LedgerCall
  /// What with.
  public var arguments: LedgerArguments?
  /// The decision.
  public var decision: Decision
  /// The policies that determined it, by their ids.
  public var policies: [String]
  /// Policies that could not be evaluated, and why.
  public var policyErrors: [String]
  /// The digest of the policy set that decided.
  public var policyVersion: String?
  /// Why, for a person.
  public var reason: String?
  /// Microseconds from the request to the decision.
  public var duration: Int64?

  /// Allow, deny, or ask: a deny that a remedy can cure.
  public enum Decision: String, Sendable, CaseIterable {
    case allow, deny, ask
  }

  /// A decision about a call.
  public init(
    call: LedgerCall, arguments: LedgerArguments? = nil, decision: Decision,
    policies: [String] = [], policyErrors: [String] = [], policyVersion: String? = nil,
    reason: String? = nil, duration: Int64? = nil
  ) {
    self.call = call
    self.arguments = arguments
    self.decision = decision
    self.policies = policies
    self.policyErrors = policyErrors
    self.policyVersion = policyVersion
    self.reason = reason
    self.duration = duration
  }

  func encode(time: Int64, into writer: inout RecordWriter) {
    let name = LedgerLimits.nameBytesMax
    let text = LedgerLimits.textBytesMax
    writer.beginObject()
    if let arguments {
      writer.member("arguments_bytes", Int64(arguments.bytes))
      writer.member(
        "arguments_preview", arguments.preview, limit: LedgerLimits.previewBytesMax)
      writer.member("arguments_sha256", arguments.sha256, limit: name)
    }
    writer.member("call", call.id, limit: name)
    if let client = call.client {
      writer.name("client")
      client.encode(into: &writer)
    }
    writer.member("decision", decision.rawValue, limit: name)
    writer.member("duration_us", duration)
    writer.member("effect", call.effect, limit: name)
    writer.member("era", call.era, limit: name)
    writer.member("kind", LedgerRecord.Kind.decision.rawValue, limit: name)
    writer.member("method", call.method, limit: name)
    writer.member("parent", call.parent, limit: name)
    writer.member("policies", policies, countMax: LedgerLimits.policiesMax, limit: name)
    writer.member(
      "policy_errors", policyErrors, countMax: LedgerLimits.policyErrorsMax, limit: text)
    writer.member("policy_version", policyVersion, limit: name)
    if let principal = call.principal {
      writer.name("principal")
      principal.encode(into: &writer)
    }
    writer.member("profile", call.profile, limit: name)
    writer.member("reason", reason, limit: text)
    writer.member("server", call.server, limit: name)
    writer.member("session", call.session, limit: name)
    writer.member("time", time)
    writer.member("tool", call.tool, limit: name)
    writer.member("traceparent", call.traceparent, limit: name)
    writer.member("transport", call.transport, limit: name)
    writer.endObject()
  }
}
