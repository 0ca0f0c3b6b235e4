public import Catalog
import Cedar
import Configuration
import Identity
import Ledger
import MCP

/// Who may approve what, which policy decides: `Sallyport::Action::"approve"`.
extension Gate {
  /// What is to be approved, and how.
  public struct ItemApproval: Sendable {
    /// The server's name in the configuration.
    public var server: String
    /// The item.
    public var item: ItemKey
    /// Whether it was approved in another definition before.
    public var isChange: Bool
    /// What the tool counts as once it is approved; nil for what is no tool.
    public var effect: String?
    /// The rules of signals in spite of which it is approved.
    public var despite: [String]

    /// An approval that is asked for.
    public init(
      server: String, item: ItemKey, isChange: Bool, effect: String?, despite: [String]
    ) {
      self.server = server
      self.item = item
      self.isChange = isChange
      self.effect = effect
      self.despite = despite
    }
  }

  /// Whether policy lets a caller approve something. What it does not allow is on record.
  /// - Returns: nil when it does; else why not, for a person.
  public func objection(to approval: ItemApproval, by caller: Caller) async -> String? {
    let decision = snapshot.decider.decide(approval, caller: caller)
    guard decision.verdict != .allow else { return nil }
    var call = LedgerCall(
      id: nextID(), transport: ClientTransport.admin.rawValue, method: Self.approvalMethod,
      principal: caller.recorded, server: approval.server, effect: approval.effect)
    switch approval.item.kind {
    case .server, .instructions: break
    case .tool: call.tool = approval.item.name
    case .prompt: call.prompt = approval.item.name
    case .template, .page: call.resource = LedgerResource(uri: approval.item.name)
    }
    _ = await isWritten(
      stage(
        .decision(
          DecisionRecord(
            call: call, environment: snapshot.environment, decision: decision.verdict.recorded,
            policies: decision.policies, annotations: decision.annotations,
            remedies: decision.remedies.map(\.rawValue), policyErrors: decision.errors,
            policyVersion: snapshot.policies.version,
            entitiesVersion: snapshot.decider.entitiesVersion))))
    let what = "\(approval.item.word) of \(approval.server)"
    if decision.policies.isEmpty {
      return "no policy permits \(caller.principal.agent) to approve \(what); one that does: "
        + "permit (principal == Sallyport::Agent::\"\(caller.principal.agent)\", "
        + "action == Sallyport::Action::\"approve\", "
        + "resource in Sallyport::Server::\"\(approval.server)\");"
    }
    let advice = decision.advice.map { " \($0)" }.joined()
    return
      "policy \(decision.policies.joined(separator: ", ")) forbids to approve \(what).\(advice)"
  }

  /// As records name what was asked.
  private static let approvalMethod = "upstreams/approve"
}

extension PolicyDecider {
  /// May this caller approve that?
  func decide(_ approval: Gate.ItemApproval, caller: Caller) -> PolicyDecision {
    guard let entities = entities(for: caller) else { return .unknown }
    let (resource, described) = PolicyVocabulary.resource(of: approval)
    // What agents see already is described already.
    let all = described.flatMap { try? entities.adding([$0]) } ?? entities
    var input: ContiguousArray = [
      Record.Member("change", .string(approval.isChange ? "changed" : "new")),
      Record.Member("despite", .set(ValueSet(approval.despite.map { .string($0) }))),
      Record.Member("item", .string(approval.item.kind.rawValue)),
    ]
    if let effect = approval.effect { input.append(Record.Member("effect", .string(effect))) }
    return decide(
      caller: caller, action: PolicyVocabulary.approve, resource: resource, input: Record(input),
      entities: all,
      client: ClientDescription(transport: .admin, version: .latest, name: Product.name),
      authentication: nil)
  }
}

extension PolicyVocabulary {
  /// What an approval is about, and what describes it.
  fileprivate static func resource(of approval: Gate.ItemApproval) -> (EntityUID, Entity?) {
    let name = approval.item.name
    let entity: Entity
    switch approval.item.kind {
    case .server, .instructions: return (uid(ofServer: approval.server), nil)
    case .tool:
      entity = Entity(
        EntityUID(type: tool, id: PublicName.of(name, server: approval.server)),
        attributes: [
          "name": .string(name),
          "effect": .string(approval.effect ?? Configuration.Effect.destructive.rawValue),
          "server": .entity(uid(ofServer: approval.server)),
        ], parents: [uid(ofServer: approval.server)])
    case .prompt: entity = prompt(name, server: approval.server)
    case .template, .page: entity = resource(LedgerResource(uri: name), server: approval.server)
    }
    return (entity.uid, entity)
  }
}
