import Reactor
import TestSupport
import Testing

@testable import Export

/// A receiver and a disk that outlive the process, and a process that ends anywhere.
private struct World {
  var random: SeededGenerator
  let records: UInt64
  /// What the receiver took, in its order.
  var received: [UInt64] = []
  /// The position on disk: the last record, none at first.
  var saved: UInt64?
  var crashes = 0
  var finished = false
  var clock = MonotonicTime(nanoseconds: 1 << 40)

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
    records = UInt64(random.next() % 60)
  }

  mutating func chance(_ percent: UInt64) -> Bool { random.next() % 100 < percent }

  /// One life of the process, from its start to its end or a crash.
  mutating func live() throws {
    var next = saved.map { $0 + 1 } ?? 0
    var delivery = Delivery(
      limits: BatchLimits(records: Int(random.next() % 7) + 1, bytes: Int(random.next() % 120) + 1))
    var event = Delivery.Event.begin
    for _ in 0..<100_000 {
      let jitter = Double(random.next() % 1001) / 1000
      let action = delivery.handle(event, now: clock, jitter: jitter)
      if chance(2) {
        crashes += 1
        return
      }
      switch action {
      case .read:
        event = next < records ? .record(.numbered(next, bytes: Int(random.next() % 40))) : .end
        next += 1
      case .send(let batch):
        // Taken, refused, or taken although the answer says nothing or is lost.
        let isTaken = chance(70)
        if isTaken { received += batch.items.map(\.sequence) }
        if chance(5) {
          crashes += 1
          return
        }
        event = isTaken && chance(80) ? .accepted : .failed(.temporary("lost"))
      case .save(let item):
        // The old position or the new one, never a mixture.
        if chance(5) {
          if chance(50) { saved = item.sequence }
          crashes += 1
          return
        }
        saved = item.sequence
        event = .saved
      case .wait(let duration):
        #expect(duration > .zero)
        clock = clock + duration
        event = .woke
      case .finish:
        finished = true
        return
      case .stop(let reason):
        Issue.record("stopped: \(reason)")
        return
      }
      // What is saved was received.
      if let saved { try #require(received.contains(saved)) }
    }
    Issue.record("it does not end")
  }
}

@Suite struct SimulationTests {
  @Test func `whatever fails and wherever it crashes, no record is missing or out of order`() throws
  {
    var duplicates = 0
    var crashes = 0
    for seed in UInt64(0)..<2_000 {
      var world = World(seed: seed)
      while !world.finished, world.crashes < 10_000 { try world.live() }
      try #require(world.finished, "seed \(seed)")
      // A record is new only when it is the next one; anything else was seen before.
      var next: UInt64 = 0
      for sequence in world.received {
        try #require(sequence <= next, "a gap before \(sequence), seed \(seed)")
        if sequence == next { next += 1 } else { duplicates += 1 }
      }
      try #require(next == world.records, "seed \(seed)")
      #expect(world.saved == (world.records > 0 ? world.records - 1 : nil))
      crashes += world.crashes
    }
    // Else the simulation would have shown nothing.
    #expect(duplicates > 1_000)
    #expect(crashes > 1_000)
  }
}
