internal import Crypto
internal import JSON

/// A record as an API Activity event of the Open Cybersecurity Schema Framework.
///
/// Source: OCSF schema 1.8.0 (github.com/ocsf/ocsf-schema, tag 1.8.0), class `api_activity` with
/// the profiles `security_control`, `ai_operation` and `trace`.
struct OCSFEvent {
  static let schemaVersion = "1.8.0"
  static let categoryUID = 6
  static let classUID = 6003

  let record: ExportedRecord
  let origin: ExportOrigin
  let activity: OCSFActivity
  let control: OCSFControl?
  let status: OCSFStatus
  let trace: TraceParent?

  init(_ record: ExportedRecord, origin: ExportOrigin) {
    self.record = record
    self.origin = origin
    activity = OCSFActivity(record)
    control = OCSFControl(record)
    status = OCSFStatus(record)
    trace = TraceParent(record)
  }

  func encoded() -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: record.json.count * 2 + 2_048)
    writer.beginObject()
    classify(&writer)
    writer.object("metadata", describe)
    writer.object("actor", nameActor)
    writer.object("src_endpoint", nameSource)
    writer.object("api", nameOperation)
    nameResource(&writer)
    control?.write(of: record, to: &writer)
    nameModel(&writer)
    if let trace { writer.object("trace") { $0.member("uid", trace.trace) } }
    keepRecord(&writer)
    keepUnmapped(&writer)
    writer.endObject()
    return writer.bytes
  }

  private func classify(_ writer: inout JSONWriter) {
    writer.member("activity_id", activity.id)
    writer.member("activity_name", activity.name)
    writer.member("category_uid", Self.categoryUID)
    writer.member("category_name", "Application Activity")
    writer.member("class_uid", Self.classUID)
    writer.member("class_name", "API Activity")
    writer.member("type_uid", Self.classUID * 100 + activity.id)
    writer.member("type_name", "API Activity: \(activity.name)")
    let severity = OCSFSeverity(record)
    writer.member("severity_id", severity.id)
    writer.member("severity", severity.name)
    writer.member("status_id", status.id)
    writer.member("status", status.name)
    writer.member("status_code", record.word)
    writer.member("status_detail", record.text("reason") ?? record.text("error"))
    writer.member("message", message)
    writer.member("time", record.time?.milliseconds ?? 0)
    writer.member("timezone_offset", 0)
    writer.member("duration", record.integer("duration_us").map { $0 / 1000 })
  }

  /// One line for a person.
  private var message: String {
    [record.kind, record.word, record.publicTool ?? record.text("server") ?? record.text("method")]
      .compactMap(\.self).joined(separator: " ")
  }

  private func describe(_ writer: inout JSONWriter) {
    writer.member("version", Self.schemaVersion)
    writer.object("product") {
      $0.member("name", "Sallyport")
      $0.member("vendor_name", "Sallyport")
      $0.member("version", origin.version)
    }
    writer.member("uid", origin.identifier(of: record))
    // A number of 32 bits there; the uid always has it.
    writer.member("sequence", Int32(exactly: record.sequence))
    writer.member("event_code", record.eventCode)
    writer.member("log_name", "ledger")
    writer.member("correlation_uid", record.text("call"))
    writer.member("tenant_uid", record.root[member: "principal"]?[member: "tenant"]?.string)
    if record.root[member: "truncated"]?.bool == true { writer.member("is_truncated", true) }
    writer.member("profiles", profiles)
  }

  private var profiles: [String] {
    var profiles: [String] = []
    if control != nil { profiles.append("security_control") }
    if hasContext || model != nil { profiles.append("ai_operation") }
    if trace != nil { profiles.append("trace") }
    return profiles
  }

  /// The record itself, so that the event alone is enough to prove it: its bytes, and the hash of
  /// its leaf.
  private func keepRecord(_ writer: inout JSONWriter) {
    writer.name("raw_data")
    writer.string(utf8: record.json)
    writer.member("raw_data_size", record.json.count)
    writer.object("raw_data_hash") {
      // Not the plain SHA-256 of raw_data, which number 3 would mean.
      $0.member("algorithm_id", 99)
      $0.member("algorithm", "RFC 9162 leaf hash with SHA-256")
      $0.member("value", record.leafHash.hex)
    }
  }

  private func keepUnmapped(_ writer: inout JSONWriter) {
    writer.object("unmapped") {
      for (name, value) in record.root.memberNodes where !isPlaced(name.string ?? "") {
        $0.name(name)
        $0.node(value)
      }
    }
  }

  /// Whether a member has a place in the event, or is so large that `raw_data` is enough.
  private func isPlaced(_ name: String) -> Bool {
    switch name {
    case "kind", "call", "decision", "status", "refusal", "event", "session", "peer", "server",
      "tool", "reason", "error", "truncated", "text", "entities", "agents":
      true
    case "policies": control != nil
    case "client": record.root[member: "client"]?[member: "name"]?.string != nil
    case "principal": actor == .principal
    case "tool_digest", "effect": record.publicTool != nil
    case "code": code != nil
    default: false
    }
  }
}
