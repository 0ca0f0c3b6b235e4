import Catalog
import Cedar
import JSON
import Ledger
import MCP

/// The stage that asks Cedar. Made once for each snapshot; immutable.
final class PolicyDecider: Sendable {
  let policies: Policies
  /// The digest of what policies can ask about, the caller not among it.
  let entitiesVersion: String
  /// What policies can ask about, the caller not among it.
  let entities: Entities
  /// With each its tool, so that no other can come to have its address.
  private let targets: [ObjectIdentifier: Target]
  let environment: Value?
  private let readsInput: Bool
  /// The arguments that policies read; nil when they read the input as a whole.
  private let inputNames: [AttributeName]?
  /// Whether some policy asks what the client says of itself.
  let readsClient: Bool
  /// Whether some policy asks how the person authenticated; what it answers changes with time.
  let readsAuthentication: Bool
  /// Whether some policy asks where requests come from.
  let readsOrigin: Bool
  private let readsScopes: Bool
  private let readsApproval: Bool
  /// Whether some policy asks what is left of quotas.
  let readsQuota: Bool

  /// What a request for a tool is about.
  private struct Target {
    let tool: Tool
    let action: EntityUID
    let resource: EntityUID
    let place: Int
  }

  init(
    policies: Policies, catalog: CatalogSnapshot, environment: String?
  ) throws(EntityError) {
    self.policies = policies
    let described = PolicyVocabulary.entities(of: catalog)
    entities = try Entities(described)
    entitiesVersion = RecordedEntities.version(of: RecordedEntities.encode(described))
    targets = Dictionary(
      uniqueKeysWithValues: catalog.tools.enumerated().map { place, tool in
        (
          ObjectIdentifier(tool),
          Target(
            tool: tool, action: EntityUID(type: PolicyVocabulary.action, id: tool.name),
            resource: EntityUID(type: PolicyVocabulary.tool, id: tool.name), place: place)
        )
      })
    self.environment = environment.map { .string($0) }
    let input = policies.set.contextUse[PolicyContext.inputName]
    readsInput = input != nil
    inputNames = input?.names.map(Array.init)
    func reads(_ name: AttributeName) -> Bool { policies.set.contextUse[name] != nil }
    readsClient = reads(PolicyContext.clientName)
    readsAuthentication = reads(PolicyContext.authenticationName)
    readsOrigin = reads(PolicyContext.originName)
    readsScopes = reads(PolicyContext.scopesName)
    readsApproval = reads(PolicyContext.approvalName)
    readsQuota = reads(PolicyContext.quotaName)
  }

  /// The snapshot's entities with the caller's over them.
  func entities(for caller: Caller) -> Entities? {
    try? entities.adding(caller.entities.all)
  }

  /// How many tools it knows.
  var toolCount: Int { targets.count }

  /// The tool's place among them; nil for one that is not of its catalog.
  func place(of tool: Tool) -> Int? { targets[ObjectIdentifier(tool)]?.place }

  /// May this caller call the tool with any arguments at all?
  func mayCall(_ tool: Tool, caller: Caller, entities: Entities) -> Bool {
    guard let target = targets[ObjectIdentifier(tool)] else { return false }
    return mayBeAllowed(
      target.action, on: target.resource, input: Record(), open: [], caller: caller,
      entities: entities, orCured: true)
  }

  /// May this caller call the tool with these arguments?
  /// - Parameters:
  ///   - authentication: as it is on record.
  ///   - approval: people's word on the call, as it is on record.
  ///   - quota: what is left of quotas, as it is on record.
  func decideCall(
    _ tool: Tool, arguments: JSONNode, caller: Caller, entities: Entities,
    client: ClientDescription, authentication: LedgerAuthentication?,
    approval: LedgerApproval? = nil, quota: LedgerQuota? = nil
  ) -> PolicyDecision {
    guard let target = targets[ObjectIdentifier(tool)] else { return PolicyDecision.unknown }
    var input: Record?
    if readsInput {
      input =
        inputNames.map { CedarValue.record(arguments, reading: $0) } ?? CedarValue.record(arguments)
    }
    return decide(
      caller: caller, action: target.action, resource: target.resource, input: input,
      entities: entities, client: client, authentication: authentication, approval: approval,
      quota: quota)
  }

