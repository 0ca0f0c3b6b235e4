/// What became of mutations, by their kinds.
struct Tally: Sendable {
  private struct Count {
    var reported = 0
    var refused = 0
    var undetected = 0
  }

  private var counts: [String: Count] = [:]
  private(set) var undetected: [Mutation] = []

  mutating func add(_ mutation: Mutation, _ verdict: Trial.Verdict) {
    switch verdict {
    case .reported: counts[mutation.kind, default: Count()].reported += 1
    case .refused: counts[mutation.kind, default: Count()].refused += 1
    case .undetected:
      counts[mutation.kind, default: Count()].undetected += 1
      undetected.append(mutation)
    }
  }

  mutating func add(_ other: Tally) {
    counts.merge(other.counts) { left, right in
      Count(
        reported: left.reported + right.reported, refused: left.refused + right.refused,
        undetected: left.undetected + right.undetected)
    }
    undetected += other.undetected
  }

  func show() {
    for (kind, count) in counts.sorted(by: { $0.key < $1.key }) {
      let padded = kind + String(repeating: " ", count: max(1, 34 - kind.count))
      print(
        "\(padded)\(count.reported) reported, \(count.refused) refused to read, "
          + "\(count.undetected) undetected")
    }
    for mutation in undetected { print("UNDETECTED \(mutation.kind): \(mutation.detail)") }
  }
}
