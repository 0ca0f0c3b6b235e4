import Cedar
public import Identity
import Ledger
import MCP
import Orders

/// What people order who signed in: nobody orders anything for the agents of another tenant, nobody
/// grants their own agent anything, and of all else policy decides, also of what agents may see.
extension Gate {
  /// What a person's order would meet, before it is given. Nothing is recorded. On the loop.
  /// - Returns: nil when they may; else why not, for a person.
  public func objection(to order: PersonOrder, by person: Person) -> String? {
    refusal(of: order, by: person)?.reason
  }

  /// Whether a person may order that. What they may not is on record. On the loop.
  /// - Returns: nil when they may; else why not, for a person.
  public func recordedObjection(to order: PersonOrder, by person: Person) async -> String? {
    guard let refusal = refusal(of: order, by: person) else { return nil }
    let decision = refusal.decision
    var call = LedgerCall(
      id: nextID(), transport: ClientTransport.admin.rawValue, method: order.method,
      principal: LedgerPrincipal(human: person.name, tenant: person.tenant, roles: person.roles))
    order.name(in: &call)
    _ = await isWritten(
      stage(
        .decision(
          DecisionRecord(
            call: call, environment: snapshot.environment, decision: .deny,
            policies: decision?.policies ?? [], annotations: decision?.annotations ?? [],
            policyErrors: decision?.errors ?? [], policyVersion: snapshot.policies.version,
            entitiesVersion: snapshot.decider.entitiesVersion,
            reason: "\(order): \(refusal.reason)"))))
    return refusal.reason
  }

  private struct OrderRefusal {
    let reason: String
    /// Policy's, if it was asked.
    var decision: PolicyDecision?
  }

  private func refusal(of order: PersonOrder, by person: Person) -> OrderRefusal? {
    if let reason = otherTenant(order, person) ?? ownAgent(order, person) {
      return OrderRefusal(reason: reason)
    }
    let decision = snapshot.decider.decide(
      order, by: person, at: Self.now, transport: ClientTransport.admin.rawValue)
    guard decision.verdict != .allow else { return nil }
    let reason =
      decision.policies.isEmpty
      ? "no policy permits \(person.name) the action \(order.action), to \(order)"
        + (order.permit(for: person).map { "; one that does: \($0)" } ?? "")
      : "policy \(decision.policies.joined(separator: ", ")) forbids \(person.name) to \(order)."
        + decision.advice.map { " \($0)" }.joined()
    return OrderRefusal(reason: reason, decision: decision)
  }

  /// Why it is another tenant's matter; nil when it is not, or is everybody's.
  private func otherTenant(_ order: PersonOrder, _ person: Person) -> String? {
    if case .revoke(let grant) = order, let giver = grant.draft.giver {
      return giver.tenant == person.tenant ? nil : "\(grant.id) is another tenant's"
    }
    let (agent, human) = order.subject
    guard agent != nil || human != nil else { return nil }
    let tenants = Set(principals(agent: agent, human: human).map(\.tenant))
    let isOwn: Bool
    if case .grant = order {
      // Its policy keeps it within the tenant.
      isOwn = tenants.isEmpty || tenants.contains(person.tenant)
    } else {
      isOwn = tenants.isEmpty ? person.tenant == nil : tenants == [person.tenant]
    }
    return isOwn
      ? nil : "\(agent ?? human ?? "") is not known to be of the tenant of \(person.name) alone"
  }

  /// Why it would be a grant to themselves.
  private func ownAgent(_ order: PersonOrder, _ person: Person) -> String? {
    guard case .grant(let draft, _) = order else { return nil }
    let reason = "whom the agent acts for grants it nothing: another person must"
    if let human = draft.human { return human.isSameName(as: person.name) ? reason : nil }
    let known = principals(agent: draft.agent, human: nil)
    let isOwn = known.allSatisfy { $0.human?.isSameName(as: person.name) == true }
    return !known.isEmpty && isOwn ? reason : nil
  }

  /// Those who are known by such names, issuers' not among them.
  private func principals(agent: String?, human: String?) -> [Identity.Principal] {
    (snapshot.directory.known + (snapshot.agentTokens?.all ?? []).map(\.principal)).filter { one in
      (agent.map { $0 == one.agent } ?? true)
        && (human.map { one.human?.isSameName(as: $0) ?? false } ?? true)
    }
  }
}

extension String {
  /// Names of people differ in more than case.
  func isSameName(as other: String) -> Bool { lowercased() == other.lowercased() }
}