  /// May this caller see the tool in a list?
  func decideList(
    _ tool: Tool, caller: Caller, entities: Entities, client: ClientDescription
  ) -> PolicyDecision {
    guard let target = targets[ObjectIdentifier(tool)] else { return PolicyDecision.unknown }
    return decide(
      caller: caller, action: PolicyVocabulary.list, resource: target.resource, input: nil,
      entities: entities, client: client, authentication: caller.authentication)
  }

  /// May this caller see the item in a list?
  func decideList(
    _ item: some CatalogItem, caller: Caller, entities: Entities, client: ClientDescription
  ) -> PolicyDecision {
    let subject: PolicySubject
    switch item {
    case let tool as Tool:
      return decideList(tool, caller: caller, entities: entities, client: client)
    case let prompt as Prompt: subject = PolicySubject(prompt)
    case let resource as Resource: subject = PolicySubject(resource)
    case let template as ResourceTemplate: subject = PolicySubject(template.resource)
    default: return .unknown
    }
    return decide(
      PolicyVocabulary.list, on: subject, caller: caller, entities: entities, client: client,
      authentication: caller.authentication)
  }

  /// Whether this caller may see the item in a list, with some client.
  func mayBeListed(_ subject: PolicySubject, caller: Caller, entities: Entities) -> Bool {
    guard let entities = try? entities.adding(subject.entities) else { return false }
    var context = PartialRecord(PolicyContext(environment: environment).record)
    context.setUnknown([PolicyContext.clientName], mayBeAbsent: false)
    context.forgetCircumstances()
    let response = Authorizer.isAuthorizedPartially(
      PartialRequest(
        principal: .known(caller.entities.agent), action: .known(PolicyVocabulary.list),
        resource: .known(subject.uid), context: context),
      policies: policies.set, entities: entities)
    return response.decision != .deny && !response.hasErringForbid
  }

  /// May this caller do that with a prompt or a resource?
  /// - Parameter authentication: as it is on record.
  func decide(
    _ action: EntityUID, on subject: PolicySubject, caller: Caller, entities: Entities,
    client: ClientDescription, authentication: LedgerAuthentication?
  ) -> PolicyDecision {
    guard let entities = try? entities.adding(subject.entities) else { return .unknown }
    return decide(
      caller: caller, action: action, resource: subject.uid, input: nil, entities: entities,
      client: client, authentication: authentication)
  }

  /// The context has no more than what some policy reads; the answers are the same.
  /// - Parameter authentication: as it is on record; of a decision that is not made again, of now.
  func decide(
    caller: Caller, action: EntityUID, resource: EntityUID, input: Record?, entities: Entities,
    client: ClientDescription, authentication: LedgerAuthentication?,
    approval: LedgerApproval? = nil, quota: LedgerQuota? = nil
  ) -> PolicyDecision {
    PolicyDecision(
      respond(
        caller: caller, action: action, resource: resource, input: input, entities: entities,
        client: client, authentication: authentication, approval: approval, quota: quota),
      of: policies)
  }

  /// The policies that permit a call, whatever forbids it, by id.
  func permits(
    _ tool: Tool, arguments: JSONNode, caller: Caller, entities: Entities,
    client: ClientDescription, authentication: LedgerAuthentication?, quota: LedgerQuota?
  ) -> [String] {
    guard let target = targets[ObjectIdentifier(tool)] else { return [] }
    return respond(
      caller: caller, action: target.action, resource: target.resource,
      input: CedarValue.record(arguments), entities: entities, client: client,
      authentication: authentication, approval: nil, quota: quota
    ).satisfiedPermits.map(\.name)
  }

  private func respond(
    caller: Caller, action: EntityUID, resource: EntityUID, input: Record?, entities: Entities,
    client: ClientDescription, authentication: LedgerAuthentication?, approval: LedgerApproval?,
    quota: LedgerQuota?
  ) -> Response {
    let context = PolicyContext(
      input: input, environment: environment,
      client: readsClient
        ? PolicyContext.Client(
          transport: client.transport.rawValue, name: client.name, version: client.softwareVersion)
        : nil,
      authentication: readsAuthentication ? authentication : nil,
      origin: readsOrigin ? client.origin.flatMap { IPAddress($0) } : nil,
      scopes: readsScopes ? caller.scopes : nil, approval: readsApproval ? approval : nil,
      quota: quota)
    return Authorizer.isAuthorized(
      Request(
        principal: caller.entities.agent, action: action, resource: resource,
        context: context.record),
      policies: policies.set, entities: entities)
  }
}
