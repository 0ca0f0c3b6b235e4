import Cedar

/// What a remedy is asked for on: the annotations beside `@remedy` on a forbid.
struct RemedyTerms: Sendable, Equatable {
  /// How long people have, in seconds (`@within`).
  var within: Int64?
  /// Whether an answer takes a reason (`@reason("required")`).
  var needsReason = false
  /// What a step-up would have to be.
  var stepUp = StepUpTerms()
  /// Whether the policy reads what people bring with the remedy: else they cannot cure it.
  var isCurable = false
  /// Whether anything can cure it: people, or another token.
  var canBeMet: Bool { isCurable || !stepUp.scopes.isEmpty }

  /// The longest that people have: a week, in seconds.
  static let withinMax: Int64 = 7 * 86_400
  private static let withinMin: Int64 = 10

  /// Why an annotation cannot be that.
  struct Problem: Error { let message: String }

  init(_ policy: Policy) throws(Problem) {
    guard let remedy = policy.annotation(PolicyNotes.remedyKey).flatMap(Remedy.init(rawValue:))
    else { return }
    isCurable = policy.contextUse[remedy.contextName] != nil
    func problem(_ key: String, _ value: String, _ expected: String) -> Problem {
      Problem(message: "policy `\(policy.id)` has `@\(key)(\"\(value)\")`; expected \(expected)")
    }
    if let text = policy.annotation("within") {
      guard let seconds = Self.seconds(text), (Self.withinMin...Self.withinMax).contains(seconds)
      else { throw problem("within", text, "a duration such as \"15m\", from 10s to 7d") }
      within = seconds
    }
    if let text = policy.annotation("reason") {
      guard text == "required" else { throw problem("reason", text, "\"required\"") }
      needsReason = true
    }
    if remedy == .stepUp { stepUp = StepUpTerms(policy) }
  }

  private static func seconds(_ text: String) -> Int64? {
    let units: KeyValuePairs<Character, Int64> = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    guard let unit = units.first(where: { $0.key == text.last })?.value,
      let number = Int64(text.dropLast()), number >= 0
    else { return nil }
    let (product, overflows) = number.multipliedReportingOverflow(by: unit)
    return overflows ? nil : product
  }
}

extension Remedy {
  /// Where policies read what it brings.
  var contextName: AttributeName {
    switch self {
    case .approval: PolicyContext.approvalName
    case .stepUp: PolicyContext.authenticationName
    }
  }
}

extension Policies {
  /// What all of these policies together ask for the remedies on.
  func remedyTerms(_ names: [String]) -> RemedyTerms {
    var all = RemedyTerms.none
    for note in notes.notes(of: names) where note.remedy != nil {
      guard let terms = note.terms else { continue }
      all.within = [all.within, terms.within].compactMap(\.self).min()
      all.needsReason = all.needsReason || terms.needsReason
      all.stepUp.add(terms.stepUp)
      all.isCurable = all.isCurable && terms.isCurable
    }
    return all
  }

  /// Whether a denial may be one that people or another token can cure.
  func mayCure(_ response: PartialResponse) -> Bool {
    let mayBePermitted =
      !response.satisfiedPermits.isEmpty
      || response.residuals.contains { $0.effect == .permit && $0.mayBeSatisfied }
    return mayBePermitted
      && response.satisfiedForbids.allSatisfy { notes[$0]?.terms?.canBeMet ?? false }
  }
}

extension RemedyTerms {
  private init() { isCurable = true }

  fileprivate static let none = RemedyTerms()
}
