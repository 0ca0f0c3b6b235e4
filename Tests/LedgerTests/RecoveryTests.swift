import Glibc
import Testing
import TestSupport

@testable import Ledger

@Suite struct RecoveryTests {
  let directory = TemporaryDirectory()

  /// Appends records one by one, and syncs after each or at the end only: the durable marks in the
  /// frames say which.
  private func fill(
    _ count: Int, from first: Int = 0, segmentBytes: Int = 64 << 20, syncingEach: Bool = false
  ) throws {
    let files = try SystemFiles(directory: directory.ledger)
    let (writer, _) = try Writer.open(
      files: files, sameBoot: true,
      configuration: LedgerConfiguration(segmentBytes: segmentBytes, tree: nil))
    for number in first..<first + count {
      _ = try LedgerRecord.numbered(number).json.withUnsafeBytes {
        try writer.append($0)
      }
      try writer.flush()
      if syncingEach { try writer.synchronize() }
    }
    try writer.synchronize()
    writer.close()
  }

  private func segment(_ first: UInt64) -> String {
    directory.ledger + "/" + SegmentName(first: first).text
  }

  private func names() throws -> [SegmentName] {
    try LedgerReader.segments(SystemFiles(reading: directory.ledger))
  }

  /// Opens as after a restart of the machine, or as after the death of the process.
  private func recover(sameBoot: Bool) throws(LedgerError) -> LedgerRecovery {
    let files = SystemFiles(reading: directory.ledger)
    let (writer, report) = try Writer.open(
      files: files, sameBoot: sameBoot, configuration: LedgerConfiguration())
    writer.close()
    return report
  }

  @Test func `a new ledger is empty and private`() throws {
    let (ledger, report) = try Ledger.open(directory: directory.ledger, configuration: .plain)
    #expect(report.records == 0)
    #expect(report.nextSequence == 0)
    #expect(report.cuts.isEmpty)
    try ledger.append(.numbered(0))
    try ledger.flush()
    #expect(TestFile.mode(directory.ledger) == 0o700)
    #expect(TestFile.mode(segment(0)) == 0o600)
    #expect(TestFile.mode(directory.ledger + "/ledger.lock") == 0o600)
  }

  @Test func `opening again goes on where the last one ended`() throws {
    try fill(3)
    try fill(2, from: 3)
    let (ledger, report) = try Ledger.open(directory: directory.ledger, configuration: .plain)
    #expect(report.records == 5)
    #expect(report.nextSequence == 5)
    #expect(try ledger.append(.numbered(5)).sequence == 5)
    ledger.close()
    #expect(try LedgerReader.calls(in: directory.ledger) == (0..<6).map { "call-\($0)" })
  }

  @Test func `a frame cut short at any byte is cut off and kept aside`() throws {
    try fill(3)
    let whole = try TestFile.read(segment(0))
    let last = (whole.count - SegmentHeader.byteCount) / 3
    let lastStart = whole.count - last
    for missing in 1..<last {
      TestFile.write(Array(whole.dropLast(missing)), to: segment(0))
      let report = try recover(sameBoot: missing.isMultiple(of: 2))
      #expect(report.nextSequence == 2)
      let cut = try #require(report.cuts.first)
      #expect(cut.offset == lastStart)
      #expect(cut.bytes == last - missing)
      #expect(cut.readableRecords == 0)
      #expect(cut.file == segment(0))
      #expect(try TestFile.read(cut.keptAs) == Array(whole[lastStart...].dropLast(missing)))
      #expect(try TestFile.read(segment(0)) == Array(whole[..<lastStart]))
    }
    #expect(try LedgerReader.calls(in: directory.ledger) == ["call-0", "call-1"])
  }

  @Test func `a changed byte anywhere but in the last frame is an error and nothing is changed`()
    throws
  {
    try fill(3)
    let whole = try TestFile.read(segment(0))
    let last = (whole.count - SegmentHeader.byteCount) / 3
    for place in 0..<whole.count - last {
      var damaged = whole
      damaged[place] ^= 0x40
      TestFile.write(damaged, to: segment(0))
      let error = #expect(throws: LedgerError.self) { try recover(sameBoot: true) }
      guard case .corrupt(segment(0), let offset, _) = error else {
        Issue.record("byte \(place): \(String(describing: error))")
        continue
      }
      #expect(offset <= place)
      #expect(try TestFile.read(segment(0)) == damaged)
    }
  }

  @Test func `a changed byte in the last frame cuts that frame`() throws {
    try fill(3)
    let whole = try TestFile.read(segment(0))
    let last = (whole.count - SegmentHeader.byteCount) / 3
    for place in whole.count - last..<whole.count {
      var damaged = whole
      damaged[place] ^= 0x01
      TestFile.write(damaged, to: segment(0))
      let report = try recover(sameBoot: true)
      #expect(report.nextSequence == 2)
      #expect(report.cuts.map(\.bytes) == [last])
    }
  }

