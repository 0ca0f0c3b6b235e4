/// Counts of durations in logarithmic buckets: 64 to each power of two, so a quantile is at most
/// 1.6 % above the truth. Never grows.
struct Histogram {
  private static let precisionBits = 6
  private static let linear = 1 << precisionBits
  private var counts = [Int](repeating: 0, count: linear * (64 - precisionBits + 1))
  private(set) var total = 0
  private(set) var longest: UInt64 = 0
  private var sum: UInt64 = 0

  mutating func record(nanoseconds: UInt64) {
    counts[Histogram.bucket(of: nanoseconds)] += 1
    total += 1
    sum &+= nanoseconds
    longest = max(longest, nanoseconds)
  }

  /// The duration in microseconds that `fraction` of all durations do not exceed; 0 when empty.
  func microseconds(at fraction: Double) -> Double {
    let wanted = max(1, Int((Double(total) * fraction).rounded(.up)))
    var seen = 0
    for (bucket, count) in counts.enumerated() where count > 0 {
      seen += count
      if seen >= wanted {
        return Double(min(Histogram.upperBound(of: bucket), longest)) / 1_000
      }
    }
    return 0
  }

  var meanMicroseconds: Double { total == 0 ? 0 : Double(sum) / Double(total) / 1_000 }

  private static func bucket(of value: UInt64) -> Int {
    guard value >= UInt64(linear) else { return Int(value) }
    let shift = 63 - value.leadingZeroBitCount - precisionBits
    return (shift + 1) * linear + Int(value >> UInt64(shift)) - linear
  }

  private static func upperBound(of bucket: Int) -> UInt64 {
    guard bucket >= linear else { return UInt64(bucket) }
    let shift = UInt64(bucket / linear - 1)
    let mantissa = UInt64(bucket % linear + linear)
    return ((mantissa + 1) << shift) &- 1
  }
}
