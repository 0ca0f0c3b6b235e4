import CLinux
import Glibc
import Reactor
import Synchronization
import Testing
import TestSupport

@testable import Ledger

@Suite struct KillTests {
  let directory = TemporaryDirectory()

  @Test func `a killed process loses no record it had reported as written or durable`() async throws
  {
    for round in 1...3 {
      let root = directory.path
      let result = await #expect(
        processExitsWith: .signal(SIGKILL), observing: [\.standardErrorContent]
      ) { [root = root as String, round = round as Int] in
        try await Victim(root: root, round: round).run()
      }
      if let text = result?.standardErrorContent, !text.isEmpty {
        #expect(!String(decoding: text, as: UTF8.self).contains("victim:"))
      }
      let acknowledged = try acknowledged()
      #expect(acknowledged.count >= 150 * round)
      let (ledger, report) = try Ledger.open(directory: directory.ledger, configuration: .plain)
      ledger.close()
      let calls = try LedgerReader.calls(in: directory.ledger)
      #expect(calls.count == Int(report.records))
      for (sequence, call) in acknowledged {
        #expect(Int(sequence) < calls.count && calls[Int(sequence)] == "call-\(call)")
      }
    }
  }

  /// What the victims wrote to a file after each acknowledgement: sequence and call.
  private func acknowledged() throws -> [(UInt64, UInt64)] {
    let bytes = try TestFile.read(directory.path + "/acknowledged")
    return bytes.withUnsafeBytes { bytes in
      stride(from: 0, through: bytes.count - 16, by: 16).map {
        (
          bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self),
          bytes.loadUnaligned(fromByteOffset: $0 + 8, as: UInt64.self)
        )
      }
    }
  }
}

/// Appends from two loops and reports what was acknowledged, until it kills itself in the middle.
private final class Victim: Sendable {
  let root: String
  let round: Int
  let count = Atomic(0)
  let file: Int32

  init(root: String, round: Int) {
    self.root = root
    self.round = round
    file = linux_open(root + "/acknowledged", O_WRONLY | O_CREAT | O_APPEND, 0o600)
  }

  func run() async throws {
    let (ledger, _) = try Ledger.open(
      directory: root + "/ledger",
      configuration: LedgerConfiguration(segmentBytes: 8_000, tree: nil))
    let group = try EventLoopGroup(count: 2)
    for task in 0..<8 {
      group.loops[task % 2].spawn { await self.work(task, ledger) }
    }
    while count.load(ordering: .relaxed) < 150 + round * 37 { await Task.yield() }
    kill(getpid(), SIGKILL)
    while true { await Task.yield() }
  }

  private func work(_ task: Int, _ ledger: Ledger) async {
    var number = (round * 8 + task) * 1_000_000
    while true {
      do throws(LedgerError) {
        let position = try ledger.append(.numbered(number))
        if number % 7 == 0 {
          try await ledger.durable(position)
        } else {
          try await ledger.written(position)
        }
        var report = (position.sequence, UInt64(number))
        write(file, &report, 16)
        count.add(1, ordering: .relaxed)
        number += 1
      } catch {
        let text = "victim: \(error)\n"
        write(2, text, text.utf8.count)
        return
      }
    }
  }
}
