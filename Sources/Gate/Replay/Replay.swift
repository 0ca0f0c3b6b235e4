import Ledger

/// A recorded decision that was made again.
public struct Replay: Sendable {
  /// As it was recorded.
  public let recorded: RecordedDecision
  /// As it came out now.
  public let verdict: PolicyVerdict

  /// Whether decision, determining policies, remedies and errors are the same, as far as records
  /// hold them: long texts and long lists are cut there.
  public var isSame: Bool { differences.isEmpty }

  /// What came out differently; empty when nothing did.
  public var differences: [String] {
    let old = recorded.verdict
    var found: [String] = []
    if old.decision != verdict.decision {
      found.append("decision: \(old.decision.rawValue), now \(verdict.decision.rawValue)")
    }
    func compare(_ name: String, _ old: [String], _ new: [String], max: Int) {
      guard !RecordedTexts.match(old, new, countMax: max) else { return }
      found.append(
        "\(name): \(old.joined(separator: ", ")), now \(new.joined(separator: ", "))")
    }
    compare("policies", old.policies, verdict.policies, max: LedgerLimits.policiesMax)
    compare("remedies", old.remedies, verdict.remedies, max: LedgerLimits.remediesMax)
    compare("errors", old.errors, verdict.errors, max: LedgerLimits.policyErrorsMax)
    return found
  }
}

/// Texts of a record beside those that it was made of.
enum RecordedTexts {
  private static let mark: StaticString = "…"

  /// Whether a list of at most `countMax` texts is what a record keeps of `full`.
  static func match(_ recorded: [String], _ full: [String], countMax: Int) -> Bool {
    guard full.count > countMax else {
      return recorded.count == full.count && zip(recorded, full).allSatisfy(match)
    }
    return recorded.count == countMax
      && zip(recorded.dropLast(), full).allSatisfy(match)
      && recorded.last == "… \(full.count - countMax + 1) more"
  }

  /// Whether a text is what a record keeps of `full`.
  private static func match(_ recorded: String, _ full: String) -> Bool {
    let kept = recorded.utf8
    if kept.elementsEqual(full.utf8) { return true }
    guard recorded.hasSuffix("…") else { return false }
    return full.utf8.starts(with: kept.dropLast(mark.utf8CodeUnitCount))
  }
}
