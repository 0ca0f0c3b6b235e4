import Configuration
import Glibc
import JSON
import Ledger

/// `sallyport audit verify`
struct VerifyCommand {
  let target: String?
  let trust: EvidenceInvocation.Trust
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    do {
      let keys = try TrustedKeys.read(trust.key)
      let witnesses = try TrustedKeys.read(trust.witness)
      let since = try trust.since.map { Array(try TextFile(reading: $0).text.utf8) }
      guard let place = try place() else { return .configuration }
      var progress = ProgressLine(session: session, isQuiet: common.json)
      let report = try verify(
        place, keys: keys, witnesses: witnesses, since: since
      ) { progress.show("\($0) records") }
      progress.end()
      if common.json {
        Output.write(Self.json(report) + "\n")
      } else {
        show(report, isTrusted: !keys.isEmpty)
      }
      return report.isSound ? .success : .failure
    } catch {
      session.report("the log cannot be verified: \(error)")
      return .failure
    }
  }

  private enum Place {
    case ledger(directory: String, PayloadSealing?)
    case tiles(directory: String)
    case published(url: String)
  }

  private func place() throws -> Place? {
    guard let target else {
      guard let directories = session.directories(common) else { return nil }
      return .ledger(
        directory: DataDirectory(directories.data).ledger, session.sealing(common))
    }
    if target.contains("://") { return .published(url: target) }
    return access(target + "/ledger.lock", F_OK) == 0
      ? .ledger(directory: target, session.sealing(common)) : .tiles(directory: target)
  }

  private func verify(
    _ place: Place, keys: [NoteKey], witnesses: [NoteKey], since: [UInt8]?,
    progress: (UInt64) -> Void
  ) throws -> VerificationReport {
    switch place {
    case .ledger(let directory, let sealing):
      return try LedgerVerification(
        directory: directory, keys: keys, witnesses: witnesses, since: since, sealing: sealing
      ).run(progress: progress)
    case .tiles(let directory):
      return try TileVerification(
        directory: directory, keys: keys, witnesses: witnesses, since: since
      ).run(progress: progress)
    case .published(let url):
      let log = try PublishedLog(url: url)
      return try TileVerification(keys: keys, witnesses: witnesses, since: since) {
        path throws(LedgerError) in
        try log.fetch(path)
      }.run(progress: progress)
    }
  }

  private func show(_ report: VerificationReport, isTrusted: Bool) {
    let output = session.output
    func line(_ name: String, _ value: String) {
      let padded = name + String(repeating: " ", count: max(1, 12 - name.count))
      Output.write(output.styled(padded, .bold) + value + "\n")
    }
    if let origin = report.origin { line("log", printable(origin)) }
    line(
      "records",
      report.first == 0
        ? "\(report.records)" : "\(report.records), from \(report.first) on: older ones were let go")
    if report.signed > 0 {
      line("signed", "the first \(report.signed)")
      for signer in report.signers { line("by", printable(signer)) }
    }
    if let since = report.since { line("extends", "an older checkpoint over \(since)") }
    if report.payloads > 0 { line("payloads", "\(report.payloads) as they were written") }
    if report.sealed > 0 { line("sealed", "\(report.sealed) payloads, not opened") }
    if report.erased > 0 { line("erased", "payloads of \(report.erased) records, each on record") }
    if report.inDoubtCount > 0 {
      line(
        "in doubt",
        "\(report.inDoubtCount) calls without an outcome: records "
          + report.inDoubt.prefix(10).map(String.init).joined(separator: ", ")
          + (report.inDoubtCount > 10 ? ", …" : ""))
    }
    for problem in report.problems {
      Output.write(output.styled("WRONG", .red) + "  " + printable("\(problem)") + "\n")
    }
    let hidden = report.problemCount - report.problems.count
    if hidden > 0 { Output.write("… and \(hidden) more\n") }
    if report.isSound {
      let trusted =
        isTrusted ? "" : " The key is the log's own: --key takes one that was kept elsewhere."
      Output.write(output.styled("sound", .green) + ": nothing is wrong.\(trusted)\n")
    }
  }

  private static func json(_ report: VerificationReport) -> String {
    var writer = JSONWriter(reservingCapacity: 1_024)
    writer.beginObject()
    func number(_ name: String, _ value: UInt64) {
      writer.name(name)
      writer.int(value)
    }
    writer.name("sound")
    writer.bool(report.isSound)
    if let origin = report.origin {
      writer.name("origin")
      writer.string(origin)
    }
    number("first", report.first)
    number("records", report.records)
    number("signed", report.signed)
    if let since = report.since { number("since", since) }
    number("bytes", report.bytes)
    number("payloads", report.payloads)
    number("sealed", report.sealed)
    number("erased", report.erased)
    number("inDoubt", UInt64(report.inDoubtCount))
    writer.name("inDoubtRecords")
    writer.beginArray()
    for sequence in report.inDoubt { writer.int(sequence) }
    writer.endArray()
    writer.name("signers")
    writer.beginArray()
    for signer in report.signers { writer.string(signer) }
    writer.endArray()
    number("problemCount", UInt64(report.problemCount))
    writer.name("problems")
    writer.beginArray()
    for problem in report.problems {
      writer.beginObject()
      writer.name("place")
      writer.string(problem.place)
      writer.name("reason")
      writer.string(problem.reason)
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}
