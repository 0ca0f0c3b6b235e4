import Testing

@testable import Identity

@Suite("Slowing down who guesses")
struct GuessThrottleTests {
  private func throttle(subjectsMax: Int = 100) -> GuessThrottle<String> {
    GuessThrottle(
      freeFailures: 3, firstWait: 10, longestWait: 60, memory: 1000, subjectsMax: subjectsMax)
  }

  @Test func `the first failures are free, then each wait is twice the last, up to the longest`() {
    var throttle = throttle()
    var waits: [Int64] = []
    for _ in 0..<8 { waits.append(throttle.fail("alice", now: 100)) }
    #expect(waits == [0, 0, 0, 10, 20, 40, 60, 60])
    #expect(throttle.wait("alice", now: 100) == 60)
    #expect(throttle.wait("alice", now: 159) == 1)
    #expect(throttle.wait("alice", now: 160) == 0)
    #expect(throttle.wait("bob", now: 100) == 0)
  }

  @Test func `who was right begins anew, and failures are forgotten with time`() {
    var throttle = throttle()
    for _ in 0..<4 { _ = throttle.fail("alice", now: 100) }
    throttle.forget("alice")
    #expect(throttle.wait("alice", now: 100) == 0)
    #expect(throttle.count == 0)
    for _ in 0..<3 { _ = throttle.fail("bob", now: 100) }
    #expect(throttle.fail("bob", now: 1101) == 0)
    for _ in 0..<2 { _ = throttle.fail("bob", now: 1101) }
    #expect(throttle.fail("bob", now: 1101) == 10)
  }

  @Test func `so many failures can be forgotten, not all`() {
    var throttle = throttle()
    for _ in 0..<3 { _ = throttle.fail("here", now: 0) }
    throttle.forget("here", 1)
    #expect(throttle.fail("here", now: 0) == 0)
    #expect(throttle.fail("here", now: 0) == 10)
  }

  @Test func `a flood of names takes no more room, and the newest are remembered`() {
    var throttle = throttle(subjectsMax: 50)
    for index in 0..<10_000 {
      _ = throttle.fail("name \(index)", now: Int64(index / 100))
      #expect(throttle.count <= 50)
    }
    for _ in 0..<3 { _ = throttle.fail("name 9999", now: 100) }
    #expect(throttle.wait("name 9999", now: 100) == 10)
  }
}
