import Configuration
import JSON
import Ledger

/// `sallyport audit tiles`
struct TilesCommand {
  let directory: String
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
    do {
      let ledger = DataDirectory(directories.data).ledger
      let access = LedgerAccess(directories: directories, common: common, session: session)
      _ = try access.perform("/v1/ledger/checkpoint") { ledger, _ throws(LedgerError) in
        _ = try await ledger.signCheckpoint()
        return Array("{}".utf8)
      }
      var progress = ProgressLine(session: session, isQuiet: common.json)
      let report = try TileExport(from: ledger, to: directory).run {
        progress.show("\($0) records")
      }
      progress.end()
      try ExportNote(access: access, format: "tiles", destination: directory).write(
        first: 0, last: report.records)
      if common.json {
        Output.write(
          JSONText.object([("records", "\(report.records)"), ("files", "\(report.files)")]) + "\n")
      } else {
        Output.write("\(report.records) records, \(report.files) files written to \(directory)\n")
      }
      return .success
    } catch {
      return session.report(ledger: error)
    }
  }
}

/// The record that says what was given to another place.
struct ExportNote {
  let access: LedgerAccess
  let format: String
  let destination: String

  /// - Parameter last: the sequence after the last record that was given.
  func write(first: UInt64, last: UInt64) throws {
    let range = first < last ? first...(last - 1) : nil
    var body = JSONWriter(reservingCapacity: 256)
    body.beginObject()
    body.name("format")
    body.string(format)
    body.name("destination")
    body.string(destination)
    if let range {
      body.name("first")
      body.int(range.lowerBound)
      body.name("last")
      body.int(range.upperBound)
    }
    body.endObject()
    let (format, destination) = (format, destination)
    _ = try access.perform("/v1/ledger/exported", body: body.bytes) {
      ledger, actor throws(LedgerError) in
      try await ledger.durable(
        try ledger.append(
          LedgerRecord(
            .export(
              ExportRecord(format: format, destination: destination, range: range, actor: actor)))
        ))
      return Array("{}".utf8)
    }
  }
}
