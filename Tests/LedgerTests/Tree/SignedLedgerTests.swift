import Crypto
import Glibc
import JSON
import Testing
import TestSupport

@testable import Ledger

@Suite("A ledger that is signed")
struct SignedLedgerTests {
  let directory = TemporaryDirectory()

  private func open(segmentBytes: Int = 20_000) throws -> Ledger {
    try Ledger.open(
      directory: directory.ledger,
      configuration: LedgerConfiguration(
        segmentBytes: segmentBytes,
        tree: TreeConfiguration(interval: 60_000, keyFile: directory.path + "/log.key"))
    ).0
  }

  private func fill(_ ledger: Ledger, _ numbers: Range<Int>) throws {
    for number in numbers {
      try ledger.append(
        LedgerRecord(
          .decision(
            DecisionRecord(
              call: LedgerCall(
                id: "call-\(number)", principal: LedgerPrincipal(human: "h\(number % 3)"),
                server: "s", tool: "t"),
              arguments: LedgerPayload(content: Array("{\"n\":\(number)}".utf8)[...]),
              decision: .allow)), time: Int64(number)))
      try ledger.append(.numbered(number))
      // One write goes into one segment.
      if number % 5 == 0 { try ledger.flush() }
    }
  }

  private func verify(
    since: [UInt8]? = nil, keys: [NoteKey] = []
  ) throws -> VerificationReport {
    try LedgerVerification(directory: directory.ledger, keys: keys, since: since).run()
  }

  @Test func `the key is made once, for its owner alone, and is on record`() throws {
    let first = try open()
    let key = try #require(try LedgerTiles(directory: directory.ledger).keys().last)
    first.close()
    #expect(TestFile.mode(directory.path + "/log.key") == 0o600)
    let second = try open()
    second.close()
    #expect(try LedgerTiles(directory: directory.ledger).keys() == [key])
    var reader = try LedgerReader(
      directory: directory.ledger, matching: LedgerFilter(kinds: [.key]))
    #expect(try reader.next()?.text("key") == key.description)
    #expect(try reader.next() == nil)
    chmod(directory.path + "/log.key", 0o644)
    #expect(throws: LedgerError.self) { try open() }
  }

  @Test func `what is closed is signed whole, verifies, and goes on where it was`() async throws {
    for round in 0..<4 {
      let ledger = try open()
      try fill(ledger, round * 300..<round * 300 + 300)
      let note = try await ledger.signCheckpoint()
      try fill(ledger, 10_000 + round..<10_001 + round)
      ledger.close()
      let report = try verify(since: note.bytes)
      #expect(report.problems == [])
      #expect(report.records == UInt64(602 * (round + 1) + 1))
      #expect(report.signed == report.records)
      #expect(report.since == Checkpoint(text: note.text)?.size)
      #expect(report.payloads == UInt64(301 * (round + 1)))
      #expect(report.inDoubtCount == 0)
    }
  }

  @Test func `a forwarded call without an outcome is in doubt, and that is not wrong`() throws {
    let ledger = try open()
    try fill(ledger, 0..<10)
    let position = try ledger.append(RecordTests.decision)
    ledger.close()
    let report = try verify()
    #expect(report.isSound)
    #expect(report.inDoubt == [position.sequence])
  }

  @Test func `every record can be proved, alone and with its payloads, and nothing else`()
    async throws
  {
    let ledger = try open()
    try fill(ledger, 0..<700)
    _ = try await ledger.signCheckpoint()
    let tiles = LedgerTiles(directory: directory.ledger)
    let size = try tiles.size()
    for sequence in [0, 1, 2, 255, 256, 257, 1_023, size - 1] {
      let pack = try tiles.prove(sequence, payloads: true)
      let read = try ProofPack(json: pack.json)
      #expect(read == pack)
      #expect(try read.verify().size == size)
      var wrong = read
      wrong.record[wrong.record.count - 2] ^= 1
      #expect(throws: ProofError.self) { try wrong.verify() }
      if !read.payloads.isEmpty {
        wrong = read
        wrong.payloads[0].content[1] ^= 1
        #expect(throws: ProofError.self) { try wrong.verify() }
      }
      let stranger = try #require(try NoteSigner(name: pack.key.name))
      #expect(throws: ProofError.self) { try read.verify(trusting: [stranger.key]) }
    }
    #expect(throws: LedgerError.noSuchRecord(size)) { try tiles.prove(size, payloads: false) }
    ledger.close()
  }

