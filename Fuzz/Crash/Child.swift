import FuzzSupport
import Glibc
import Ledger
import Reactor
import Synchronization

/// Writes as much as it can, on two loops, and says what it was promised, until it is killed.
final class Child: Sendable {
  static let numbersOfARound = 8_000_000

  private let folder: Folder
  private let seed: UInt64
  private let round: Int
  private let acknowledgements: Acknowledgements
  /// Sequences of acknowledged records whose payloads may be erased.
  private let erasable = Mutex<[UInt64]>([])

  init(in folder: Folder, seed: UInt64, round: Int) {
    self.folder = folder
    self.seed = seed
    self.round = round
    acknowledgements = Acknowledgements(in: folder)
  }

  func run() {
    do {
      let (ledger, _) = try Ledger.open(
        directory: folder.absolute("ledger"), configuration: CrashedLedger.configuration(folder))
      let group = try EventLoopGroup(count: 2)
      for task in 0..<8 { group.loops[task % 2].spawn { await self.append(task, to: ledger) } }
      group.loops[0].spawn { await self.sign(ledger) }
      group.loops[1].spawn { await self.change(ledger) }
      withExtendedLifetime((ledger, group)) { while true { pause() } }
    } catch {
      fail(error)
    }
  }

  private func append(_ task: Int, to ledger: Ledger) async {
    var number = round * Self.numbersOfARound + task * 1_000_000
    do throws(LedgerError) {
      while true {
        let position = try ledger.append(NumberedRecord.make(number))
        if number % 7 == 0 {
          try await ledger.durable(position)
        } else {
          try await ledger.written(position)
        }
        acknowledgements.add(record: number, at: position.sequence)
        if NumberedRecord.isErasable(number) {
          erasable.withLock { $0.append(position.sequence) }
        }
        number += 1
      }
    } catch {
      fail(error)
    }
  }

  private func sign(_ ledger: Ledger) async {
    do throws(LedgerError) {
      while true { acknowledgements.add(checkpoint: try await ledger.signCheckpoint().bytes) }
    } catch {
      fail(error)
    }
  }

  /// What writes to more places than the end of a segment: erasures, changes of the key, retention.
  private func change(_ ledger: Ledger) async {
    var random = Random(seed: seed)
    let actor = LedgerActor(user: "child", via: .command)
    let isRetaining = folder.exists(CrashedLedger.retainingMark)
    do throws(LedgerError) {
      while true {
        switch random[10] {
        case 0: _ = try await ledger.rotateKey(file: folder.absolute("log.key"), actor: actor)
        case 1 where isRetaining:
          let rule = RetentionRule(of: .payloads, bytesMax: 100_000, words: "beyond 100 kB")
          _ = try await ledger.retain(rule, actor: actor)
        default:
          var due: [UInt64] = []
          erasable.withLock { sequences in
            for _ in 0..<min(3, sequences.count) {
              due.append(sequences.remove(at: random[sequences.count]))
            }
          }
          if due.isEmpty {
            try await ledger.durable(try ledger.append(NumberedRecord.make(1)))
          } else {
            _ = try await ledger.erase(due, actor: actor, reason: "crash test")
          }
        }
      }
    } catch {
      fail(error)
    }
  }

  private func fail(_ error: any Error) -> Never {
    print("child: \(error)")
    exit(3)
  }
}
