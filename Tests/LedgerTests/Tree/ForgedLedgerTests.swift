import Testing
import TestSupport

@testable import Ledger

/// What only somebody does who wants it unnoticed: every checksum fits.
@Suite("A ledger that was forged")
struct ForgedLedgerTests {
  let directory = TemporaryDirectory()

  private func open(
    segmentBytes: Int = 1 << 20, sealing: PayloadSealing? = nil
  ) throws -> Ledger {
    try Ledger.open(
      directory: directory.ledger,
      configuration: LedgerConfiguration(
        segmentBytes: segmentBytes, sealing: sealing,
        tree: TreeConfiguration(interval: 60_000, keyFile: directory.path + "/log.key"))
    ).0
  }

  private func fill(_ ledger: Ledger, _ count: Int) async throws {
    for number in 0..<count {
      try ledger.append(
        LedgerRecord(
          .decision(
            DecisionRecord(
              call: LedgerCall(id: "call-\(number)"),
              arguments: LedgerPayload(content: Array("{\"n\":\(number)}".utf8)[...]),
              decision: .deny)), time: Int64(number)))
      if number % 5 == 0 { try ledger.flush() }
      // A segment grows over its size while too many others wait for the disk.
      if number % 20 == 0 { _ = try await ledger.signCheckpoint() }
    }
  }

  private func problems(since: [UInt8]? = nil, keys: [NoteKey] = []) throws -> [String] {
    try LedgerVerification(directory: directory.ledger, keys: keys, since: since).run()
      .problems.map(\.place)
  }

  /// Writes the payloads of a record anew, with checksums that fit.
  private func replacePayloads(
    of sequence: UInt64, _ body: ([UInt8]) -> [UInt8]
  ) throws {
    let path = directory.ledger + "/" + SegmentName(first: 0).text
    let bytes = try TestFile.read(path)
    var changed = Array(bytes[..<SegmentHeader.byteCount])
    bytes.withUnsafeBytes { bytes in
      var offset = SegmentHeader.byteCount
      while case .frame(let frame) = Frame.read(bytes, at: offset) {
        let payloads = Array(bytes[frame.payloads])
        let written = frame.sequence == sequence ? body(payloads) : payloads
        let record = UnsafeRawBufferPointer(rebasing: bytes[frame.record])
        written.withUnsafeBytes { payloads in
          Frame.append(
            record, payloads: payloads, checksums: Frame.Checksums(record, payloads),
            sequence: frame.sequence, durable: frame.durable, to: &changed)
        }
        offset = frame.end
      }
    }
    TestFile.write(changed, to: path)
  }

  @Test func `an older checkpoint in the place of the newest is noticed by who knows the newest`()
    async throws
  {
    let ledger = try open()
    try await fill(ledger, 20)
    let old = try await ledger.signCheckpoint()
    try await fill(ledger, 20)
    let new = try await ledger.signCheckpoint()
    ledger.close()
    TestFile.write(old.bytes, to: directory.ledger + "/checkpoint")
    #expect(try problems(since: old.bytes) == [])
    #expect(try problems(since: new.bytes).contains("checkpoint"))
  }

  @Test func `a payload of which only the salt was left is not what its record says`() async throws
  {
    let ledger = try open()
    try await fill(ledger, 3)
    ledger.close()
    #expect(try problems() == [])
    try replacePayloads(of: 2) { payloads in
      [payloads[0], PayloadForm.salt.rawValue, 0, 0, 16, 0, 0, 0] + payloads[8..<24]
    }
    #expect(try problems() == ["record 2"])
  }

  @Test func `a payload that lies there twice is noticed`() async throws {
    let ledger = try open()
    try await fill(ledger, 3)
    ledger.close()
    try replacePayloads(of: 2) { $0 + $0 }
    #expect(try problems() == ["record 2"])
  }

  @Test func `a payload that is called sealed but is not is noticed without the key`() async throws
  {
    let ledger = try open()
    try await fill(ledger, 3)
    ledger.close()
    try replacePayloads(of: 2) { payloads in
      var changed = payloads
      changed[1] |= PayloadFraming.sealedMark
      return changed
    }
    #expect(try problems() == ["record 2"])
  }

  @Test func `sealed payloads have the size that their records name`() async throws {
    let ledger = try open(sealing: PayloadSealing(key: [UInt8](repeating: 7, count: 32)))
    try await fill(ledger, 3)
    ledger.close()
    let report = try LedgerVerification(directory: directory.ledger).run()
    #expect(report.problems == [])
    #expect(report.sealed == 3)
  }

  @Test func `hashes of records that were let go are held against those above them`() async throws {
    let ledger = try open(segmentBytes: 20_000)
    try await fill(ledger, 1_000)
    let released = try await ledger.retain(
      RetentionRule(of: .records, before: .max, exportedUpTo: 700, words: "records"),
      actor: LedgerActor(via: .schedule))
    ledger.close()
    #expect(try #require(released.range).upperBound > 512)
    #expect(try problems() == [])
    let path = directory.ledger + "/tree/0"
    var hashes = try TestFile.read(path)
    hashes[300 * 32 + 5] ^= 1
    TestFile.write(hashes, to: path)
    #expect(try problems() == ["tree/0"])
  }

  @Test func `letting go that was cut short leaves a sound ledger`() async throws {
    let ledger = try open(segmentBytes: 4_000)
    try await fill(ledger, 200)
    ledger.close()
    let names = try LedgerReader.segments(SystemFiles(reading: directory.ledger))
    let before = try names.map { try TestFile.read(directory.ledger + "/" + $0.text) }
    let again = try open(segmentBytes: 4_000)
    let released = try await again.retain(
      RetentionRule(of: .records, before: .max, exportedUpTo: 150, words: "records"),
      actor: LedgerActor(via: .schedule))
    again.close()
    let range = try #require(released.range)
    #expect(try problems() == [])
    // As it stands when only the oldest segment was removed.
    for (name, bytes) in zip(names, before).dropFirst() where range.contains(name.first) {
      TestFile.write(bytes, to: directory.ledger + "/" + name.text)
    }
    #expect(names[1].first < range.upperBound)
    #expect(try problems() == [])
  }

  @Test func `the last key of the list has signed the checkpoint, though another is trusted`()
    async throws
  {
    let ledger = try open(segmentBytes: 4_000)
    try await fill(ledger, 200)
    let key = try #require(try LedgerTiles(directory: directory.ledger).keys().last)
    let released = try await ledger.retain(
      RetentionRule(of: .records, before: .max, exportedUpTo: 150, words: "records"),
      actor: LedgerActor(via: .schedule))
    ledger.close()
    #expect(released.range != nil)
    #expect(try problems(keys: [key]) == [])
    let other = try #require(try NoteSigner(name: key.name))
    TestFile.write(Array("\(other.key)\n".utf8), to: directory.ledger + "/log.pub")
    #expect(try problems(keys: [key]) == ["log.pub"])
  }
}
