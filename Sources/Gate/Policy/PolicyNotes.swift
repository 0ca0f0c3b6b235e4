import Cedar
import Configuration
import Ledger

/// What the gate reads of the annotations of policies, made once for each set.
struct PolicyNotes: Sendable {
  struct Note: Sendable {
    var remedy: Remedy?
    var advice: String?
    /// Of a forbid that a step-up would cure: what would do. Nil where it does not say.
    var stepUp: StepUpTerms?
    /// All of them, as records hold them.
    var recorded: LedgerAnnotations
  }

  private var notes: [PolicyID: Note] = [:]

  /// The annotation that names a remedy.
  static let remedyKey = "remedy"

  /// Notes on the policies that have annotations besides their id.
  init(_ set: PolicySet) {
    for policy in set.policies {
      let annotations = policy.annotations.filter { $0.key != "id" }
      guard !annotations.isEmpty else { continue }
      notes[policy.id] = Note(
        remedy: policy.annotation(Self.remedyKey).flatMap(Remedy.init(rawValue:)),
        advice: policy.annotation("advice"), stepUp: Self.stepUp(of: policy),
        recorded: LedgerAnnotations(
          policy: policy.id.name, annotations.map { ($0.key, $0.value) }))
    }
  }

  private static func stepUp(of policy: Policy) -> StepUpTerms? {
    guard policy.annotation(remedyKey) == Remedy.stepUp.rawValue else { return nil }
    let terms = StepUpTerms(policy)
    return terms.isEmpty ? nil : terms
  }

  /// Whether no policy has any.
  var isEmpty: Bool { notes.isEmpty }

  subscript(policy: PolicyID) -> Note? { notes[policy] }

  /// What is wrong with the annotations that have a meaning.
  static func problems(of set: PolicySet) -> [(place: SourcePlace, message: String)] {
    set.policies.compactMap { policy in
      if let problem = StepUpTerms.problem(of: policy) {
        return (policy.place, "policy `\(policy.id)` \(problem)")
      }
      guard let value = policy.annotation(remedyKey) else { return nil }
      guard policy.effect == .forbid else {
        return (
          policy.place,
          "policy `\(policy.id)` is a permit with `@remedy`; only a forbid can be remedied"
        )
      }
      guard Remedy(rawValue: value) == nil else { return nil }
      let known = Remedy.allCases.map(\.rawValue)
      let hint = SpellingSuggestion.closest(to: value, among: known)
      return (
        policy.place,
        "policy `\(policy.id)` has the unknown remedy \"\(value)\"; expected "
          + known.map { "\"\($0)\"" }.joined(separator: " or ")
          + (hint.map { "; did you mean \"\($0)\"?" } ?? "")
      )
    }
  }
}
