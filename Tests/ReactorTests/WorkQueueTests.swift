import TestSupport
import Testing

@testable import Reactor

@Suite struct `Work queue` {
  @Test(arguments: 1...10 as ClosedRange<UInt64>)
  func `it gives back in order what was put in, while it grows, wraps and shrinks`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let queue = WorkQueue()
    var put = 0
    let log = Log<Int>()
    for _ in 0..<200 {
      for _ in 0..<Int.random(in: 0..<200, using: &generator) {
        let number = put
        queue.append(.body { log.add(number) })
        put += 1
      }
      for _ in 0..<Int.random(in: 0..<190, using: &generator) {
        guard case .body(let body) = queue.popFirst() else { break }
        body()
      }
      let count = queue.count
      #expect(count == put - log.count)
    }
    while case .body(let body) = queue.popFirst() { body() }
    #expect(log.all == Array(0..<put))
    #expect(queue.count == 0)
    if queue.popFirst() != nil { Issue.record("an empty queue gave something") }
  }

  @Test func `more than it keeps room for passes through, and what is left is released`() {
    final class Held {}
    weak var watched: Held?
    do {
      let queue = WorkQueue()
      let held = Held()
      watched = held
      for _ in 0..<WorkQueue.capacityKept * 3 { queue.append(.body { _ = held }) }
      while case .body = queue.popFirst() {}
      for _ in 0..<10 { queue.append(.body { _ = held }) }
      #expect(queue.count == 10)
    }
    #expect(watched == nil)
  }
}
