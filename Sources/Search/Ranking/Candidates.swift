/// What the words of a query gave each tool, by slot, and the best of it.
struct Candidates {
  struct Sum {
    var score: Float
    /// The probes that were met.
    var mask: UInt32
  }

  struct Candidate {
    var slot: Int
    var score: Float
    var mask: UInt32
    /// Of two with one score the lower key comes first.
    var key: UInt64
  }

  /// How many steps of scores are told apart: 64 for each halving, the rest is the last.
  private static let steps = 512

  /// The best `limit` of those that may be used, the best first.
  ///
  /// Goes from the highest scores down by steps, as far as there are enough, so that few are put in
  /// order and the filter is asked of no more than it must be. A step is the upper half of a
  /// score's bits, whose order is the scores': positive floats are ordered as their bits are.
  /// - Parameter most: no score is higher.
  static func best(
    of sums: UnsafeMutableBufferPointer<Sum>, keys: [UInt64], limit: Int, most: Float,
    where isUsable: (Int) -> Bool
  ) -> [Candidate] {
    guard most > 0 else { return [] }
    let top = step(of: most)
    var counts = [Int](repeating: 0, count: steps)
    counts.withUnsafeMutableBufferPointer { counts in
      // Also scores of 0, into the last step: a branch here is mispredicted more than it saves.
      for sum in sums {
        counts[min(max(top &- step(of: sum.score), 0), steps - 1)] &+= 1
      }
    }
    var found: [Candidate] = []
    var upper = Float.infinity
    var next = 0
    var wanted = 3 * limit
    while next < steps, found.count < limit {
      var count = 0
      while next < steps, count < wanted {
        count += counts[next]
        next += 1
      }
      let lower = next == steps ? Float.leastNonzeroMagnitude : score(ofStep: top - next + 1)
      var reached: [Candidate] = []
      reached.reserveCapacity(count)
      for slot in 0..<sums.count where sums[slot].score >= lower && sums[slot].score < upper {
        reached.append(
          Candidate(
            slot: slot, score: sums[slot].score, mask: sums[slot].mask, key: keys[slot]))
      }
      reached.sort { $0.score != $1.score ? $0.score > $1.score : $0.key < $1.key }
      for candidate in reached where isUsable(candidate.slot) {
        found.append(candidate)
        if found.count == limit { break }
      }
      upper = lower
      wanted *= 4
    }
    return found
  }

  @inline(__always)
  private static func step(of score: Float) -> Int { Int(score.bitPattern >> 17) }

  /// The lowest score of a step, above 0.
  private static func score(ofStep step: Int) -> Float {
    max(.leastNonzeroMagnitude, Float(bitPattern: UInt32(truncatingIfNeeded: max(step, 0)) << 17))
  }
}