  @Test func `a record that was durable is never cut, also not after a power loss`() throws {
    try fill(3)
    // These carry the mark that the first three were durable.
    try fill(2, from: 3)
    var damaged = try TestFile.read(segment(0))
    damaged[SegmentHeader.byteCount + Frame.headerBytes + 3] ^= 0x01
    TestFile.write(damaged, to: segment(0))
    for sameBoot in [true, false] {
      #expect(
        throws: LedgerError.corrupt(
          file: segment(0), offset: SegmentHeader.byteCount, .checksum)
      ) { try recover(sameBoot: sameBoot) }
    }
  }

  @Test func `after a power loss unsynced records behind a hole are cut and counted`() throws {
    try fill(4)
    var damaged = try TestFile.read(segment(0))
    let size = (damaged.count - SegmentHeader.byteCount) / 4
    let hole = SegmentHeader.byteCount + size..<SegmentHeader.byteCount + 2 * size
    damaged.replaceSubrange(hole, with: [UInt8](repeating: 0, count: size))
    TestFile.write(damaged, to: segment(0))
    #expect(throws: LedgerError.self) { try recover(sameBoot: true) }
    let report = try recover(sameBoot: false)
    #expect(report.nextSequence == 1)
    #expect(report.cuts.map(\.readableRecords) == [2])
    #expect(report.cuts.map(\.bytes) == [3 * size])
  }

  @Test func `a segment without a header is moved aside`() throws {
    try fill(3)
    for content in [[], [UInt8](repeating: 0, count: 10), [UInt8](repeating: 0, count: 5_000)] {
      TestFile.write(content, to: segment(3))
      let report = try recover(sameBoot: true)
      #expect(report.nextSequence == 3)
      #expect(report.segments == 1)
      #expect(report.cuts.map(\.file) == [segment(3)])
      let kept = try #require(report.cuts.first).keptAs
      #expect(try TestFile.read(kept) == content)
    }
  }

  @Test func `a missing segment, a foreign one and a wrong name are errors`() throws {
    try fill(30, segmentBytes: 500, syncingEach: true)
    let names = try names()
    #expect(names.count > 3)
    let last = try #require(names.last)
    let before = names[names.count - 2]
    let bytes = try TestFile.read(segment(last.first))

    unlink(segment(before.first))
    #expect(throws: LedgerError.self) { _ = try LedgerReader.calls(in: directory.ledger) }
    TestFile.write(
      Array("not a ledger at all, but long enough to be".utf8), to: segment(last.first))
    #expect(throws: LedgerError.corrupt(file: segment(last.first), offset: 0, .magic)) {
      try recover(sameBoot: false)
    }
    var newer = bytes
    newer[8] = 9
    TestFile.write(newer, to: segment(last.first))
    #expect(throws: LedgerError.corrupt(file: segment(last.first), offset: 0, .version(9))) {
      try recover(sameBoot: false)
    }
    rename(segment(last.first), segment(last.first + 7))
    TestFile.write(bytes, to: segment(last.first + 7))
    #expect(
      throws: LedgerError.corrupt(
        file: segment(last.first + 7), offset: 16,
        .sequence(expected: last.first + 7, found: last.first))
    ) { try recover(sameBoot: false) }
    TestFile.write(bytes, to: directory.ledger + "/1.seg")
    #expect(throws: LedgerError.corrupt(file: directory.ledger + "/1.seg", offset: 0, .name)) {
      try recover(sameBoot: false)
    }
  }

  @Test func `opening reads only as many segments as may hold unsynced records`() throws {
    try fill(40, segmentBytes: 500, syncingEach: true)
    let report = try recover(sameBoot: true)
    #expect(report.records == 40)
    #expect(report.segments > 5)
    #expect(report.segmentsScanned == 1)
  }

  @Test func `a gap between segments that were not synced is found, and cut after a power loss`()
    throws
  {
    try fill(12, segmentBytes: 500)
    let names = try names()
    #expect(names.count == 3)
    let middle = try TestFile.read(segment(names[1].first))
    let size = (middle.count - SegmentHeader.byteCount) / Int(names[2].first - names[1].first)
    TestFile.write(Array(middle.dropLast(size)), to: segment(names[1].first))
    #expect(
      throws: LedgerError.corrupt(
        file: segment(names[1].first), offset: middle.count - size,
        .missing(from: names[2].first - 1, upTo: names[2].first))
    ) { try recover(sameBoot: true) }
    let report = try recover(sameBoot: false)
    #expect(report.nextSequence == names[2].first - 1)
    #expect(report.segmentsScanned == 3)
    #expect(report.cuts.map(\.file) == [segment(names[2].first)])
    #expect(report.cuts.map(\.readableRecords) == [Int(12 - names[2].first)])
    #expect(try self.names() == Array(names.dropLast()))
  }

  @Test func `a second writer is refused and told who the first is`() throws {
    let (ledger, _) = try Ledger.open(directory: directory.ledger, configuration: .plain)
    #expect(throws: LedgerError.inUse(directory: directory.ledger, pid: getpid())) {
      _ = try Ledger.open(directory: directory.ledger, configuration: .plain)
    }
    ledger.close()
    let (second, _) = try Ledger.open(directory: directory.ledger, configuration: .plain)
    second.close()
  }

  @Test func `an error names the place and the remedy`() {
    let error = LedgerError.corrupt(file: "/x/0.seg", offset: 40, .checksum)
    #expect(
      error.description.hasPrefix("/x/0.seg is damaged at byte 40: the checksum does not fit"))
    let busy = LedgerError.inUse(directory: "/x", pid: 7)
    #expect(busy.description.contains("process 7"))
  }
}
