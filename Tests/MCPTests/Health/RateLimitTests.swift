import MCP
import Reactor
import Testing

@Suite struct RateLimitTests {
  private func at(_ milliseconds: Int) -> MonotonicTime {
    MonotonicTime(nanoseconds: 1) + .milliseconds(milliseconds)
  }

  @Test func `so many begin at once, and then as the bucket fills`() {
    var limit = RateLimit(calls: 4, period: .seconds(1))
    for _ in 0..<4 { #expect(limit.take(at: at(0)) == nil) }
    #expect(limit.take(at: at(0)) == .milliseconds(250))
    #expect(limit.take(at: at(249)) == .milliseconds(1))
    #expect(limit.take(at: at(250)) == nil)
    #expect(limit.take(at: at(250)) == .milliseconds(250))
  }

  @Test func `a rest fills it, and not more than full`() {
    var limit = RateLimit(calls: 3, period: .seconds(60))
    for _ in 0..<3 { #expect(limit.take(at: at(0)) == nil) }
    #expect(limit.take(at: at(1000)) != nil)
    for _ in 0..<3 { #expect(limit.take(at: at(3_600_000)) == nil) }
    #expect(limit.take(at: at(3_600_000)) != nil)
  }

  @Test func `over a long time the average holds`() {
    var limit = RateLimit(calls: 7, period: .seconds(1))
    let admitted = (0..<10_000).count { limit.take(at: at($0 * 10)) == nil }
    #expect((700...707).contains(admitted))
  }

  @Test(arguments: [(0, 1), (-5, 0), (1_000_000, 86_400_000), (1_000_000, 1)])
  func `odd numbers are held within what can be`(calls: Int, milliseconds: Int) {
    var limit = RateLimit(calls: calls, period: .milliseconds(milliseconds))
    #expect(limit.take(at: at(0)) == nil)
    #expect(limit.take(at: MonotonicTime(nanoseconds: 1 << 62)) == nil)
  }
}
