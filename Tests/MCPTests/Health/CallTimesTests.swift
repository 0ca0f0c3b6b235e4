import Reactor
import Testing

@testable import MCP

@Suite struct CallTimesTests {
  private func at(minute: Int) -> MonotonicTime {
    MonotonicTime(nanoseconds: UInt64(minute + 1000) * 60_000_000_000)
  }

  @Test(arguments: [70, 100, 999, 12_345, 1_000_000, 59_000_000])
  func `a time is told to within a fifth`(microseconds: Int) {
    var times = CallTimes()
    times.add(.fine, took: .microseconds(microseconds), at: at(minute: 0))
    let told = times.quantile(0.5, at: at(minute: 0)) ?? .zero
    #expect(told > .microseconds(microseconds))
    #expect(told <= .microseconds(microseconds) * 1.25)
  }

  @Test(arguments: [Duration.zero, .nanoseconds(1), .seconds(-5), .seconds(Int64.max / 2)])
  func `times out of range are told as the nearest`(time: Duration) {
    var times = CallTimes()
    times.add(.fine, took: time, at: at(minute: 0))
    #expect(times.quantile(1, at: at(minute: 0)) != nil)
    #expect((0..<CallTimes.buckets).contains(CallTimes.bucket(of: time)))
  }

  @Test func `buckets grow, and each holds what is below its bound`() {
    for bucket in 1..<CallTimes.buckets {
      #expect(CallTimes.upperBound(of: bucket) > CallTimes.upperBound(of: bucket - 1))
      let bound = CallTimes.upperBound(of: bucket - 1)
      #expect(CallTimes.bucket(of: bound) == bucket)
      #expect(CallTimes.bucket(of: bound - .nanoseconds(1)) == bucket - 1)
    }
  }

  @Test func `half and 95 of 100 are told apart`() {
    var times = CallTimes()
    for number in 1...100 {
      times.add(.fine, took: .milliseconds(number <= 94 ? 10 : 1000), at: at(minute: 0))
    }
    let median = times.quantile(0.5, at: at(minute: 0)) ?? .zero
    let p95 = times.quantile(0.95, at: at(minute: 0)) ?? .zero
    #expect(median > .milliseconds(9) && median < .milliseconds(13))
    #expect(p95 > .milliseconds(900))
  }

  @Test func `kinds are counted, and forgotten after five minutes`() {
    var times = CallTimes()
    times.add(.fine, took: .milliseconds(1), at: at(minute: 0))
    times.add(.toolError, took: .milliseconds(1), at: at(minute: 1))
    times.add(.failed, took: .milliseconds(1), at: at(minute: 4))
    #expect(times.totals(at: at(minute: 4)) == (calls: 3, toolErrors: 1, failures: 1))
    #expect(times.totals(at: at(minute: 5)) == (calls: 2, toolErrors: 1, failures: 1))
    #expect(times.totals(at: at(minute: 6)) == (calls: 1, toolErrors: 0, failures: 1))
    #expect(times.totals(at: at(minute: 9)) == (calls: 0, toolErrors: 0, failures: 0))
    #expect(times.quantile(0.5, at: at(minute: 9)) == nil)
    times.add(.fine, took: .milliseconds(1), at: at(minute: 100))
    #expect(times.totals(at: at(minute: 100)).calls == 1)
  }

  @Test func `a clock that goes back takes nothing away`() {
    var times = CallTimes()
    times.add(.fine, took: .milliseconds(1), at: at(minute: 5))
    times.add(.fine, took: .milliseconds(1), at: at(minute: 3))
    #expect(times.totals(at: at(minute: 5)).calls == 2)
  }
}
