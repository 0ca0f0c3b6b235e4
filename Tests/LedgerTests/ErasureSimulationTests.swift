import Glibc
import Testing

@testable import Ledger

/// Lets an erasure die at each of its writes and syncs. Whatever is left, what the ledger orders to
/// be erased is erased after the next start, and nothing else is.
@Suite struct ErasureSimulationTests {
  /// Where it dies.
  struct Death: Sendable, CustomStringConvertible {
    var writesLeft: Int?
    var syncsLeft: Int?
    var losesPower: Bool

    var description: String {
      "\(writesLeft.map { "after \($0) writes" } ?? "after \(syncsLeft ?? 0) syncs")"
        + (losesPower ? ", power lost" : "")
    }

    static let all = (0..<24).flatMap { count in
      [true, false].flatMap { losesPower in
        [
          Death(writesLeft: count, losesPower: losesPower),
          Death(syncsLeft: count, losesPower: losesPower),
        ]
      }
    }
  }

  private static let records: UInt64 = 60
  private static let erased: [UInt64] = [2, 3, 31, 59]
  private static let released: ClosedRange<UInt64> = 10...13
  private static let configuration = LedgerConfiguration(segmentBytes: 6_000, tree: nil)

  @Test(
    "an erasure is carried out when its order is on record, and only then", arguments: Death.all)
  func erases(death: Death) throws {
    var ordered = 0
    for seed: UInt64 in 0..<20 {
      let files = SimulatedFiles(seed: seed)
      let (writer, _) = try Writer.open(
        files: files, sameBoot: true, configuration: Self.configuration)
      for number in 0..<Self.records {
        try writer.append(Self.record(number))
        if number % 5 == 0 { try writer.flush() }
      }
      try writer.synchronize()
      files.change {
        $0.writesLeft = death.writesLeft
        $0.syncsLeft = death.syncsLeft
      }
      let freed = try? PayloadEraser(files: files).carryOut(Self.orders, in: writer)
      files.change {
        $0.writesLeft = nil
        $0.writeError = nil
        $0.syncsLeft = nil
      }
      if death.losesPower { files.losePower() } else { files.killProcess() }
      let (again, report) = try Writer.open(
        files: files, sameBoot: !death.losesPower, configuration: Self.configuration)
      #expect(report.nextSequence >= Self.records, "seed \(seed)")
      try PayloadEraser(files: files).finish()
      #expect(!files.exists(PayloadEraser.journal))
      let found = try Self.orders(in: files)
      if freed != nil { #expect(found == Self.orders.count, "seed \(seed)") }
      ordered += found
      try Self.check(files, orders: found, seed)
      again.close()
    }
    // Early deaths leave no order, late ones both.
    if death.writesLeft ?? death.syncsLeft == 23 { #expect(ordered == 20 * Self.orders.count) }
    if death.writesLeft ?? death.syncsLeft == 0 { #expect(ordered == 0) }
  }

  private static let orders = [
    LedgerRecord(.erasure(ErasureRecord(records: erased, reason: "r")), time: 1),
    LedgerRecord(
      .retention(
        RetentionRecord(of: .payloads, range: released, bytes: 1, rule: "r", checkpoint: "")),
      time: 2),
  ]

  private static func record(_ number: UInt64) -> LedgerRecord {
    LedgerRecord(
      .decision(
        DecisionRecord(
          call: LedgerCall(id: "call-\(number)", server: "s", tool: "t"),
          arguments: LedgerPayload(content: Array("{\"n\":\(number)}".utf8)[...]),
          decision: .allow)), time: Int64(number))
  }

  private static func orders(in files: SimulatedFiles) throws -> Int {
    var reader = try LedgerReader(
      files: files, from: records, matching: LedgerFilter(kinds: [.erasure, .retention]))
    var count = 0
    while try reader.next() != nil { count += 1 }
    return count
  }

  private static func check(_ files: SimulatedFiles, orders: Int, _ seed: UInt64) throws {
    var reader = try LedgerReader(files: files, from: 0)
    while let entry = try reader.next(), entry.position.sequence < records {
      let sequence = entry.position.sequence
      let isOrdered =
        orders > 0 && erased.contains(sequence) || orders > 1 && released.contains(sequence)
      let payload = entry.payload(.arguments)
      #expect(
        isOrdered
          ? payload == .erased
          : payload.content.map { Array($0) } == Array("{\"n\":\(sequence)}".utf8),
        "seed \(seed), record \(sequence)")
    }
  }
}
