import Glibc
import JSON
import Testing
import TestSupport

@testable import Ledger

@Suite struct ReaderTests {
  let directory = TemporaryDirectory()

  private func open(segmentBytes: Int = 2_000) throws -> Ledger {
    try Ledger.open(
      directory: directory.ledger,
      configuration: LedgerConfiguration(segmentBytes: segmentBytes, tree: nil)
    ).0
  }

  @Test func `a reader follows a writer through rotations`() throws {
    let ledger = try open(segmentBytes: 700)
    var reader = try LedgerReader(directory: directory.ledger)
    #expect(try reader.next() == nil)
    var seen = 0
    for number in 0..<100 {
      try ledger.append(.numbered(number))
      if number % 7 != 0 { continue }
      try ledger.flush()
      while let entry = try reader.next() {
        #expect(entry.position.sequence == UInt64(seen))
        #expect(entry.text("call") == "call-\(seen)")
        seen += 1
      }
      #expect(seen == number + 1)
      #expect(try reader.next() == nil)
    }
    ledger.close()
  }

  @Test func `reading starts at any sequence`() throws {
    let ledger = try open()
    for number in 0..<60 {
      try ledger.append(.numbered(number))
      try ledger.flush()
    }
    ledger.close()
    for start: UInt64 in [0, 1, 13, 59, 60, 1_000] {
      var reader = try LedgerReader(directory: directory.ledger, from: start)
      var found: [UInt64] = []
      while let entry = try reader.next() { found.append(entry.position.sequence) }
      #expect(found == Array(min(start, 60)..<60))
    }
  }

  @Test func `what is before the start is passed over by lengths, or told where they are wrong`()
    throws
  {
    let ledger = try open(segmentBytes: 1 << 20)
    for number in 0..<5 { try ledger.append(.numbered(number)) }
    ledger.close()
    let path = directory.ledger + "/" + SegmentName(first: 0).text
    let whole = try TestFile.read(path)
    let size = (whole.count - SegmentHeader.byteCount) / 5
    let second = SegmentHeader.byteCount + size
    func read(from start: UInt64, damaging place: Int) throws -> UInt64? {
      var damaged = whole
      damaged[place] ^= 0x10
      TestFile.write(damaged, to: path)
      var reader = try LedgerReader(directory: directory.ledger, from: start)
      return try reader.next()?.position.sequence
    }
    // The text of the second record: its lengths lead on.
    #expect(try read(from: 3, damaging: second + Frame.headerBytes + 5) == 3)
    let error = LedgerError.corrupt(file: path, offset: second, .checksum)
    for place in [0, 1, 4, 16] {
      #expect(throws: error) { try read(from: 3, damaging: second + place) }
    }
    #expect(throws: error) { try read(from: 1, damaging: second + Frame.headerBytes + 5) }
    TestFile.write(whole, to: path)
    var reader = try LedgerReader(directory: directory.ledger, from: 5)
    #expect(try reader.next() == nil)
    let again = try open(segmentBytes: 1 << 20)
    try again.append(.numbered(5))
    again.close()
    #expect(try reader.next()?.position.sequence == 5)
  }

  @Test func `half a frame at the end is not there yet`() throws {
    let ledger = try open(segmentBytes: 1 << 20)
    for number in 0..<3 { try ledger.append(.numbered(number)) }
    ledger.close()
    let path = directory.ledger + "/" + SegmentName(first: 0).text
    let whole = try TestFile.read(path)
    let size = (whole.count - SegmentHeader.byteCount) / 3
    for missing in stride(from: 1, to: size, by: 3) {
      TestFile.write(Array(whole.dropLast(missing)), to: path)
      var reader = try LedgerReader(directory: directory.ledger)
      _ = try reader.next()
      _ = try reader.next()
      #expect(try reader.next() == nil)
      #expect(try LedgerReader.newest(9, in: directory.ledger).count == 2)
      TestFile.write(whole, to: path)
      #expect(try reader.next()?.position.sequence == 2)
      #expect(try reader.next() == nil)
    }
  }

  @Test func `damage is an error, whichever way it is read`() throws {
    let ledger = try open(segmentBytes: 1 << 20)
    for number in 0..<5 { try ledger.append(.numbered(number)) }
    ledger.close()
    let path = directory.ledger + "/" + SegmentName(first: 0).text
    let whole = try TestFile.read(path)
    let size = (whole.count - SegmentHeader.byteCount) / 5
    let second = SegmentHeader.byteCount + size
    for place in second..<second + size {
      var damaged = whole
      damaged[place] ^= 0x10
      TestFile.write(damaged, to: path)
      let error = LedgerError.corrupt(file: path, offset: second, .checksum)
      #expect(throws: error) { _ = try LedgerReader.calls(in: directory.ledger) }
      #expect(throws: error) { _ = try LedgerReader.newest(5, in: directory.ledger) }
    }
  }

