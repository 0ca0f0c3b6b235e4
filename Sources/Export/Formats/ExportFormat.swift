/// The forms in which records leave the ledger.
public enum ExportFormat: String, Sendable, CaseIterable {
  /// The stored record with its sequence as first member, one a line.
  case jsonl
  /// A selection of members as a table, for people.
  case csv
  /// OCSF API Activity events, one a line.
  case ocsf
  /// CloudEvents in JSON, one a line; as batches to a webhook.
  case cloudevents

  /// What stands before the first record of a file.
  var header: [UInt8] { self == .csv ? CSV.header : [] }

  /// One record, without a line's end.
  func encode(_ record: ExportedRecord, of origin: ExportOrigin) -> [UInt8] {
    switch self {
    case .jsonl: JSONLine.encode(record)
    case .csv: CSV.row(record)
    case .ocsf: OCSFEvent(record, origin: origin).encoded()
    case .cloudevents: CloudEvent.encode(record, of: origin)
    }
  }

  var lineEnd: [UInt8] { self == .csv ? [0x0D, 0x0A] : [0x0A] }
}
