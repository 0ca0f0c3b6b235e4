import FuzzSupport
import Glibc
import Ledger

/// Changes a ledger and its export in random places and expects each change to be noticed:
/// ledger-mutations COUNT SEED [RECORDS]. A seed always makes the same choices, on a ledger whose
/// keys and salts are new each time.
@main
enum LedgerMutations {
  static func main() async {
    let arguments = CommandLine.arguments
    guard (3...4).contains(arguments.count), let count = Int(arguments[1]), count > 0,
      let seed = UInt64(arguments[2]),
      let records = Int(arguments.count > 3 ? arguments[3] : "10000"),
      records >= 1_000
    else {
      print("usage: ledger-mutations COUNT SEED [RECORDS], at least 1000 records")
      exit(2)
    }
    let folder = Folder.temporary("ledger-mutations")
    do {
      let log = try await SampleLog(in: folder, records: records)
      let workers = max(1, min(4, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
      print("\(records) records, \(log.files.count) files, \(log.bytes) bytes; \(workers) threads")
      let tally = try await run(log, count: count, seed: seed, workers: workers, in: folder)
      tally.show()
      print("\(count - tally.undetected.count) of \(count) mutations detected")
      folder.removeAll()
      exit(tally.undetected.isEmpty ? 0 : 1)
    } catch {
      print("\(error)")
      folder.removeAll()
      exit(2)
    }
  }

  private static func run(
    _ log: SampleLog, count: Int, seed: UInt64, workers: Int, in folder: Folder
  ) async throws -> Tally {
    try await withThrowingTaskGroup(of: Tally.self) { group in
      for worker in 0..<workers {
        group.addTask { @concurrent in
          let trial = Trial(log, in: folder, named: "worker-\(worker)")
          try trial.expectSound()
          var tally = Tally()
          for number in stride(from: worker, to: count, by: workers) {
            var random = Random(seed: seed &* 0x1_0000_0001 &+ UInt64(number))
            let mutation = Mutation(of: log, &random)
            tally.add(mutation, trial.verdict(on: mutation))
          }
          try trial.expectSound()
          return tally
        }
      }
      return try await group.reduce(into: Tally()) { $0.add($1) }
    }
  }
}
