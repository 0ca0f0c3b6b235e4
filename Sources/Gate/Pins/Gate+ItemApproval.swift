public import Catalog
import Cedar
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
    /// What the tool seems to do; nil for what is no tool.
    public var draft: String?
    /// The rules of signals in spite of which it is approved.
    public var despite: [String]

    /// An approval that is asked for.
    public init(
      server: String, item: ItemKey, isChange: Bool, effect: String?, draft: String?,
      despite: [String]
    ) {
      self.server = server
      self.item = item
      self.isChange = isChange
      self.effect = effect
      self.draft = draft
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
      principal: caller.recorded)
    call.name(approval.item, of: approval.server, effect: approval.effect)
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
  static let approvalMethod = "upstreams/approve"
}

extension PolicyDecider {
  /// May this caller approve that?
  func decide(_ approval: Gate.ItemApproval, caller: Caller) -> PolicyDecision {
    guard let entities = entities(for: caller) else { return .unknown }
    let (resource, described) = PolicyVocabulary.resource(
      of: approval.item, server: approval.server, effect: approval.effect)
    // What agents see already is described already.
    let all = described.flatMap { try? entities.adding([$0]) } ?? entities
    return decide(
      caller: caller, action: PolicyVocabulary.approve, resource: resource, input: approval.input,
      entities: all,
      client: ClientDescription(transport: .admin, version: .latest, name: Product.name),
      authentication: nil)
  }
}

extension Gate.ItemApproval {
  /// What policies see of it as `context.input`.
  var input: Record {
    var members: ContiguousArray = [
      Record.Member("change", .string(isChange ? "changed" : "new")),
      Record.Member("despite", .set(ValueSet(despite.map { .string($0) }))),
      Record.Member("item", .string(item.kind.rawValue)),
    ]
    if let effect { members.append(Record.Member("effect", .string(effect))) }
    if let draft { members.append(Record.Member("draft", .string(draft))) }
    return Record(members)
  }
}
