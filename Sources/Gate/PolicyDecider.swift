import Catalog
import Cedar
import JSON
import MCP

/// The stage that asks Cedar. Made once for each snapshot; immutable.
final class PolicyDecider: Sendable {
  let policies: Policies
  private let entities: Entities
  private let actions: [String: EntityUID]
  private let resources: [String: EntityUID]
  private let environment: Value?
  private let readsInput: Bool
  /// The arguments that policies read; nil when they read the input as a whole.
  private let inputNames: [AttributeName]?
  private let readsClient: Bool

  init(policies: Policies, catalog: ToolCatalog, environment: String?) throws(EntityError) {
    self.policies = policies
    entities = try Entities(PolicyVocabulary.entities(of: catalog))
    actions = Dictionary(
      uniqueKeysWithValues: catalog.tools.map {
        ($0.name, EntityUID(type: PolicyVocabulary.action, id: $0.name))
      })
    resources = Dictionary(
      uniqueKeysWithValues: catalog.tools.map {
        ($0.name, EntityUID(type: PolicyVocabulary.tool, id: $0.name))
      })
    self.environment = environment.map { .string($0) }
    let input = policies.set.contextUse["input"]
    readsInput = input != nil
    inputNames = input?.names.map(Array.init)
    readsClient = policies.set.contextUse["client"] != nil
  }

  private static let inputName: AttributeName = "input"

  /// The snapshot's entities with the caller's over them.
  func entities(for caller: Caller) -> Entities? {
    try? entities.adding(caller.entities.all)
  }

  /// May this caller call the tool with these arguments?
  func decideCall(
    _ tool: Tool, arguments: JSONNode, caller: Caller, entities: Entities,
    client: ClientDescription
  ) -> PolicyDecision {
    guard let action = actions[tool.name], let resource = resources[tool.name] else {
      return PolicyDecision.unknown
    }
    var context: [Record.Member] = []
    if readsInput {
      let input =
        inputNames.map { CedarValue.record(arguments, reading: $0) } ?? CedarValue.record(arguments)
      context.append(Record.Member(Self.inputName, .record(input)))
    }
    return decide(
      caller: caller, action: action, resource: resource, context: &context, entities: entities,
      client: client)
  }

  /// May this caller see the tool in a list?
  func decideList(
    _ tool: Tool, caller: Caller, entities: Entities, client: ClientDescription
  ) -> PolicyDecision {
    guard let resource = resources[tool.name] else { return PolicyDecision.unknown }
    var context: [Record.Member] = []
    return decide(
      caller: caller, action: PolicyVocabulary.list, resource: resource, context: &context,
      entities: entities, client: client)
  }

  private func decide(
    caller: Caller, action: EntityUID, resource: EntityUID, context: inout [Record.Member],
    entities: Entities, client: ClientDescription
  ) -> PolicyDecision {
    if let environment { context.append(Record.Member("environment", environment)) }
    if readsClient {
      var members = [Record.Member("transport", .string(client.transport.rawValue))]
      if let name = client.name { members.append(Record.Member("name", .string(name))) }
      if let version = client.softwareVersion {
        members.append(Record.Member("version", .string(version)))
      }
      context.append(Record.Member("client", .record(Record(members))))
    }
    let response = Authorizer.isAuthorized(
      Request(
        principal: caller.entities.agent, action: action, resource: resource,
        context: Record(context)),
      policies: policies.set, entities: entities)
    return PolicyDecision(response, of: policies.set)
  }
}

/// What policy says of one request.
struct PolicyDecision: Sendable {
  enum Verdict { case allow, deny, forbidErred }
  var verdict: Verdict
  /// The policies that determined it, by id.
  var policies: [String]
  /// Policies that could not be evaluated: `id: message`.
  var errors: [String]
  /// What the determining forbids say a person could do, from `@advice`.
  var advice: [String]

  /// For what the snapshot does not know: no policy can permit it.
  static let unknown = PolicyDecision(verdict: .deny, policies: [], errors: [], advice: [])
}

extension PolicyDecision {
  init(_ response: Response, of policies: PolicySet) {
    errors = response.errors.map(\.description)
    advice = []
    self.policies = response.determining.map(\.name)
    // Cedar skips a policy that errs. A forbid that is skipped fails open, so the gate denies.
    if response.decision == .allow, response.hasErringForbid {
      verdict = .forbidErred
      self.policies = response.errors.filter { $0.effect == .forbid }.map(\.policy.name)
    } else if response.decision == .allow {
      verdict = .allow
    } else {
      verdict = .deny
      advice = response.determining.compactMap { policies[$0]?.annotation("advice") }
    }
  }
}
