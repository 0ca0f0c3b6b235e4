import Testing

@testable import bench_load

@Suite struct HistogramTests {
  @Test func `quantiles are at most 1.6 % above the truth`() {
    var histogram = Histogram()
    for microseconds in 1...10_000 { histogram.record(nanoseconds: UInt64(microseconds) * 1_000) }
    for (fraction, truth) in [(0.5, 5_000.0), (0.99, 9_900.0), (0.999, 9_990.0), (1, 10_000.0)] {
      let found = histogram.microseconds(at: fraction)
      #expect(found >= truth && found <= truth * 1.016)
    }
    #expect(histogram.total == 10_000)
    #expect(histogram.meanMicroseconds == 5_000.5)
  }

  @Test func `any duration has a bucket, and an empty histogram has no quantile`() {
    var histogram = Histogram()
    #expect(histogram.microseconds(at: 0.5) == 0)
    for shift in 0..<64 { histogram.record(nanoseconds: 1 << UInt64(shift)) }
    histogram.record(nanoseconds: 0)
    histogram.record(nanoseconds: .max)
    #expect(histogram.total == 66)
    #expect(histogram.microseconds(at: 1) == Double(UInt64.max) / 1_000)
  }
}
