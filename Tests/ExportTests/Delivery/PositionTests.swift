import CLinux
import Crypto
import Glibc
import Ledger
import Testing
import TestSupport

@testable import Export

@Suite struct PositionTests {
  let directory = TemporaryDirectory()

  private func position(
    _ sequence: UInt64, hash: String = "aa", ledger: String = "l", format: String = "jsonl",
    destination: String = "d", bytes: Int? = nil
  ) -> ExportPosition {
    ExportPosition(
      ledger: ledger, format: format, destination: destination, sequence: sequence, leafHash: hash,
      outputBytes: bytes)
  }

  @Test func `a position is kept and read again`() throws {
    let file = PositionFile(path: directory.file("position"))
    #expect(try file.load() == nil)
    for value in [
      position(0), position(1 << 40, bytes: 17), position(3, destination: "https://é/\""),
    ] {
      try file.save(value)
      #expect(try file.load() == value)
    }
    var status = stat()
    #expect(stat(file.path, &status) == 0 && status.st_mode & 0o777 == 0o600)
    #expect(access(file.path + ".new", F_OK) != 0)
  }

  @Test(arguments: ["", "{}", "seq 4", #"{"ledger":"l","format":"f","destination":"d","seq":-1}"#])
  func `what is no position is refused`(text: String) {
    directory.write(Array(text.utf8), to: "position")
    let path = directory.file("position")
    #expect(throws: ExportError.notAPosition(path: path)) { try PositionFile(path: path).load() }
  }

  @Test func `a place that cannot be written is an error`() {
    let file = PositionFile(path: directory.file("missing/position"))
    #expect(throws: ExportError.self) { try file.save(position(1)) }
  }

  // MARK: Going on

  private func plan(from: UInt64? = nil) -> ExportPlan {
    var plan = ExportPlan(
      directory: directory.file("ledger"), format: .jsonl, destination: "d", version: "1",
      host: "h")
    plan.from = from
    plan.positionFile = PositionFile(path: directory.file("position"))
    return plan
  }

  private func ledger(of count: Int) async throws -> LedgerHead {
    let path = directory.file("ledger")
    let ledger = try Ledger.open(
      directory: path, configuration: LedgerConfiguration(segmentBytes: 700, tree: nil)
    ).0
    for number in 0..<count {
      let position = try ledger.append(
        LedgerRecord(
          .outcome(OutcomeRecord(call: "c\(number)", status: .ok, server: "s", tool: "t")),
          time: Int64(number)))
      try await ledger.written(position)
    }
    ledger.close()
    return try #require(try LedgerHead.look(at: path))
  }

  private func leafHash(_ sequence: UInt64) throws -> String {
    var reader = try LedgerReader(directory: directory.file("ledger"), from: sequence)
    return ExportedRecord(try #require(try reader.next())).leafHash.hex
  }

  @Test func `an export goes on after the record that it exported last`() async throws {
    let head = try await ledger(of: 20)
    #expect(head.identity.utf8.count == 32 && head.oldest == 0)
    #expect(try ExportStart(plan(), head: head, position: nil).next == 0)
    #expect(try ExportStart(plan(from: 5), head: head, position: nil).next == 5)
    let kept = position(9, hash: try leafHash(9), ledger: head.identity)
    #expect(try ExportStart(plan(from: 2), head: head, position: kept).next == 10)
  }

  @Test func `another record, ledger, format or destination is refused`() async throws {
    let head = try await ledger(of: 20)
    let hash = try leafHash(9)
    for wrong in [
      position(9, hash: try leafHash(8), ledger: head.identity),
      position(9, hash: hash, ledger: "other"),
      position(9, hash: hash, ledger: head.identity, format: "csv"),
      position(9, hash: hash, ledger: head.identity, destination: "e"),
    ] {
      #expect(throws: ExportError.self) { try ExportStart(plan(), head: head, position: wrong) }
    }
    #expect(throws: ExportError.beyondEnd(sequence: 20)) {
      try ExportStart(plan(), head: head, position: position(20, ledger: head.identity))
    }
  }

  @Test func `records that were let go meanwhile are told`() async throws {
    let head = try await ledger(of: 20)
    let names = try #require(try LedgerHead.look(at: directory.file("ledger")))
    #expect(names == head)
    #expect(unlink(directory.file("ledger/00000000000000000000.seg")) == 0)
    let now = try #require(try LedgerHead.look(at: directory.file("ledger")))
    #expect(now.identity == head.identity && now.oldest > 1)
    #expect(throws: ExportError.missing(from: 1, upTo: now.oldest - 1)) {
      try ExportStart(plan(), head: now, position: position(0, ledger: head.identity))
    }
    #expect(throws: ExportError.missing(from: 1, upTo: now.oldest - 1)) {
      try ExportStart(plan(from: 1), head: now, position: nil)
    }
    #expect(try ExportStart(plan(), head: now, position: nil).next == 0)
    let last = position(now.oldest - 1, ledger: head.identity)
    #expect(try ExportStart(plan(), head: now, position: last).next == now.oldest)
  }

  @Test func `what is no ledger is refused, and what is empty has no head`() throws {
    #expect(throws: ExportError.self) { try LedgerHead.look(at: directory.file("nothing")) }
    #expect(mkdir(directory.file("ledger"), 0o700) == 0)
    #expect(try LedgerHead.look(at: directory.file("ledger")) == nil)
    directory.write([], to: "ledger/00000000000000000000.seg")
    #expect(try LedgerHead.look(at: directory.file("ledger")) == nil)
    directory.write(Array(repeating: 0x20, count: 64), to: "ledger/00000000000000000000.seg")
    #expect(throws: ExportError.self) { try LedgerHead.look(at: directory.file("ledger")) }
  }
}
