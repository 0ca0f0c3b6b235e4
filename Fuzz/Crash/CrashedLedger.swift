import FuzzSupport
import Glibc
import Ledger

/// A ledger whose writer is killed, and what must be true of it each time.
struct CrashedLedger {
  static let retainingMark = "retaining"

  private let folder: Folder
  private let isRetaining: Bool
  /// Changes of the key and erasures that were counted.
  private var changes = 0
  private var erased = 0

  /// - Parameter isRetaining: whether its writers let go old payloads.
  init(in folder: Folder, isRetaining: Bool) {
    self.folder = folder
    self.isRetaining = isRetaining
    if isRetaining { folder.write([], to: Self.retainingMark) }
  }

  static func configuration(_ folder: Folder) -> LedgerConfiguration {
    LedgerConfiguration(
      segmentBytes: 30_000,
      tree: TreeConfiguration(interval: 5, keyFile: folder.absolute("log.key")))
  }

  /// Lets a child write, kills it, opens what it left.
  /// - Returns: what is wrong.
  mutating func crash(_ round: Int, _ random: inout Random, _ tally: inout Tally) -> [String] {
    let delay = random.chance(25) ? random[25_000] : 20_000 + random[200_000]
    if let problem = kill(after: delay, seed: random.source.next(), round: round) {
      return [problem]
    }
    tally.kills += 1
    do throws(LedgerError) {
      let (ledger, found) = try Ledger.open(
        directory: folder.absolute("ledger"), configuration: Self.configuration(folder))
      ledger.close()
      tally.cuts += found.cuts.count
      return try checkTree(&random, &tally) + checkRecords(round, &tally)
    } catch {
      return ["the ledger does not open: \(error)"]
    }
  }

  private func kill(after microseconds: Int, seed: UInt64, round: Int) -> String? {
    let words = ["ledger-crash", "child", folder.path, "\(seed)", "\(round)"]
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var child: pid_t = 0
    guard posix_spawn(&child, "/proc/self/exe", nil, nil, &arguments, [nil]) == 0 else {
      return "no child: errno \(errno)"
    }
    usleep(UInt32(microseconds))
    Glibc.kill(child, SIGKILL)
    var status: Int32 = 0
    waitpid(child, &status, 0)
    return status & 0x7F == SIGKILL ? nil : "the child ended by itself, with status \(status)"
  }

  private mutating func checkTree(
    _ random: inout Random, _ tally: inout Tally
  ) throws(LedgerError) -> [String] {
    let signed = Acknowledgements.checkpoints(in: folder)
    // The newest is above all others, and one of the others stands for them.
    let older: [[UInt8]?] =
      signed.isEmpty ? [nil] : [signed.last, signed[random[signed.count]]]
    var problems: [String] = []
    for checkpoint in older {
      let report = try LedgerVerification(
        directory: folder.absolute("ledger"), since: checkpoint
      ).run()
      problems += report.problems.map { "\($0)" }
      if report.signed != report.records { problems.append("not all records are signed") }
      tally.checkpoints += checkpoint == nil ? 0 : 1
      tally.erased += Int(report.erased) - erased
      erased = Int(report.erased)
      tally.records += Int(report.records)
    }
    return problems
  }

  private mutating func checkRecords(_ round: Int, _ tally: inout Tally) throws(LedgerError)
    -> [String]
  {
    var promised = Acknowledgements.records(in: folder)
    var problems: [String] = []
    var found = 0
    var reader = try LedgerReader(directory: folder.absolute("ledger"))
    while let entry = try reader.next() {
      if entry.text("previous") != nil { found += 1 }
      let sequence = entry.position.sequence
      guard let number = promised.removeValue(forKey: sequence) else { continue }
      tally.checks += 1
      if number / Child.numbersOfARound == round { tally.acknowledged += 1 }
      let problem = NumberedRecord.problem(of: entry, number, isRetaining: isRetaining)
      if let problem { problems.append("record \(sequence), number \(number), \(problem)") }
    }
    tally.changesOfKey += found - changes
    changes = found
    for (sequence, number) in promised.sorted(by: { $0.key < $1.key }) {
      problems.append("record \(sequence), number \(number), is gone")
    }
    return problems
  }
}
