/// How many scores there are from the highest down, by steps: 64 for each halving.
struct ScoreSteps {
  /// The bits of the lowest score there is.
  static let lowest: UInt32 = 1

  private static let count = 512
  /// The upper part of the bits is the step.
  private static let shift: UInt32 = 17

  private var counts = [Int](repeating: 0, count: count)
  private let top: Int
  private var next = 0

  /// - Parameter scores: bits of floats that are not negative.
  init(_ scores: [UInt32]) {
    top = Int((scores.max() ?? 0) >> Self.shift)
    for score in scores where score >= Self.lowest {
      counts[min(top - Int(score >> Self.shift), Self.count - 1)] += 1
    }
  }

  /// Goes down until so many more were met; the lowest bits of what was met. The last step has all
  /// the rest.
  mutating func descend(for wanted: Int) -> UInt32 {
    var met = 0
    while next < Self.count, met < wanted {
      met += counts[next]
      next += 1
    }
    let step = top - next + 1
    guard next < Self.count, step > 0 else { return Self.lowest }
    return UInt32(step) << Self.shift
  }
}
