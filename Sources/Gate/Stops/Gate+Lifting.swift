import Cedar
import Identity
import Ledger
import MCP
public import Orders

/// Who may take a stop back, which policy decides: `Sallyport::Action::"lift"`.
extension Gate {
  /// Whether policy lets a caller lift a stop. What it does not allow is on record.
  /// - Returns: nil when it does; else why not, for a person.
  public func objection(toLifting stop: Stop, by caller: Caller) async -> String? {
    let decision = snapshot.decider.decide(lifting: stop, caller: caller)
    guard decision.verdict != .allow else { return nil }
    let call = LedgerCall(
      id: nextID(), transport: ClientTransport.admin.rawValue, method: Self.liftingMethod,
      principal: caller.recorded)
    _ = await isWritten(
      stage(
        .decision(
          DecisionRecord(
            call: call, environment: snapshot.environment, decision: decision.verdict.recorded,
            policies: decision.policies, annotations: decision.annotations,
            remedies: decision.remedies.map(\.rawValue), policyErrors: decision.errors,
            policyVersion: snapshot.policies.version,
            entitiesVersion: snapshot.decider.entitiesVersion,
            reason: Self.recorded(stop)))))
    guard decision.policies.isEmpty else {
      let advice = decision.advice.map { " \($0)" }.joined()
      return
        "policy \(decision.policies.joined(separator: ", ")) forbids to lift \(stop.id).\(advice)"
    }
    return "no policy permits \(caller.principal.agent) to lift \(stop.id); one that does: "
      + "permit (principal == Sallyport::Agent::\"\(caller.principal.agent)\", "
      + "action == Sallyport::Action::\"lift\", resource);"
  }

  /// As records name what was asked.
  private static let liftingMethod = "stops/lift"
}

extension PolicyDecider {
  /// May this caller lift that stop?
  func decide(lifting stop: Stop, caller: Caller) -> PolicyDecision {
    let described = PolicyVocabulary.entity(of: stop)
    guard let entities = entities(for: caller).flatMap({ try? $0.adding([described]) }) else {
      return .unknown
    }
    return decide(
      caller: caller, action: PolicyVocabulary.lift, resource: described.uid, input: nil,
      entities: entities,
      client: ClientDescription(transport: .admin, version: .latest, name: Product.name),
      authentication: caller.authentication)
  }
}
