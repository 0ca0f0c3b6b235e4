extension ToolIndex {
  /// How many of the best by words alone are looked at closely.
  static let closelyMin = 64
  /// The most results of one search.
  public static let resultsMax = 1000

  /// The tools that fit a query best, best first, among those that may be used: what the filter
  /// leaves out takes no place of the results. It is given ids, and only those of tools that could
  /// be among the results.
  ///
  /// A query that no word of a tool fits has no results.
  public func search(
    _ query: String, limit: Int = 10, where isUsable: (String) -> Bool = { _ in true }
  ) -> [SearchResult] {
    let limit = min(max(limit, 0), Self.resultsMax)
    let query = SearchQuery(query)
    let probes = self.probes(for: query)
    guard limit > 0, !probes.isEmpty else { return [] }
    let closely = candidates(for: probes, limit: max(limit, Self.closelyMin), where: isUsable)
    let scorer = CloseScorer(index: self, query: query, probes: probes)
    var results: [(slot: Int, score: Float)] = closely.compactMap { candidate in
      guard let entry = entries[candidate.slot] else { return nil }
      let bonus = scorer.bonuses(of: entry, mask: candidate.mask)
      return (candidate.slot, candidate.score + bonus.total)
    }
    results.sort { $0.score != $1.score ? $0.score > $1.score : ids[$0.slot] < ids[$1.slot] }
    return results.prefix(limit).compactMap { result in
      entries[result.slot].map { SearchResult(tool: $0.tool, score: result.score) }
    }
  }

  /// The best tools by their words alone.
  private func candidates(
    for probes: [Probe], limit: Int, where isUsable: (String) -> Bool
  ) -> [Candidates.Candidate] {
    let count = entries.count
    return withUnsafeTemporaryAllocation(of: Candidates.Sum.self, capacity: count) { sums in
      sums.initialize(repeating: Candidates.Sum(score: 0, mask: 0))
      for (number, probe) in probes.enumerated() {
        let bit = UInt32(1) << UInt32(number & 31)
        for (place, alternative) in probe.alternatives.enumerated() {
          let worth = probe.worth(alternative, rarity: rarity(alternative.term))
          postings[alternative.term].withUnsafeBufferPointer { postings in
            if place == 0 {
              Self.add(postings, worth: worth, bit: bit, to: sums)
            } else {
              Self.addUnmet(postings, worth: worth, bit: bit, to: sums)
            }
          }
        }
      }
      return Candidates.best(of: sums, keys: keys, limit: limit) { isUsable(ids[$0]) }
    }
  }

  /// Of a probe's first alternative, which no tool has met.
  @inline(__always)
  private static func add(
    _ postings: UnsafeBufferPointer<Posting>, worth: Float, bit: UInt32,
    to sums: UnsafeMutableBufferPointer<Candidates.Sum>
  ) {
    for posting in postings {
      let slot = Int(posting.tool)
      sums[slot].score += worth * posting.weight
      sums[slot].mask |= bit
    }
  }

  /// Of a further alternative: the best one counts and no other.
  @inline(__always)
  private static func addUnmet(
    _ postings: UnsafeBufferPointer<Posting>, worth: Float, bit: UInt32,
    to sums: UnsafeMutableBufferPointer<Candidates.Sum>
  ) {
    for posting in postings {
      let slot = Int(posting.tool)
      if sums[slot].mask & bit != 0 { continue }
      sums[slot].score += worth * posting.weight
      sums[slot].mask |= bit
    }
  }
}

/// A tool that was found.
public struct SearchResult: Sendable, Equatable {
  /// The tool.
  public var tool: SearchableTool
  /// Only to be compared with scores of the same search.
  public var score: Float
}
