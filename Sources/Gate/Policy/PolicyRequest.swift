public import Cedar
public import Identity
public import JSON
public import Ledger

/// A request as policies see it, described in the words of a call.
public struct PolicyRequest: Sendable {
  /// Who asks.
  public var principal: Principal
  /// What is asked.
  public var action: Action
  /// What it is about.
  public var subject: PolicySubject
  /// The name and version that the client gave.
  public var client: LedgerClient?
  /// How the request came in: `http`, `stdio` or `admin`.
  public var transport: String
  /// The gateway's environment.
  public var environment: String?
  /// How the person the agent acts for authenticated.
  public var authentication: LedgerAuthentication?
  /// The IP address the request came from.
  public var origin: String?
  /// People's word on a call.
  public var approval: LedgerApproval?
  /// What is left of the quotas that cover a call.
  public var quota: LedgerQuota?

  /// What can be asked.
  public enum Action: Sendable {
    /// To call a tool with these arguments, a JSON object.
    case call(arguments: JSONNode)
    /// To see a tool, a prompt or a resource in a list.
    case list
    /// To read a resource.
    case readResource
    /// To be told when a resource changes.
    case subscribe
    /// To get a prompt.
    case getPrompt
    /// To complete an argument of a prompt or of a resource template.
    case complete

    /// The actions on a prompt by their names in policies; the first is what a request does.
    public static let onPrompts: KeyValuePairs<String, Action> = [
      "getPrompt": .getPrompt, "complete": .complete, "list": .list,
    ]
    /// The actions on a resource, likewise.
    public static let onResources: KeyValuePairs<String, Action> = [
      "readResource": .readResource, "subscribe": .subscribe, "complete": .complete,
      "list": .list,
    ]
  }

  /// A request.
  public init(
    principal: Principal, action: Action, subject: PolicySubject, client: LedgerClient? = nil,
    transport: String = "http", environment: String? = nil,
    authentication: LedgerAuthentication? = nil, origin: String? = nil,
    approval: LedgerApproval? = nil, quota: LedgerQuota? = nil
  ) {
    self.principal = principal
    self.action = action
    self.subject = subject
    self.client = client
    self.transport = transport
    self.environment = environment
    self.authentication = authentication
    self.origin = origin
    self.approval = approval
    self.quota = quota
  }

  /// The request to Cedar.
  public var request: Request {
    var context = PolicyContext(
      environment: environment.map { .string($0) },
      client: PolicyContext.Client(
        transport: transport, name: client?.name, version: client?.version),
      authentication: authentication, origin: origin.flatMap { IPAddress($0) },
      scopes: principal.statedScopes, approval: approval, quota: quota)
    let action: EntityUID
    switch self.action {
    case .call(let arguments):
      context.input = CedarValue.record(arguments)
      action = EntityUID(type: PolicyVocabulary.action, id: subject.publicID)
    case .list: action = PolicyVocabulary.list
    case .readResource: action = PolicyVocabulary.readResource
    case .subscribe: action = PolicyVocabulary.subscribe
    case .getPrompt: action = PolicyVocabulary.getPrompt
    case .complete: action = PolicyVocabulary.complete
    }
    return Request(
      principal: CallerEntities(principal).agent, action: action,
      resource: subject.uid, context: context.record)
  }

  /// The entities with the principal and the subject over them.
  func over(_ entities: Entities) throws(EntityError) -> Entities {
    try entities.adding(CallerEntities(principal).all + subject.entities)
  }

  /// What the gate would answer.
  /// - Parameter entities: tools, servers and actions; principal and subject are laid over them.
  /// - Throws: when the principal cannot be among the entities.
  public func decide(
    with policies: Policies, entities: Entities
  ) throws(EntityError) -> PolicyVerdict {
    let response = Authorizer.isAuthorized(
      request, policies: policies.set,
      entities: try over(entities))
    return PolicyVerdict(PolicyDecision(response, of: policies))
  }

  /// Why Cedar answers as it does, and what stands between the request and an allow. For people:
  /// it looks at every policy. The gate's own rules are in `decide`.
  /// - Throws: as `decide`.
  public func explain(
    with policies: Policies, entities: Entities
  ) throws(EntityError) -> Explanation {
    Authorizer.explain(
      request, policies: policies.set,
      entities: try over(entities))
  }
}

/// The gate's answer to a request and what it rests on.
public struct PolicyVerdict: Sendable, Equatable {
  /// Allow, deny or ask.
  public var decision: DecisionRecord.Decision
  /// The policies that determined it, by their ids.
  public var policies: [String]
  /// What would cure an ask.
  public var remedies: [String]
  /// Policies that could not be evaluated, and why.
  public var errors: [String]

  init(
    decision: DecisionRecord.Decision, policies: [String], remedies: [String], errors: [String]
  ) {
    self.decision = decision
    self.policies = policies
    self.remedies = remedies
    self.errors = errors
  }

  init(_ decision: PolicyDecision) {
    self.init(
      decision: decision.verdict.recorded, policies: decision.policies,
      remedies: decision.remedies.map(\.rawValue), errors: decision.errors)
  }
}
