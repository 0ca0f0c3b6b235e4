import Glibc
import TestSupport
import Testing

@testable import Ledger

/// Drives the writer over a failing disk with seeded choices, and checks after every crash that
/// what was promised was kept.
@Suite struct SimulationTests {
  @Test(
    "no promise is broken by kills, power losses, short writes, full disks and disk errors",
    arguments: 0..<150)
  func promisesHold(seed: UInt64) throws {
    var simulation = Simulation(seed: seed)
    for _ in 0..<6 {
      try simulation.life()
    }
  }
}

private struct Simulation {
  let seed: UInt64
  let files: SimulatedFiles
  var random: SeededGenerator
  /// Payloads by sequence, as far as the present writer gave them.
  var payloads: [[UInt8]] = []
  var sameBoot = true

  init(seed: UInt64) {
    self.seed = seed
    files = SimulatedFiles(seed: seed ^ 0xF11E)
    random = SeededGenerator(seed: seed)
  }

  /// One life of the process: open, work under faults, die.
  mutating func life() throws {
    let configuration = LedgerConfiguration(
      segmentBytes: 2_000 + random.below(30_000), stagedBytesMax: 64 << 10)
    if random.chance(1, in: 3) { try failedStart(configuration) }
    let (writer, report) = try Writer.open(
      files: files, sameBoot: sameBoot, configuration: configuration)
    #expect(report.nextSequence <= UInt64(payloads.count), "seed \(seed)")
    sameBoot = true
    if report.cuts.isEmpty == false { try checkKeptAside(report) }
    payloads.removeLast(payloads.count - Int(report.nextSequence))
    try checkContents()

    let hasFaults = random.chance(2, in: 3)
    let shortWrites = random.chance(1, in: 3)
    files.change { $0.writesAreShort = shortWrites }
    for _ in 0..<random.below(120) {
      try step(writer, faults: hasFaults)
      check(writer)
    }
    let written = Int(writer.written)
    let durable = Int(writer.durable)
    let losesPower = random.chance(1, in: 2)
    if losesPower { files.losePower() } else { files.killProcess() }
    if losesPower { sameBoot = false }
    keptDurable = durable
    files.change {
      $0.space = .max
      $0.writeError = nil
      $0.syncError = nil
      $0.writesAreShort = false
    }
    try checkPromise(losesPower ? durable : written)
  }

  /// A start that fails on the way, after which the process or the machine ends once more.
  private mutating func failedStart(_ configuration: LedgerConfiguration) throws {
    let syncsLeft = random.below(4)
    files.change { $0.syncsLeft = syncsLeft }
    _ = try? Writer.open(files: files, sameBoot: sameBoot, configuration: configuration)
    files.change { $0.syncsLeft = nil }
    if random.chance(1, in: 2) {
      files.losePower()
      sameBoot = false
      try checkPromise(min(kept, keptDurable))
    } else {
      files.killProcess()
    }
  }

  private mutating func step(_ writer: Writer, faults: Bool) throws {
    switch random.below(faults ? 24 : 16) {
    case 0..<9:
      let payload = self.payload()
      do throws(LedgerError) {
        let sequence = try payload.withUnsafeBytes { bytes in
          Result { () throws(LedgerError) in try writer.append(bytes) }
        }.get()
        #expect(Int(sequence) == payloads.count, "seed \(seed): sequences have no gap")
        payloads.append(payload)
      } catch .overloaded {
        _ = try? writer.flush()
      } catch {
        #expect(writer.error != nil, "seed \(seed): only a failed writer refuses")
      }
    case 9..<14:
      let staged = writer.next
      do throws(LedgerError) {
        try writer.flush()
        #expect(writer.written >= staged, "seed \(seed)")
      } catch {
        #expect(writer.error == error, "seed \(seed)")
      }
    case 14..<16:
      do throws(LedgerError) {
        try writer.synchronize()
        #expect(writer.durable == writer.written, "seed \(seed)")
      } catch {
        #expect(writer.error == error, "seed \(seed)")
      }
    case 16..<18:
      let space = random.below(3_000)
      files.change { $0.space = space }
    case 18..<22:
      files.change { $0.space = .max }
    case 22:
      if random.chance(1, in: 8) { files.change { $0.writeError = EIO } }
    default:
      if random.chance(1, in: 8) { files.change { $0.syncError = EIO } }
    }
  }

  private func check(_ writer: Writer) {
    #expect(writer.durable <= writer.written, "seed \(seed)")
    #expect(writer.written <= writer.next, "seed \(seed)")
    #expect(Int(writer.next) == payloads.count, "seed \(seed)")
  }

  private mutating func payload() -> [UInt8] {
    let size = random.chance(1, in: 10) ? random.below(9_000) : random.below(300)
    let text = "{\"n\":\(payloads.count),\"r\":\(random.next() >> 12),\"x\":\""
    return Array(text.utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: size)
      + Array("\"}".utf8)
  }

  /// After the crash, before recovery: every promised record can be found in the files.
  private mutating func checkPromise(_ promised: Int) throws {
    var found: [UInt64: [UInt8]] = [:]
    for name in try files.list() {
      let bytes = try files.read(name)
      bytes.withUnsafeBytes { bytes in
        var offset = 0
        while let frame = Frame.search(bytes, from: offset) {
          found[frame.sequence] = Array(bytes[frame.record])
          offset = frame.end
        }
      }
    }
    for sequence in 0..<promised {
      #expect(
        found[UInt64(sequence)] == payloads[sequence],
        "seed \(seed): record \(sequence) of \(promised) promised")
    }
    kept = promised
  }

  private var kept = 0
  private var keptDurable = 0

  /// After recovery: the segments hold the records from 0 on without a gap, and no more.
  private func checkContents() throws {
    #expect(payloads.count >= kept, "seed \(seed): recovery cut what was promised")
    let names = try files.list().compactMap { SegmentName($0) }.sorted()
    var next: UInt64 = 0
    for name in names {
      #expect(name.first == next, "seed \(seed)")
      let bytes = try files.read(name.text)
      try bytes.withUnsafeBytes { bytes in
        var offset = SegmentHeader.byteCount
        while offset < bytes.count {
          guard case .frame(let frame) = Frame.read(bytes, at: offset) else {
            Issue.record("seed \(seed): \(name.text) is not clean at \(offset)")
            return
          }
          #expect(frame.sequence == next, "seed \(seed)")
          let payload = try #require(
            Int(next) < payloads.count ? payloads[Int(next)] : nil, "seed \(seed)")
          #expect(Array(bytes[frame.record]) == payload, "seed \(seed)")
          next += 1
          offset = frame.end
        }
      }
    }
    #expect(Int(next) == payloads.count, "seed \(seed)")
  }

  private func checkKeptAside(_ report: LedgerRecovery) throws {
    for cut in report.cuts {
      let name = String(cut.keptAs.dropFirst("simulated/".count))
      #expect(try files.read(name).count == cut.bytes, "seed \(seed)")
    }
  }
}
