import FuzzSupport
import Glibc
import Ledger

/// Kills a process that writes a ledger, again and again, at random moments, and checks each time
/// that nothing it had acknowledged is lost: ledger-crash KILLS SEED. The process is this program
/// too: ledger-crash child DIRECTORY SEED ROUND.
@main
enum LedgerCrash {
  /// After so many kills a new ledger is begun.
  static let roundsOfALedger = 10

  static func main() {
    let arguments = CommandLine.arguments
    if arguments.count == 5, arguments[1] == "child", let seed = UInt64(arguments[3]),
      let round = Int(arguments[4])
    {
      Child(in: Folder(arguments[2]), seed: seed, round: round).run()
    }
    guard arguments.count == 3, let kills = Int(arguments[1]), kills > 0,
      let seed = UInt64(arguments[2])
    else {
      print("usage: ledger-crash KILLS SEED")
      exit(2)
    }
    var random = Random(seed: seed)
    var tally = Tally()
    for first in stride(from: 0, to: kills, by: roundsOfALedger) {
      let folder = Folder.temporary("ledger-crash")
      var ledger = CrashedLedger(in: folder, isRetaining: random.chance(25))
      for round in 0..<min(roundsOfALedger, kills - first) {
        let problems = ledger.crash(round, &random, &tally)
        guard problems.isEmpty else {
          for problem in problems.prefix(20) { print("WRONG \(problem)") }
          print("kill \(first + round) lost what was promised; the ledger is in \(folder.path)")
          exit(1)
        }
      }
      folder.removeAll()
    }
    tally.show()
    print("\(tally.kills) of \(kills) kills survived")
  }
}
