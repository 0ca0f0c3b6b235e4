import Cedar
import Ledger

/// What policy says of one request.
struct PolicyDecision: Sendable {
  enum Verdict {
    case allow
    case deny
    /// A denial that the remedies can cure.
    case ask
    /// A denial because a forbid could not be evaluated.
    case forbidErred
  }
  var verdict: Verdict
  /// The policies that determined it, by id.
  var policies: [String]
  /// Policies that could not be evaluated: `id: message`.
  var errors: [String]
  /// What the determining forbids say a person could do, from `@advice`.
  var advice: [String] = []
  /// What would cure an ask, each once.
  var remedies: [Remedy] = []
  /// What another token would need, where the forbids in the way say so.
  var stepUp: StepUpTerms?
  /// The annotations of the determining policies.
  var annotations: [LedgerAnnotations] = []

  /// For what the snapshot does not know: no policy can permit it.
  static let unknown = PolicyDecision(verdict: .deny, policies: [], errors: [])
}

extension PolicyDecision {
  /// Cedar's answer, and the gate's two rules over it.
  ///
  /// Cedar skips a policy that errs. A forbid that is skipped fails open, so the gate denies what
  /// would else be allowed or curable. And a denial is curable when something permits the request
  /// and every forbid in the way names its remedy.
  ///
  init(_ response: Response, of policies: Policies) {
    // Records cannot be erased, so they must not quote what a policy read.
    errors = response.errors.map(\.descriptionWithoutValues)
    var determining = response.determining
    switch response.decision {
    case .allow: verdict = .allow
    case .deny:
      let remedies = Self.remedies(response, policies.notes)
      verdict = remedies.isEmpty ? .deny : .ask
      self.remedies = remedies
      if remedies.contains(.stepUp) { stepUp = Self.stepUp(response, policies.notes) }
    }
    if verdict != .deny, response.hasErringForbid {
      verdict = .forbidErred
      remedies = []
      determining = response.errors.filter { $0.effect == .forbid }.map(\.policy)
    }
    self.policies = determining.map(\.name)
    guard !policies.notes.isEmpty else { return }
    for policy in determining {
      guard let note = policies.notes[policy] else { continue }
      annotations.append(note.recorded)
      if verdict != .allow, let text = note.advice { advice.append(text) }
    }
  }

  private static func stepUp(_ response: Response, _ notes: PolicyNotes) -> StepUpTerms? {
    var found: StepUpTerms?
    for policy in response.satisfiedForbids {
      guard let terms = notes[policy]?.terms?.stepUp, !terms.isEmpty else { continue }
      if found == nil { found = terms } else { found?.add(terms) }
    }
    return found
  }

  /// What would cure a denial, in the order of `Remedy`; empty when nothing would.
  private static func remedies(_ response: Response, _ notes: PolicyNotes) -> [Remedy] {
    guard !response.satisfiedPermits.isEmpty else { return [] }
    var found: Set<Remedy> = []
    for policy in response.satisfiedForbids {
      guard let remedy = notes[policy]?.remedy else { return [] }
      found.insert(remedy)
    }
    return Remedy.allCases.filter(found.contains)
  }
}

extension PolicyError {
  fileprivate var descriptionWithoutValues: String {
    "\(place): the \(effect.rawValue) `\(policy)` was skipped"
  }
}
