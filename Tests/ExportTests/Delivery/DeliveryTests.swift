import Reactor
import Testing

@testable import Export

extension ExportItem {
  static func numbered(_ number: UInt64, bytes: Int = 10) -> ExportItem {
    ExportItem(
      sequence: number, leafHash: "hash-\(number)", bytes: [UInt8](repeating: 0x61, count: bytes))
  }
}

@Suite struct DeliveryTests {
  private static let start = MonotonicTime(nanoseconds: 1_000_000_000_000)

  private func delivery(
    _ records: Int = 3, bytes: Int = 1000, giveUpAfter: Duration? = nil, isFollowing: Bool = false
  ) -> Delivery {
    Delivery(
      limits: BatchLimits(records: records, bytes: bytes), giveUpAfter: giveUpAfter,
      isFollowing: isFollowing)
  }

  private func play(
    _ delivery: inout Delivery, _ events: [Delivery.Event], at seconds: Int = 0
  ) -> [Delivery.Action] {
    events.map { delivery.handle($0, now: Self.start + .seconds(seconds), jitter: 1) }
  }

  private func batch(_ numbers: ClosedRange<UInt64>, bytes: Int = 10) -> ExportBatch {
    ExportBatch(numbers.map { .numbered($0, bytes: bytes) })
  }

  @Test func `an empty ledger is finished at once`() {
    var delivery = delivery()
    #expect(play(&delivery, [.begin, .end]) == [.read, .finish])
    #expect(delivery.progress == Delivery.Progress())
  }

  @Test func `a batch is full by its records`() {
    var delivery = delivery(2)
    #expect(
      play(
        &delivery,
        [
          .begin, .record(.numbered(5)), .record(.numbered(6)), .accepted, .saved,
          .record(.numbered(9)), .end, .accepted, .saved, .end,
        ]) == [
          .read, .read, .send(batch(5...6)), .save(.numbered(6)), .read, .read, .send(batch(9...9)),
          .save(.numbered(9)), .read, .finish,
        ])
    #expect(delivery.progress.records == 3)
    #expect(delivery.progress.batches == 2)
    #expect(delivery.progress.bytes == 30)
    #expect(delivery.progress.first == 5)
    #expect(delivery.progress.last == 9)
  }

  @Test func `a record that does not fit by its bytes opens the next batch`() {
    var delivery = delivery(100, bytes: 25)
    #expect(
      play(
        &delivery,
        [
          .begin, .record(.numbered(1)), .record(.numbered(2)), .record(.numbered(3)), .accepted,
          .saved, .end,
        ]) == [
          .read, .read, .read, .send(batch(1...2)), .save(.numbered(2)), .read, .send(batch(3...3)),
        ])
  }

  @Test func `a record larger than a batch goes alone`() {
    var delivery = delivery(100, bytes: 25)
    let large = ExportItem.numbered(2, bytes: 99)
    #expect(
      play(
        &delivery,
        [.begin, .record(.numbered(1)), .record(large), .accepted, .saved, .accepted, .saved, .end])
        == [
          .read, .read, .send(batch(1...1)), .save(.numbered(1)), .send(ExportBatch([large])),
          .save(large), .read, .finish,
        ])
  }

  @Test func `a follower waits at the end`() {
    var delivery = delivery(isFollowing: true)
    #expect(
      play(&delivery, [.begin, .end, .woke, .record(.numbered(1)), .end])
        == [.read, .wait(Delivery.lookEvery), .read, .read, .send(batch(1...1))])
  }

  @Test func `the same batch is tried until it is taken`() {
    var delivery = delivery(1)
    _ = play(&delivery, [.begin, .record(.numbered(1))])
    for (failure, halves) in [1, 2, 4, 8, 16, 32, 64, 120, 120].enumerated() {
      let actions = play(&delivery, [.failed(.temporary("busy")), .woke], at: failure * 60)
      #expect(
        actions == [
          .wait(.milliseconds(500 * halves)), .send(batch(1...1)),
        ])
    }
    #expect(play(&delivery, [.accepted]) == [.save(.numbered(1))])
    #expect(delivery.progress.retries == 9)
    // The next batch begins with a short wait again.
    #expect(
      play(&delivery, [.saved, .record(.numbered(2)), .failed(.temporary("busy"))]).last
        == .wait(.milliseconds(500)))
  }

  @Test func `jitter halves a wait at most`() {
    let backOff = BackOff()
    #expect(backOff.wait(failures: 3, asked: nil, jitter: 0) == .seconds(1))
    #expect(backOff.wait(failures: 3, asked: nil, jitter: 0.5) == .milliseconds(1500))
    #expect(backOff.wait(failures: 3, asked: nil, jitter: 1) == .seconds(2))
    #expect(backOff.wait(failures: .max, asked: nil, jitter: 1) == .seconds(60))
  }

  @Test func `a receiver's wish counts, within an hour`() {
    let backOff = BackOff()
    #expect(backOff.wait(failures: 1, asked: .seconds(7), jitter: 0) == .seconds(7))
    #expect(backOff.wait(failures: 1, asked: .zero, jitter: 1) == .milliseconds(500))
    #expect(backOff.wait(failures: 1, asked: .seconds(1 << 32), jitter: 0) == .seconds(3600))
    var delivery = delivery(1)
    #expect(
      play(
        &delivery,
        [
          .begin, .record(.numbered(1)), .failed(.temporary("busy", retryAfter: .seconds(90))),
        ]
      ).last == .wait(.seconds(90)))
  }

  @Test func `a refusal for good stops and names the reason`() {
    var delivery = delivery(1)
    #expect(
      play(&delivery, [.begin, .record(.numbered(1)), .failed(.permanent("no"))]).last
        == .stop("no"))
    #expect(delivery.progress.records == 0)
  }

  @Test func `it gives up only when told to, and not in the middle of a wait`() {
    var delivery = delivery(1, giveUpAfter: .seconds(10))
    _ = play(&delivery, [.begin, .record(.numbered(1))])
    #expect(play(&delivery, [.failed(.temporary("busy"))]) == [.wait(.milliseconds(500))])
    #expect(play(&delivery, [.failed(.temporary("busy"))], at: 9) == [.wait(.seconds(1))])
    #expect(
      play(&delivery, [.failed(.temporary("busy"))], at: 9)
        == [.stop("busy; given up after 3 tries")])
  }
}
