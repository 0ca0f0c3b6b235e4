import Cedar

/// What a forbid with `@remedy("step-up")` says would do: `@acr`, `@max_age` and `@scope`.
struct StepUpTerms: Sendable, Equatable {
  /// The authentication context classes of which one would do.
  var contexts: [String] = []
  /// How long ago the person may have authenticated, in seconds.
  var maxAge: Int64?
  /// The scopes that a token needs.
  var scopes: [String] = []

  static let contextsKey = "acr"
  static let maxAgeKey = "max_age"
  static let scopesKey = "scope"
  private static let keys = [contextsKey, maxAgeKey, scopesKey]
  private static let listMax = 16

  /// Whether it says nothing: then nobody can be told what to get.
  var isEmpty: Bool { contexts.isEmpty && maxAge == nil && scopes.isEmpty }

  init() {}

  init(_ policy: Policy) {
    contexts = Self.words(policy.annotation(Self.contextsKey))
    maxAge = policy.annotation(Self.maxAgeKey).flatMap { Int64($0) }
    scopes = Self.words(policy.annotation(Self.scopesKey))
  }

  /// What satisfies both, as far as that can be said: one of the classes, the shorter time.
  mutating func add(_ other: StepUpTerms) {
    for context in other.contexts where !contexts.contains(context) { contexts.append(context) }
    for scope in other.scopes where !scopes.contains(scope) { scopes.append(scope) }
    maxAge = maxAge.map { min($0, other.maxAge ?? $0) } ?? other.maxAge
  }

  private static func words(_ text: String?) -> [String] {
    text?.split(separator: " ").map(String.init) ?? []
  }

  /// What is wrong with these annotations of a policy, for a person; nil when nothing is.
  static func problem(of policy: Policy) -> String? {
    let used = keys.filter { policy.annotation($0) != nil }
    guard let first = used.first else { return nil }
    guard policy.annotation(PolicyNotes.remedyKey) == Remedy.stepUp.rawValue else {
      return "has `@\(first)` without `@remedy(\"step-up\")`, which it is about"
    }
    for key in [contextsKey, scopesKey] {
      guard let text = policy.annotation(key) else { continue }
      let words = words(text)
      let isFine = words.allSatisfy { word in
        word.utf8.allSatisfy {
          (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
        }
      }
      if words.isEmpty || words.count > listMax || !isFine {
        return "has an `@\(key)` that is not 1 to \(listMax) words of visible ASCII"
      }
    }
    if let text = policy.annotation(maxAgeKey), Int64(text).map({ $0 >= 0 }) != true {
      return "has a `@max_age` that is no number of seconds"
    }
    return nil
  }
}
