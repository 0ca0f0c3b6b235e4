import Glibc
import Reactor
import Synchronization
import Testing
import TestSupport

@testable import Ledger

@Suite struct AppendingTests {
  let directory = TemporaryDirectory()

  @Test func `tasks of several loops and of none append in one gapless order`() async throws {
    let (ledger, _) = try Ledger.open(
      directory: directory.ledger,
      configuration: LedgerConfiguration(segmentBytes: 20_000, tree: nil))
    let group = try EventLoopGroup(count: 3)
    let perTask = 100
    let failures = Failures()
    let work: @Sendable (Int) async -> Void = { task in
      do throws(LedgerError) {
        var last: LedgerPosition?
        for index in 0..<perTask {
          let position = try ledger.append(.numbered(task * perTask + index))
          if let last { #expect(last < position) }
          last = position
          switch index % 10 {
          case 9:
            try await ledger.durable(position)
            #expect(ledger.status.durable > position.sequence)
          case 3: break
          default:
            try await ledger.written(position)
            #expect(ledger.status.written > position.sequence)
          }
        }
      } catch {
        failures.add(error)
      }
    }
    await withTaskGroup { tasks in
      for task in 0..<8 {
        let loop = group.loops[task % group.loops.count]
        let onLoop = task < 6
        tasks.addTask { @Sendable in
          if onLoop {
            await loop.spawn { await work(task) }.value
          } else {
            await work(task)
          }
        }
      }
    }
    #expect(failures.all == [])
    ledger.close()
    group.shutdown()

    let calls = try LedgerReader.calls(in: directory.ledger)
    let numbers = calls.compactMap { Int($0.dropFirst("call-".count)) }
    #expect(numbers.count == 8 * perTask)
    for task in 0..<8 {
      let own = numbers.filter { $0 / perTask == task }
      #expect(own == Array(task * perTask..<(task + 1) * perTask))
    }
    let segments = try LedgerReader.segments(SystemFiles(reading: directory.ledger))
    #expect(segments.count > 1)
  }

  @Test func `one write serves all records of a tick`() async throws {
    let files = SimulatedFiles(seed: 1)
    let (writer, _) = try Writer.open(
      files: files, sameBoot: true, configuration: LedgerConfiguration())
    let ledger = try Ledger(writer: writer)
    let group = try EventLoopGroup(count: 1)
    let loop = group.loops[0]
    await loop.spawn {
      await withTaskGroup { tasks in
        for number in 0..<50 {
          tasks.addTask {
            do throws(LedgerError) {
              try await ledger.written(try ledger.append(.numbered(number)))
            } catch {
              Issue.record(error)
            }
          }
        }
      }
    }.value
    // One for the segment's header, one for the fifty, which start in one tick or two.
    #expect(files.change { $0.writes } <= 3)
    #expect(ledger.status.written == 50)
    ledger.close()
    group.shutdown()
  }

  @Test func `a record nobody waits for is written at the end of the tick`() async throws {
    let (ledger, _) = try Ledger.open(directory: directory.ledger, configuration: .plain)
    let group = try EventLoopGroup(count: 1)
    let loop = group.loops[0]
    try await loop.perform { () throws(LedgerError) in
      try ledger.append(.numbered(0))
      #expect(ledger.status.written == 0)
    }
    await loop.perform {}
    await loop.perform {}
    #expect(ledger.status.written == 1)
    ledger.close()
    group.shutdown()
  }

  @Test func `a closed ledger refuses and still says what it kept`() async throws {
    let (ledger, _) = try Ledger.open(directory: directory.ledger, configuration: .plain)
    let position = try ledger.append(.numbered(0))
    ledger.close()
    ledger.close()
    try await ledger.written(position)
    try await ledger.durable(position)
    #expect(throws: LedgerError.closed) { try ledger.append(.numbered(1)) }
    #expect(ledger.status.error == .closed)
    await #expect(throws: LedgerError.closed) {
      try await ledger.durable(LedgerPosition(sequence: 1))
    }
    #expect(try LedgerReader.calls(in: directory.ledger) == ["call-0"])
  }

  @Test func `a ledger that nobody holds closes itself`() throws {
    do {
      let (ledger, _) = try Ledger.open(directory: directory.ledger, configuration: .plain)
      try ledger.append(.numbered(0))
    }
    let (ledger, report) = try Ledger.open(directory: directory.ledger, configuration: .plain)
    #expect(report.records == 1)
    ledger.close()
  }