  @Test func `erased payloads are gone from the disk, on record, and proofs hold`() async throws {
    let ledger = try open(segmentBytes: 5_000)
    try fill(ledger, 0..<200)
    let before = try await ledger.signCheckpoint()
    let pack = try LedgerTiles(directory: directory.ledger).prove(1, payloads: true)
    #expect(pack.payloads.count == 1)
    let bytes = try await ledger.erase(
      [1, 3, 301, 399], actor: LedgerActor(user: "u", via: .admin), reason: "asked for")
    #expect(bytes > 0)
    let report = try verify(since: before.bytes)
    #expect(report.problems == [])
    #expect(report.erased == 4)
    let after = try LedgerTiles(directory: directory.ledger).entry(at: 1)
    #expect(after.payload(.arguments) == .erased)
    #expect(!after.hasPayloads)
    #expect(after.json == pack.record)
    for name in try LedgerReader.segments(SystemFiles(reading: directory.ledger)) {
      let text = String(
        decoding: try TestFile.read(directory.ledger + "/" + name.text), as: UTF8.self)
      #expect(!text.contains(#"{"n":0}"#) && !text.contains(#"{"n":199}"#))
      if name.first == 0 { #expect(text.contains(#"{"n":2}"#)) }
    }
    #expect(throws: LedgerError.noSuchRecord(100_000)) {
      try wait { try await ledger.erase([100_000], actor: LedgerActor(via: .admin), reason: nil) }
    }
    ledger.close()
  }

  @Test func `an erasure that was cut short is told, and finished at the next start`() throws {
    let ledger = try open()
    try fill(ledger, 0..<20)
    ledger.close()
    // As it stands after a crash between the order and the work: the journal, and the record.
    let again = try open()
    let order = try again.append(
      LedgerRecord(.erasure(ErasureRecord(records: [1, 5], reason: "r"))))
    again.close()
    #expect(try verify().problems.map(\.place) == ["record 1", "record 5"])
    TestFile.write(
      Array("from \(order.sequence)\n".utf8), to: directory.ledger + "/erasing")
    let told = try verify().problems
    #expect(told.map(\.place) == ["record 1", "record 5"])
    #expect(told.allSatisfy { $0.reason.contains("a start of the gateway erases them") })
    let last = try open()
    last.close()
    let report = try verify()
    #expect(report.problems == [])
    #expect(report.erased == 2)
    #expect(access(directory.ledger + "/erasing", F_OK) != 0)
  }

  @Test func `old payloads whose step was cut short are told, and go at the next start`() throws {
    let ledger = try open()
    try fill(ledger, 0..<20)
    ledger.close()
    let again = try open()
    let order = try again.append(
      LedgerRecord(
        .retention(
          RetentionRecord(of: .payloads, range: 3...9, bytes: 1, rule: "r", checkpoint: ""))))
    again.close()
    #expect(try verify().problems.map(\.place) == ["record 3", "record 5", "record 7", "record 9"])
    TestFile.write(
      Array("from \(order.sequence)\n".utf8), to: directory.ledger + "/erasing")
    try open().close()
    #expect(try verify().problems == [])
    #expect(try verify().erased == 4)
  }

  @Test func `an erasure that was never ordered is not carried out`() throws {
    let ledger = try open()
    try fill(ledger, 0..<20)
    ledger.close()
    TestFile.write(Array("from 42\n".utf8), to: directory.ledger + "/erasing")
    try open().close()
    let report = try verify()
    #expect(report.problems == [] && report.erased == 0)
    #expect(access(directory.ledger + "/erasing", F_OK) != 0)
    TestFile.write(Array("1\n5\n".utf8), to: directory.ledger + "/erasing")
    #expect(throws: LedgerError.self) { try open() }
  }

