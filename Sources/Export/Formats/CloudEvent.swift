internal import Crypto
internal import JSON

/// A record as a CloudEvent in structured JSON.
///
/// Source: CloudEvents 1.0.2, its JSON format, and its extensions for sequence and distributed
/// tracing.
enum CloudEvent {
  /// What describes `data`.
  static let schema = "https://sallyport.dev/schema/ledger-record.schema.json"
  static let typePrefix = "dev.sallyport.ledger."

  static func encode(_ record: ExportedRecord, of origin: ExportOrigin) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: record.json.count + 640)
    writer.beginObject()
    writer.member("specversion", "1.0")
    writer.member("id", origin.identifier(of: record))
    writer.member("source", origin.source)
    writer.member("type", typePrefix + record.kind)
    writer.member("subject", subject(of: record))
    writer.member("time", record.time?.rfc3339)
    writer.member("datacontenttype", "application/json")
    writer.member("dataschema", schema)
    writer.member("sequence", padded(record.sequence))
    writer.member("leafhash", record.leafHash.hex)
    if let trace = TraceParent(record) { writer.member("traceparent", trace.text) }
    writer.name("data")
    writer.raw(record.line)
    writer.endObject()
    return writer.bytes
  }

  /// The tool, else the server; never empty.
  private static func subject(of record: ExportedRecord) -> String? {
    let subject = record.publicTool ?? record.text("server")
    return subject?.isEmpty == true ? nil : subject
  }

  /// In twenty digits, so that texts sort as numbers do.
  private static func padded(_ sequence: UInt64) -> String {
    let digits = String(sequence)
    return String(repeating: "0", count: 20 - digits.utf8.count) + digits
  }
}