  // MARK: Failing

  private func failing(
    _ seed: UInt64, stagedBytesMax: Int = 1 << 20
  ) throws -> (Writer, SimulatedFiles) {
    let files = SimulatedFiles(seed: seed)
    let (writer, _) = try Writer.open(
      files: files, sameBoot: true,
      configuration: LedgerConfiguration(stagedBytesMax: stagedBytesMax, tree: nil))
    return (writer, files)
  }

  private func append(_ number: Int, to writer: Writer) throws(LedgerError) -> UInt64 {
    var record = RecordWriter(capacity: 100)
    LedgerRecord.numbered(number).encode(into: &record)
    return try record.withBytes { bytes throws(LedgerError) in try writer.append(bytes) }
  }

  @Test func `a full disk denies until there is space, and loses nothing`() async throws {
    let (writer, files) = try failing(2)
    let ledger = try Ledger(writer: writer)
    let first = try ledger.append(.numbered(0))
    try await ledger.written(first)
    files.change { $0.space = 30 }
    // The first one is staged, and learns of the failure when it waits.
    let second = try ledger.append(.numbered(1))
    let error = await #expect(throws: LedgerError.self) { try await ledger.written(second) }
    guard case .unwritable(let failure) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(failure.code == ENOSPC)
    await #expect(throws: LedgerError.self) { try await ledger.durable(second) }
    for number in 2..<5 {
      #expect(throws: LedgerError.unwritable(failure)) { try ledger.append(.numbered(number)) }
    }
    #expect(ledger.status.error == .unwritable(failure))
    files.change { $0.space = .max }
    let next = try ledger.append(.numbered(5))
    #expect(next.sequence == 2)
    try await ledger.durable(next)
    try await ledger.written(second)
    #expect(ledger.status.error == nil)
    ledger.close()
  }

  @Test func `after a failed sync nothing is trusted until it is opened anew`() async throws {
    let (writer, files) = try failing(3)
    let ledger = try Ledger(writer: writer)
    let first = try ledger.append(.numbered(0))
    try await ledger.durable(first)
    files.change { $0.syncError = EIO }
    let second = try ledger.append(.numbered(1))
    let error = await #expect(throws: LedgerError.self) { try await ledger.durable(second) }
    files.change { $0.syncError = nil }
    guard case .untrusted(let failure) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(failure.operation == "fdatasync")
    #expect(throws: LedgerError.untrusted(failure)) { try ledger.append(.numbered(2)) }
    await #expect(throws: LedgerError.untrusted(failure)) { try await ledger.durable(second) }
    try await ledger.durable(first)
    ledger.close()
  }

  @Test func `a failed write is not tried again`() throws {
    let (writer, files) = try failing(4)
    _ = try append(0, to: writer)
    files.change { $0.writeError = EIO }
    let error = #expect(throws: LedgerError.self) { try writer.flush() }
    files.change { $0.writeError = nil }
    guard case .untrusted(let failure) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(throws: LedgerError.untrusted(failure)) { try writer.flush() }
    #expect(throws: LedgerError.untrusted(failure)) { try append(1, to: writer) }
    #expect(throws: LedgerError.untrusted(failure)) { try writer.synchronize() }
  }

  @Test func `staging is bounded and a flush makes room`() throws {
    let (writer, _) = try failing(5, stagedBytesMax: 1_000)
    var number = 0
    let error = #expect(throws: LedgerError.self) {
      while true {
        _ = try append(number, to: writer)
        number += 1
      }
    }
    guard case .overloaded(let bytes) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(bytes <= 1_000)
    #expect(writer.error == nil)
    try writer.flush()
    #expect(try append(number, to: writer) == UInt64(number))
  }

  @Test func `a payload over the bound is refused, one at the bound is not`() throws {
    let (writer, _) = try failing(6)
    let large = [UInt8](repeating: UInt8(ascii: "x"), count: LedgerLimits.recordBytesMax + 1)
    #expect(throws: LedgerError.recordTooLarge(bytes: large.count)) {
      try large.withUnsafeBytes { try writer.append($0) }
    }
    #expect(try large.dropLast().withUnsafeBytes { try writer.append($0) } == 0)
  }
}

private final class Failures: Sendable {
  private let errors = Mutex<[LedgerError]>([])

  var all: [LedgerError] { errors.withLock { $0 } }

  func add(_ error: LedgerError) {
    errors.withLock { $0.append(error) }
  }
}
