import Audit
import Configuration
import Evidence
import Export
import Glibc
import JSON
import Ledger

/// `sallyport audit report`
struct AuditReportCommand {
  let since: AuditTime?
  let until: AuditTime?
  /// Where both forms go; nil writes JSON to standard output.
  let directory: String?
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
    do {
      let report = try survey(DataDirectory(directories.data).ledger)
      try write(report)
      summarize(report)
      return .success
    } catch let error as NewFile.Failure {
      session.report("\(error.path): \(error.reason)")
    } catch {
      session.report("the report cannot be made: \(error)")
    }
    return .failure
  }

  private func survey(_ ledger: String) throws -> EvidenceReport {
    let now = LedgerRecord.now()
    let filter = try LedgerFilter(AuditFilter(since: since, until: until), now: now)
    let subject = EvidenceReport.Subject(
      ledger: try LedgerHead.look(at: ledger)?.identity ?? "", since: filter.since ?? 0,
      until: filter.until ?? now, made: now, program: Version.current)
    var survey = EvidenceSurvey(subject)
    var reader = try LedgerReader(directory: ledger)
    while let entry = try reader.next() {
      let record = ExportedRecord(entry)
      survey.examine(
        sequence: record.sequence, json: record.json, root: record.document.root)
    }
    return survey.report()
  }

  private func write(_ report: EvidenceReport) throws {
    let json = String(decoding: try report.json(), as: UTF8.self) + "\n"
    guard let directory else { return Output.write(json) }
    try NewFile.makeDirectory(directory, mode: 0o700)
    for (name, text) in [
      ("report.json", json), ("report.html", String(decoding: report.html(), as: UTF8.self)),
    ] {
      let path = "\(directory)/\(name)"
      guard try NewFile.write(text, to: path, mode: 0o600, replacing: false) == .created else {
        throw NewFile.Failure(path: path, reason: "exists; name another directory")
      }
    }
  }

  private func summarize(_ report: EvidenceReport) {
    let counts = EvidenceResult.allCases.map { result in
      "\(report.findings.count { $0.result == result }) \(result.rawValue)"
    }
    let place = directory.map { " in \(printable($0))" } ?? ""
    Output.writeError(
      "\(report.subject.records) records, \(report.findings.count) controls: "
        + counts.joined(separator: ", ") + "\(place)\n")
  }
}
