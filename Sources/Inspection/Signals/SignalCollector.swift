/// Keeps the first signals of each rule and place, within a bound.
struct SignalCollector {
  private var signals: [Signal] = []
  private var seen: Set<String> = []
  private var counts: [Signal.Severity: Int] = [:]
  private var left = 0

  mutating func add(_ finding: Finding, at place: String) {
    guard counts[finding.severity, default: 0] < Inspector.signalsMax else {
      left += 1
      return
    }
    guard seen.insert("\(finding.rule) \(finding.severity.rawValue) \(place)").inserted else {
      return
    }
    counts[finding.severity, default: 0] += 1
    signals.append(
      Signal(
        rule: finding.rule, severity: finding.severity, place: place, excerpt: finding.excerpt,
        reason: finding.reason))
  }

  /// What was found in its order; of too many, what blocks comes before what does not.
  func result() -> [Signal] {
    guard left > 0 || signals.count > Inspector.signalsMax else { return signals }
    let kept = Inspector.signalsMax - 1
    var blocks = min(kept, counts[.block, default: 0])
    var reviews = kept - blocks
    let chosen = signals.filter { signal in
      switch signal.severity {
      case .block:
        blocks -= 1
        return blocks >= 0
      case .review:
        reviews -= 1
        return reviews >= 0
      }
    }
    let more = signals.count - chosen.count + left
    return chosen + [
      Signal(
        rule: "more-signals", severity: .review, place: "", excerpt: "",
        reason: "\(more) more places are suspicious.")
    ]
  }
}
