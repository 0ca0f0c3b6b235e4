public import Cedar
import JSON
import Ledger

extension PolicyRequest {
  /// Why the gate would answer as it would, as a JSON object:
  ///
  /// - `decision`, `policies`, `remedies`, `errors`: the answer, as a record has it
  /// - `candidates`: the policies in whose scope the request is, each with its `outcome`
  ///   (`satisfied`, `unsatisfied`, `failed`), its conditions, their parts and what those read
  /// - `nearestPermit`: when nothing permits the request, the permit that is nearest to it, with
  ///   the constraints of its scope that do not hold
  /// - `toAllow`: what would have to change, each a sentence; empty when the answer is allow
  ///
  /// - Parameter entities: tools, servers and actions; principal and subject are laid over them.
  /// - Throws: when the principal cannot be among the entities.
  public func explanation(
    with policies: Policies, entities: Entities
  ) throws(EntityError) -> [UInt8] {
    let explanation = Authorizer.explain(
      request, policies: policies.set,
      entities: try over(entities))
    let verdict = PolicyVerdict(PolicyDecision(explanation.response, of: policies))
    var writer = ExplanationWriter(policies: policies)
    return writer.write(explanation, verdict, of: request)
  }
}

/// Writes an explanation as JSON.
private struct ExplanationWriter {
  private var json = JSONWriter(reservingCapacity: 4096)
  private let policies: Policies

  init(policies: Policies) { self.policies = policies }

  mutating func write(
    _ explanation: Explanation, _ verdict: PolicyVerdict, of request: Request
  ) -> [UInt8] {
    json.beginObject()
    member("decision", verdict.decision.rawValue)
    member("principal", request.principal.description)
    member("action", request.action.description)
    member("resource", request.resource.description)
    list("policies", verdict.policies)
    list("remedies", verdict.remedies)
    list("errors", verdict.errors)
    member("policyVersion", policies.version)
    json.name("candidates")
    json.beginArray()
    for policy in explanation.candidates { write(policy) }
    json.endArray()
    if let nearest = explanation.nearestPermit {
      json.name("nearestPermit")
      write(nearest)
    }
    list("toAllow", verdict.decision == .allow ? [] : changes(explanation))
    json.endObject()
    return json.bytes
  }

  private mutating func write(_ policy: PolicyExplanation) {
    json.beginObject()
    member("policy", policy.policy.name)
    member("effect", policy.effect.rawValue)
    member("place", policy.place.description)
    switch policy.outcome {
    case .satisfied: member("outcome", "satisfied")
    case .unsatisfied: member("outcome", "unsatisfied")
    case .outOfScope: member("outcome", "outOfScope")
    case .failed(let reason):
      member("outcome", "failed")
      member("reason", reason)
    }
    json.name("determining")
    json.bool(policy.isDetermining)
    json.name("scope")
    json.beginArray()
    for mismatch in policy.scopeMismatches {
      json.beginObject()
      member("constraint", mismatch.constraint)
      member("found", mismatch.found.description)
      json.endObject()
    }
    json.endArray()
    json.name("conditions")
    json.beginArray()
    for condition in policy.conditions {
      json.beginObject()
      member("kind", condition.isUnless ? "unless" : "when")
      json.name("parts")
      json.beginArray()
      for part in condition.parts { write(part) }
      json.endArray()
      json.endObject()
    }
    json.endArray()
    json.endObject()
  }

  private mutating func write(_ part: PartExplanation) {
    json.beginObject()
    member("expression", part.text)
    member("place", part.place.description)
    switch part.outcome {
    case .value(let value):
      json.name("value")
      json.bool(value)
    case .failed(let reason): member("failed", reason)
    case .unreached: member("failed", "not reached")
    }
    json.name("read")
    json.beginArray()
    for reading in part.readings {
      json.beginObject()
      member("expression", reading.expression)
      if let value = reading.value { member("value", value.description) }
      json.endObject()
    }
    json.endArray()
    json.endObject()
  }

  // MARK: - What would allow it

  private func changes(_ explanation: Explanation) -> [String] {
    var changes: [String] = []
    for forbid in explanation.forbidsInTheWay {
      let name = "the forbid `\(forbid.policy.name)`"
      if let remedy = policies.notes[forbid.policy]?.remedy {
        changes.append("\(name) asks for the remedy `\(remedy.rawValue)`")
      } else if let way = wayOut(of: forbid) {
        changes.append("\(name) must cease to hold: \(way)")
      } else {
        changes.append("\(name) holds for every such request and must be changed")
      }
    }
    for candidate in explanation.candidates where candidate.effect == .forbid {
      guard case .failed(let reason) = candidate.outcome else { continue }
      changes.append("the forbid `\(candidate.policy.name)` could not be evaluated: \(reason)")
    }
    guard explanation.response.satisfiedPermits.isEmpty else { return changes }
    if let permit = explanation.nearestPermit {
      changes.append(
        "a permit must hold; nearest is `\(permit.policy.name)`, which needs "
          + needs(of: permit).joined(separator: ", and "))
    } else {
      changes.append("there is no permit; write one")
    }
    return changes
  }

  /// What one of the conditions of a forbid that holds could be changed to.
  private func wayOut(of forbid: PolicyExplanation) -> String? {
    for condition in forbid.conditions.reversed() {
      guard let part = condition.parts.last(where: { !$0.readings.isEmpty }) else { continue }
      let wanted = condition.isUnless ? "true" : "false"
      return "`\(part.text)` would have to be \(wanted)\(told(part.readings))"
    }
    return nil
  }

  private func needs(of permit: PolicyExplanation) -> [String] {
    var needs = permit.scopeMismatches.map { "`\($0.constraint)` (it is \($0.found))" }
    for condition in permit.conditions {
      for part in condition.partsInTheWay {
        let wanted = condition.isUnless ? "not `\(part.text)`" : "`\(part.text)`"
        switch part.outcome {
        case .failed(let reason): needs.append("\(wanted), which failed: \(reason)")
        default: needs.append("\(wanted)\(told(part.readings))")
        }
      }
    }
    return needs.isEmpty ? ["nothing more"] : needs
  }

  private func told(_ readings: [PartExplanation.Reading]) -> String {
    guard !readings.isEmpty else { return "" }
    let values = readings.map { "\($0.expression) is \($0.value?.description ?? "absent")" }
    return " (\(values.joined(separator: ", ")))"
  }

  private mutating func member(_ name: String, _ value: String) {
    json.name(name)
    json.string(value)
  }

  private mutating func list(_ name: String, _ values: [String]) {
    json.name(name)
    json.beginArray()
    for value in values { json.string(value) }
    json.endArray()
  }
}