  @Test func `a record that is no JSON object is an error, never skipped`() throws {
    mkdir(directory.ledger, 0o700)
    let files = SystemFiles(reading: directory.ledger)
    let (writer, _) = try Writer.open(
      files: files, sameBoot: true, configuration: LedgerConfiguration())
    for text in ["{}", "[1]"] {
      _ = try Array(text.utf8).withUnsafeBytes { try writer.append($0) }
    }
    try writer.synchronize()
    writer.close()
    var reader = try LedgerReader(directory: directory.ledger)
    #expect(try reader.next().map { String(decoding: $0.line, as: UTF8.self) } == #"{"seq":0}"#)
    #expect(
      throws: LedgerError.corrupt(
        file: directory.ledger + "/" + SegmentName(first: 0).text,
        offset: SegmentHeader.byteCount + Frame.headerBytes + 2, .record)
    ) { _ = try reader.next() }
  }

  @Test func `the newest are found without reading what is older`() throws {
    let ledger = try open(segmentBytes: 700)
    for number in 0..<50 {
      try ledger.append(.numbered(number, tool: number.isMultiple(of: 5) ? "five" : "other"))
      try ledger.flush()
    }
    ledger.close()
    // The oldest segment is not looked at: it may be damaged.
    TestFile.write([1, 2, 3], to: directory.ledger + "/" + SegmentName(first: 0).text)
    let newest = try LedgerReader.newest(12, in: directory.ledger)
    #expect(newest.map(\.position.sequence) == (38..<50).reversed())
    let fives = try LedgerReader.newest(
      4, in: directory.ledger, matching: LedgerFilter(tool: "five"))
    #expect(fives.map(\.position.sequence) == [45, 40, 35, 30])
    #expect(try LedgerReader.newest(0, in: directory.ledger).isEmpty)
  }

  @Test func `records are printed with their sequence`() throws {
    let ledger = try open()
    for number in 0..<2 { try ledger.append(.numbered(number)) }
    ledger.close()
    let entry = try #require(try LedgerReader.newest(1, in: directory.ledger).first)
    let line = String(decoding: entry.line, as: UTF8.self)
    #expect(line.hasPrefix(#"{"seq":1,"call":"call-1","#))
    #expect(try JSONDocument(parsing: entry.line).root[member: "seq"]?.int64 == 1)
  }

  @Test func `filters choose by each of their conditions`() throws {
    let ledger = try open()
    try ledger.append(RecordTests.decision)
    try ledger.append(RecordTests.outcome)
    try ledger.append(RecordTests.refused)
    try ledger.append(RecordTests.lifecycle)
    ledger.close()
    func found(_ filter: LedgerFilter) throws -> [UInt64] {
      var reader = try LedgerReader(directory: directory.ledger, matching: filter)
      var sequences: [UInt64] = []
      while let entry = try reader.next() { sequences.append(entry.position.sequence) }
      let newest = try LedgerReader.newest(9, in: directory.ledger, matching: filter)
      #expect(newest.map(\.position.sequence) == sequences.reversed())
      return sequences
    }
    #expect(try found(LedgerFilter()) == [0, 1, 2, 3])
    #expect(try found(LedgerFilter(kinds: [.outcome, .refused])) == [1, 2])
    #expect(try found(LedgerFilter(server: "github")) == [0, 1, 3])
    #expect(try found(LedgerFilter(tool: "create_issue")) == [0, 1])
    #expect(try found(LedgerFilter(decision: .allow)) == [0])
    #expect(try found(LedgerFilter(decision: .deny)) == [])
    #expect(try found(LedgerFilter(agent: "reviewer")) == [0])
    #expect(try found(LedgerFilter(human: "ana@example.com")) == [0])
    #expect(try found(LedgerFilter(call: "c1")) == [1])
    #expect(try found(LedgerFilter(since: 6, until: 8)) == [2, 3])
    #expect(try found(LedgerFilter(until: 6)) == [1])
    #expect(try found(LedgerFilter(tool: "create_issue", since: 6)) == [0])
  }

  @Test func `a directory that is not there is an error`() {
    #expect(throws: LedgerError.self) {
      _ = try LedgerReader(directory: directory.path + "/none")
    }
  }
}
