/// What the gate decided about a call, and why.
public struct DecisionRecord: Sendable, Equatable {
  /// Who asked for what.
  public var call: LedgerCall
  /// What with.
  public var arguments: LedgerPayload?
  /// The environment that policies were told of.
  public var environment: String?
  /// The decision.
  public var decision: Decision
  /// The policies that determined it, by their ids.
  public var policies: [String]
  /// The annotations of those that have any.
  public var annotations: [LedgerAnnotations]
  /// What would cure an ask.
  public var remedies: [String]
  /// What policies were told of people's word on the call.
  public var approval: LedgerApproval?
  /// What policies were told of quotas, where some policy asks.
  public var quota: LedgerQuota?
  /// Policies that could not be evaluated, and why.
  public var policyErrors: [String]
  /// The digest of the policy set that decided: see ``PoliciesRecord``.
  public var policyVersion: String?
  /// The digest of the entities that it could ask about: see ``EntitiesRecord``.
  public var entitiesVersion: String?
  /// Why, for a person.
  public var reason: String?
  /// Of a list: how many items were shown, and which were held back.
  public var listing: Listing?
  /// Microseconds from the request to the decision.
  public var duration: Int64?

  /// What policy left of a list.
  public struct Listing: Sendable, Equatable {
    /// Items on the page.
    public var shown: Int
    /// Public names or URIs of those that were held back before its end. The first
    /// ``LedgerLimits/hiddenMax`` are recorded by name, all by their count.
    public var hidden: [String]

    /// What was shown and what not.
    public init(shown: Int, hidden: [String]) {
      self.shown = shown
      self.hidden = hidden
    }
  }

  /// Allow, deny, or ask: a deny that a remedy can cure.
  public enum Decision: String, Sendable, CaseIterable {
    case allow, deny, ask
  }

  /// A decision about a call.
  public init(
    call: LedgerCall, arguments: LedgerPayload? = nil, environment: String? = nil,
    decision: Decision, policies: [String] = [], annotations: [LedgerAnnotations] = [],
    remedies: [String] = [], approval: LedgerApproval? = nil, quota: LedgerQuota? = nil,
    policyErrors: [String] = [], policyVersion: String? = nil, entitiesVersion: String? = nil,
    reason: String? = nil, listing: Listing? = nil, duration: Int64? = nil
  ) {
    self.call = call
    self.arguments = arguments
    self.environment = environment
    self.decision = decision
    self.policies = policies
    self.annotations = annotations
    self.remedies = remedies
    self.approval = approval
    self.quota = quota
    self.policyErrors = policyErrors
    self.policyVersion = policyVersion
    self.entitiesVersion = entitiesVersion
    self.reason = reason
    self.listing = listing
    self.duration = duration
  }

  func encode(time: Int64, into writer: inout RecordWriter) {
    let name = LedgerLimits.nameBytesMax
    let text = LedgerLimits.textBytesMax
    var isTruncated = false
    writer.beginObject()
    writer.member("annotations", annotations)
    if let approval {
      writer.name("approved")
      let before = writer.cutCount
      approval.encode(into: &writer)
      isTruncated = isTruncated || writer.cutCount > before
    }
    writer.member("arguments", arguments, .arguments)
    if let authentication = call.authentication {
      writer.name("authentication")
      let before = writer.cutCount
      authentication.encode(into: &writer)
      isTruncated = writer.cutCount > before
    }
    writer.member("call", call.id, limit: name)
    writer.member("claims", call.claims)
    if let client = call.client {
      writer.name("client")
      let before = writer.cutCount
      client.encode(into: &writer)
      isTruncated = isTruncated || writer.cutCount > before
    }
    writer.member("continues", call.continues, limit: name)
    writer.member("decision", decision.rawValue, limit: name)
    writer.member("duration_us", duration)
    writer.member("effect", call.effect, limit: name)
    writer.member("entities_version", entitiesVersion, limit: name)
    if environment != nil {
      let before = writer.cutCount
      writer.member("environment", environment, limit: name)
      isTruncated = isTruncated || writer.cutCount > before
    }
    writer.member("era", call.era, limit: name)
    if let listing, !listing.hidden.isEmpty {
      writer.member(
        "hidden", Array(listing.hidden.prefix(LedgerLimits.hiddenMax)),
        countMax: LedgerLimits.hiddenMax, limit: name)
      writer.member("hidden_count", Int64(listing.hidden.count))
    }
    writer.member("kind", LedgerRecord.Kind.decision.rawValue, limit: name)
    writer.member("method", call.method, limit: name)
    writer.member("origin", call.origin, limit: name)
    writer.member("parent", call.parent, limit: name)
    writer.member("policies", policies, countMax: LedgerLimits.policiesMax, limit: name)
    writer.member(
      "policy_errors", policyErrors, countMax: LedgerLimits.policyErrorsMax, limit: text)
    writer.member("policy_version", policyVersion, limit: name)
    if let principal = call.principal {
      writer.name("principal")
      let before = writer.cutCount
      principal.encode(into: &writer)
      isTruncated = isTruncated || writer.cutCount > before
    }
    writer.member("profile", call.profile, limit: name)
    if call.prompt != nil {
      let before = writer.cutCount
      writer.member("prompt", call.prompt, limit: name)
      isTruncated = isTruncated || writer.cutCount > before
    }
    if let quota {
      writer.name("quota")
      quota.encode(into: &writer)
    }
    writer.member("reason", reason, limit: text)
    writer.member("remedies", remedies, countMax: LedgerLimits.remediesMax, limit: name)
    if let resource = call.resource {
      writer.name("resource")
      let before = writer.cutCount
      resource.encode(into: &writer)
      isTruncated = isTruncated || writer.cutCount > before
    }
    writer.member("server", call.server, limit: name)
    writer.member("session", call.session, limit: name)
    writer.member("shown", listing.map { Int64($0.shown) })
    writer.member("span", call.span, limit: name)
    writer.member("through", call.through, limit: name)
    writer.member("time", time)
    writer.member("tool", call.tool, limit: name)
    writer.member("tool_digest", call.toolDigest, limit: name)
    writer.member("traceparent", call.traceparent, limit: name)
    writer.member("transport", call.transport, limit: name)
    if isTruncated { writer.member("truncated", raw: Self.yes) }
    writer.endObject()
  }

  private static let yes = ArraySlice("true".utf8)
}