  @Test func `payloads that vanished without a record are noticed`() throws {
    let ledger = try open()
    try fill(ledger, 0..<20)
    ledger.close()
    // The mark of payloads that were erased, in the frame of record 7.
    let segment = directory.ledger + "/00000000000000000000.seg"
    var bytes = try TestFile.read(segment)
    var offset = SegmentHeader.byteCount
    while case .frame(let frame) = bytes.withUnsafeBytes({ Frame.read($0, at: offset) }) {
      if frame.sequence == 7 {
        for index in 0..<4 { bytes[offset + Frame.payloadsChecksumOffset + index] = 0 }
        for index in frame.payloads { bytes[index] = 0 }
      }
      offset = frame.end
    }
    TestFile.write(bytes, to: segment)
    #expect(try verify().problems.map(\.place) == ["record 7"])
  }

  @Test func `a rotated key is signed in by the old one, and both are on record`() async throws {
    let ledger = try open()
    try fill(ledger, 0..<50)
    let old = try #require(try LedgerTiles(directory: directory.ledger).keys().last)
    let early = try await ledger.signCheckpoint()
    let new = try await ledger.rotateKey(
      file: directory.path + "/log.key", actor: LedgerActor(via: .admin))
    #expect(new != old)
    let over = try #require(ledger.checkpoint)
    #expect(over.isSigned(by: old) && over.isSigned(by: new))
    try fill(ledger, 50..<60)
    ledger.close()
    let report = try verify(since: early.bytes)
    #expect(report.problems == [])
    #expect(report.signers == [new.description])
    #expect(try !verify(keys: [old]).isSound, "the old key alone no longer signs")
    let again = try open()
    again.close()
    #expect(try verify(keys: [new]).isSound)
  }

  @Test func `a rotation that was cut short is finished at the next start`() throws {
    let ledger = try open()
    try fill(ledger, 0..<5)
    ledger.close()
    let name = try #require(try LedgerTiles(directory: directory.ledger).keys().last?.name)
    let next = try #require(try NoteSigner(name: name))
    try KeyFile(path: directory.path + "/log.key.next").save(next)
    let again = try open()
    again.close()
    #expect(try LedgerTiles(directory: directory.ledger).keys().last == next.key)
    #expect(try verify().problems == [])
    #expect(access(directory.path + "/log.key.next", F_OK) != 0)
  }

  @Test func `a first start that was cut short names its key once`() throws {
    let ledger = try open()
    ledger.close()
    unlink(directory.ledger + "/log.pub")
    let again = try open()
    again.close()
    #expect(try verify().problems == [])
  }

  @Test(arguments: ["announced", "signed", "named"])
  func `a rotation that was cut short anywhere changes the key once`(after: String) async throws {
    let ledger = try open()
    try fill(ledger, 0..<5)
    _ = try await ledger.signCheckpoint()
    let (keyFile, list) = (directory.path + "/log.key", directory.ledger + "/log.pub")
    let (oldKey, oldList) = (try TestFile.read(keyFile), try TestFile.read(list))
    let old = try #require(try LedgerTiles(directory: directory.ledger).keys().last)
    if after == "announced" {
      let made = try #require(try NoteSigner(name: old.name))
      try KeyFile(path: keyFile + ".next").save(made)
      try ledger.append(
        LedgerRecord(.key(KeyRecord(event: .rotated, key: "\(made.key)", previous: "\(old)"))))
      ledger.close()
    } else {
      _ = try await ledger.rotateKey(file: keyFile, actor: LedgerActor(via: .admin))
      ledger.close()
      rename(keyFile, keyFile + ".next")
      TestFile.write(oldKey, to: keyFile)
      if after == "signed" { TestFile.write(oldList, to: list) }
    }
    let again = try open()
    try fill(again, 5..<10)
    again.close()
    let report = try verify()
    #expect(report.problems == [])
    let keys = try LedgerTiles(directory: directory.ledger).keys()
    #expect(keys.count == 2 && keys.first == old)
    #expect(report.signers == keys.suffix(1).map(\.description))
    #expect(access(keyFile + ".next", F_OK) != 0)
  }

