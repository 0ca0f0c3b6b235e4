/// What would cure an ask: the value of `@remedy` on a forbid.
public enum Remedy: String, Sendable, CaseIterable {
  /// A person's yes to this one call.
  case approval
  /// A fresh or stronger login of the person the agent acts for.
  case stepUp = "step-up"

  /// What would have to happen, for a model and a person.
  var inWords: String {
    switch self {
    case .approval: "the approval of a person"
    case .stepUp: "a step-up login of the person you act for"
    }
  }
}
