import Testing

@testable import Gate

@Suite("Token buckets")
struct TokenBucketTests {
  private static let second: UInt64 = 1_000_000_000
  /// Ten in a minute: one every six seconds.
  private static let size = TokenBucket.Size(amount: 10, period: 60 * second)

  @Test func `all of it can be taken at once, and comes back evenly`() {
    var bucket = TokenBucket()
    let now = 1_000 * Self.second
    for _ in 0..<10 {
      #expect(bucket.wait(for: 1, Self.size, at: now) == 0)
      bucket.take(1, Self.size, at: now)
    }
    #expect(bucket.level(Self.size, at: now) == 0)
    #expect(bucket.wait(for: 1, Self.size, at: now) == 6 * Self.second)
    #expect(bucket.wait(for: 2, Self.size, at: now + 5 * Self.second) == 7 * Self.second)
    #expect(bucket.wait(for: 1, Self.size, at: now + 6 * Self.second) == 0)
    #expect(bucket.level(Self.size, at: now + 12 * Self.second) == 2)
    #expect(bucket.isFull(at: now + 60 * Self.second))
    #expect(bucket.level(Self.size, at: now + 600 * Self.second) == 10)
  }

  @Test func `more than it holds never passes, and a debt comes back first`() {
    var bucket = TokenBucket()
    #expect(bucket.wait(for: 11, Self.size, at: 0) == nil)
    bucket.take(25, Self.size, at: 0)
    #expect(bucket.level(Self.size, at: 0) == 0)
    #expect(bucket.wait(for: 1, Self.size, at: 0) == 96 * Self.second)
    bucket.putBack(25, Self.size)
    #expect(bucket.wait(for: 10, Self.size, at: 0) == 0)
  }

  @Test func `the largest numbers neither wrap nor trap`() {
    let huge = TokenBucket.Size(amount: 1_000_000_000_000, period: 30 * 86_400 * Self.second)
    var bucket = TokenBucket()
    bucket.take(.max, huge, at: .max - 1)
    #expect(bucket.wait(for: 1, huge, at: .max - 1) == nil)
    #expect(bucket.level(huge, at: 0) == 0)
    let tiny = TokenBucket.Size(amount: 1, period: Self.second)
    bucket = TokenBucket()
    bucket.take(.max, tiny, at: 5)
    #expect(bucket.wait(for: 1, tiny, at: 5) == nil)
  }

  /// In every span no more passes than the bucket holds and what comes back in the span.
  @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
  func `whatever is asked for, no span lets more pass than it may`(seed: UInt64) {
    var random = Random(state: seed)
    let size = TokenBucket.Size(amount: 1 + random.next() % 50, period: 1 + random.next() % 10_000)
    var bucket = TokenBucket()
    var now: UInt64 = 1_000_000
    var taken: [(time: UInt64, count: UInt64)] = []
    for _ in 0..<2_000 {
      now += random.next() % 200
      let count = 1 + random.next() % 4
      guard bucket.wait(for: count, size, at: now) == 0 else { continue }
      bucket.take(count, size, at: now)
      taken.append((now, count))
    }
    #expect(!taken.isEmpty)
    for first in taken.indices {
      var sum: UInt64 = 0
      for later in taken[first...] {
        sum += later.count
        let span = later.time - taken[first].time
        #expect(sum <= size.amount + span * size.amount / size.period + 1)
      }
    }
  }

  @Test func `what is left is told in whole percent, never more than there is`() {
    let size = TokenBucket.Size(amount: 3, period: 3_000)
    var bucket = TokenBucket()
    #expect(bucket.percent(size, at: 5) == 100)
    bucket.take(1, size, at: 5)
    #expect(bucket.percent(size, at: 5) == 66)
    bucket.take(2, size, at: 5)
    #expect(bucket.percent(size, at: 5) == 0)
    bucket.take(9, size, at: 5)
    #expect(bucket.percent(size, at: 5) == 0)
    #expect(bucket.percent(size, at: .max) == 100)
  }

  private struct Random {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33
    }
  }
}
