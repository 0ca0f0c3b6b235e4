import Cedar
import Configuration
import Ledger

/// What the gate reads of the annotations of policies, made once for each set.
struct PolicyNotes: Sendable {
  struct Note: Sendable {
    var remedy: Remedy?
    var advice: String?
    /// What the remedy is asked for on.
    var terms: RemedyTerms?
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
        advice: policy.annotation("advice"), terms: try? RemedyTerms(policy),
        recorded: LedgerAnnotations(
          policy: policy.id.name, annotations.map { ($0.key, $0.value) }))
    }
  }

  /// Whether no policy has any.
  var isEmpty: Bool { notes.isEmpty }

  subscript(policy: PolicyID) -> Note? { notes[policy] }

  /// Those on the policies of these names.
  func notes(of names: [String]) -> [Note] {
    let named = Set(names)
    return notes.filter { named.contains($0.key.name) }.map(\.value)
  }

  /// What is wrong with the annotations that have a meaning.
  static func problems(of set: PolicySet) -> [(place: SourcePlace, message: String)] {
    set.policies.compactMap { policy in
      if let problem = StepUpTerms.problem(of: policy) {
        return (policy.place, "policy `\(policy.id)` \(problem)")
      }
      do throws(RemedyTerms.Problem) {
        _ = try RemedyTerms(policy)
      } catch {
        return (policy.place, error.message)
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