  @Test func `records that are gone from under a checkpoint are not accepted at a start`() throws {
    let ledger = try open(segmentBytes: 3_000)
    try fill(ledger, 0..<100)
    ledger.close()
    let last = try #require(
      try LedgerReader.segments(SystemFiles(reading: directory.ledger)).last)
    unlink(directory.ledger + "/" + last.text)
    #expect(try !verify().isSound)
    #expect {
      try open()
    } throws: { error in
      if case .rolledBack = error as? LedgerError { true } else { false }
    }
  }

  @Test func `hashes that were lost are made again from the records`() throws {
    let ledger = try open()
    try fill(ledger, 0..<400)
    ledger.close()
    for name in ["0", "1", "index"] { unlink(directory.ledger + "/tree/" + name) }
    #expect(try !verify().isSound)
    let again = try open()
    again.close()
    #expect(try verify().problems == [])
  }

  @Test func `old payloads and exported records are let go, on record, and the rest verifies`()
    async throws
  {
    let ledger = try open(segmentBytes: 4_000)
    // Synced in between: a segment grows over its size while too many others wait for the disk.
    for start in stride(from: 0, to: 180, by: 20) {
      try fill(ledger, start..<start + 20)
      _ = try await ledger.signCheckpoint()
    }
    try fill(ledger, 180..<200)
    let before = try await ledger.signCheckpoint()
    let actor = LedgerActor(via: .schedule)
    let payloads = try await ledger.retain(
      RetentionRule(of: .payloads, bytesMax: 60_000, words: "payloads beyond 60 kB"),
      actor: actor)
    let range = try #require(payloads.range)
    #expect(payloads.bytes > 0 && range.upperBound < 390)
    #expect(try verify(since: before.bytes).problems == [])
    #expect(try verify().erased > 0)

    let none = try await ledger.retain(
      RetentionRule(of: .records, before: .max, exportedUpTo: 0, words: "records"), actor: actor)
    #expect(none.range == nil, "nothing was exported")
    let records = try await ledger.retain(
      RetentionRule(of: .records, before: .max, exportedUpTo: 120, words: "records"), actor: actor)
    #expect(try #require(records.range).upperBound < 120)
    #expect(try #require(records.range).lowerBound == 0)
    ledger.close()
    let report = try verify()
    #expect(report.problems == [])
    #expect(report.first == (records.range?.upperBound ?? 0) + 1)
    let again = try open(segmentBytes: 4_000)
    try fill(again, 1_000..<1_010)
    again.close()
    #expect(try verify().problems == [])
  }

  @Test func `the log as files verifies like the ledger, and grows`() async throws {
    let ledger = try open()
    let output = directory.path + "/tiles"
    for round in 0..<3 {
      try fill(ledger, round * 400..<round * 400 + 400)
      _ = try await ledger.signCheckpoint()
      _ = try TileExport(from: directory.ledger, to: output).run()
      let report = try TileVerification(directory: output).run()
      #expect(report.problems == [])
      #expect(report.records == UInt64(800 * (round + 1) + 1))
    }
    ledger.close()
    unlink(output + "/tile/1/000.p/9")
    #expect(try !TileVerification(directory: output).run().isSound)
  }

  @Test func `witnesses' signatures stay with the checkpoint they are for`() async throws {
    let ledger = try open()
    try fill(ledger, 0..<5)
    let note = try await ledger.signCheckpoint()
    let private_ = try Ed25519PrivateKey()
    let witness = try #require(
      NoteKey(name: "w.example", kind: .cosignature, publicKey: private_.publicKey))
    let time: UInt64 = 1_800_000_000
    let signed = try private_.sign(Array("cosignature/v1\ntime \(time)\n\(note.text)".utf8))
    let stamp = withUnsafeBytes(of: time.bigEndian) { Array($0) }
    let line = SignedNote.Signature(name: witness.name, keyID: witness.id, bytes: stamp + signed)
    try await ledger.add([line], toCheckpoint: note.text)
    #expect(ledger.checkpoint?.isSigned(by: witness) == true)
    let verification = LedgerVerification(directory: directory.ledger, witnesses: [witness])
    #expect(try verification.run().problems == [])
    try fill(ledger, 5..<6)
    _ = try await ledger.signCheckpoint()
    try await ledger.add([line], toCheckpoint: note.text)
    #expect(ledger.checkpoint?.signatures.count == 1)
    ledger.close()
    #expect(try !verification.run().isSound)
  }
}

/// Runs an asynchronous body where a synchronous one is expected.
func wait<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) throws -> T {
  let done = Semaphore()
  let box = Box<T>()
  Task {
    do { box.result = .success(try await body()) } catch { box.result = .failure(error) }
    done.post()
  }
  done.wait()
  guard let result = box.result else { throw LedgerError.closed }
  return try result.get()
}

private final class Box<T>: @unchecked Sendable {
  var result: Result<T, any Error>?
}
