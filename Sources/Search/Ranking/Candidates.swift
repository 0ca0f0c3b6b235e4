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
  }

  /// Slots that are looked at together.
  private static let stretch = 16

  /// The best `limit` of those that may be used, in no order; of two with one score the one with
  /// the lower key.
  ///
  /// Goes from the highest scores down, as far as there are enough, so that few are put in order
  /// and the filter is asked of no more than it must be. How far that is, the peaks say, which are
  /// the highest scores of stretches of slots; most stretches are not looked at again. Scores are
  /// compared as their bits, whose order is the same for positive floats.
  static func best(
    of sums: UnsafeMutableBufferPointer<Sum>, keys: [UInt64], limit: Int,
    where isUsable: (Int) -> Bool
  ) -> [Candidate] {
    let peaks = peaks(of: sums)
    var steps = ScoreSteps(peaks)
    var found: [Candidate] = []
    found.reserveCapacity(limit)
    var upper = UInt32.max
    var wanted = 2 * limit
    while found.count < limit, upper > ScoreSteps.lowest {
      let lower = steps.descend(for: wanted)
      var reached = scores(of: sums, from: lower, below: upper, peaks)
      reached.sort(by: >)
      var start = 0
      while start < reached.count, found.count < limit {
        let end = reached[start...].firstIndex { $0.score != reached[start].score } ?? reached.count
        // Which of equals comes first matters only where not all are taken.
        if end - start > limit - found.count {
          reached[start..<end].sort { keys[$0.slot] < keys[$1.slot] }
        }
        for one in reached[start..<end] where found.count < limit && isUsable(one.slot) {
          found.append(
            Candidate(slot: one.slot, score: one.score, mask: sums[one.slot].mask))
        }
        start = end
      }
      upper = lower
      wanted *= 2
    }
    return found
  }

  private static func peaks(of sums: UnsafeMutableBufferPointer<Sum>) -> [UInt32] {
    let whole = sums.count / stretch
    return [UInt32](unsafeUninitializedCapacity: whole + 1) { peaks, count in
      for place in 0..<whole {
        var peak: UInt32 = 0
        for offset in 0..<stretch {
          peak = max(peak, sums[place &* stretch &+ offset].score.bitPattern)
        }
        peaks[place] = peak
      }
      peaks[whole] = sums[(whole * stretch)...].map(\.score.bitPattern).max() ?? 0
      count = whole + 1
    }
  }

  /// Those whose scores have these bits.
  private static func scores(
    of sums: UnsafeMutableBufferPointer<Sum>, from lower: UInt32, below upper: UInt32,
    _ peaks: [UInt32]
  ) -> [Score] {
    var reached: [Score] = []
    for (place, peak) in peaks.enumerated() where peak >= lower {
      let start = place * stretch
      for slot in start..<min(start + stretch, sums.count) {
        let bits = sums[slot].score.bitPattern
        if bits >= lower, bits < upper { reached.append(Score(bits: bits, slot: slot)) }
      }
    }
    return reached
  }

  /// A score and its slot, ordered by the score: as one number, which is quickly put in order.
  private struct Score: Comparable {
    private let both: UInt64

    init(bits: UInt32, slot: Int) { both = UInt64(bits) << 32 | UInt64(slot) }

    var score: Float { Float(bitPattern: UInt32(both >> 32)) }
    var slot: Int { Int(both & 0xFFFF_FFFF) }

    static func < (one: Score, other: Score) -> Bool { one.both < other.both }
  }
}
