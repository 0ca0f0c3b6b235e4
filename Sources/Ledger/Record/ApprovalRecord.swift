/// A person's word on one call, from the request for it to its use.
public struct ApprovalRecord: Sendable, Equatable {
  /// The approval's identifier.
  public var approval: String
  /// What happened to it.
  public var event: Event
  /// The call it is bound to, and who asked.
  public var call: LedgerCall
  /// The digest of the canonical arguments it is bound to, salted; the same for all its events.
  public var argumentsDigest: String?
  /// The digest of the policy set it is bound to.
  public var policyVersion: String?
  /// The person who answered.
  public var approver: String?
  /// How the person who answered had signed in.
  public var authentication: LedgerAuthentication?
  /// Microseconds since it was requested.
  public var waited: Int64?
  /// Microseconds since 1970-01-01 UTC.
  public var expires: Int64?
  /// Why, in the person's words.
  public var reason: String?

  /// The life of an approval.
  public enum Event: String, Sendable, CaseIterable {
    case requested, approved, denied, expired, used, revoked
    /// The person the agent acts for signed in anew and said yes.
    case confirmed
  }

  /// An event of an approval.
  public init(
    approval: String, event: Event, call: LedgerCall, argumentsDigest: String? = nil,
    policyVersion: String? = nil, approver: String? = nil,
    authentication: LedgerAuthentication? = nil, waited: Int64? = nil, expires: Int64? = nil,
    reason: String? = nil
  ) {
    self.approval = approval
    self.event = event
    self.call = call
    self.argumentsDigest = argumentsDigest
    self.policyVersion = policyVersion
    self.approver = approver
    self.authentication = authentication
    self.waited = waited
    self.expires = expires
    self.reason = reason
  }

  func encode(time: Int64, into writer: inout RecordWriter) {
    let name = LedgerLimits.nameBytesMax
    writer.beginObject()
    writer.member("approval", approval, limit: name)
    writer.member("approver", approver, limit: name)
    writer.member("arguments_digest", argumentsDigest, limit: name)
    if let authentication {
      writer.name("authentication")
      authentication.encode(into: &writer)
    }
    writer.member("call", call.id, limit: name)
    writer.member("effect", call.effect, limit: name)
    writer.member("event", event.rawValue, limit: name)
    writer.member("expires", expires)
    writer.member("kind", LedgerRecord.Kind.approval.rawValue, limit: name)
    writer.member("policy_version", policyVersion, limit: name)
    if let principal = call.principal {
      writer.name("principal")
      principal.encode(into: &writer)
    }
    writer.member("reason", reason, limit: LedgerLimits.textBytesMax)
    writer.member("server", call.server, limit: name)
    writer.member("session", call.session, limit: name)
    writer.member("time", time)
    writer.member("tool", call.tool, limit: name)
    writer.member("tool_digest", call.toolDigest, limit: name)
    writer.member("traceparent", call.traceparent, limit: name)
    writer.member("waited_us", waited)
    writer.endObject()
  }
}
