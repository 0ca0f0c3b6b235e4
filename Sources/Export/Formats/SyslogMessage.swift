internal import Crypto
internal import JSON

/// A record as a syslog message: structured data for what is asked for most, and the record in one
/// of the JSON forms as its text.
///
/// The text has no byte order mark: it is MSG-ANY, which readers of JSON understand.
///
/// Source: RFC 5424 section 6.
enum SyslogMessage {
  /// «log audit».
  static let facility = 13
  /// The number that RFC 5612 keeps for examples: the program has none of its own.
  static let dataName = "sallyport@32473"
  /// Bytes of one value of the structured data, before escaping.
  static let valueBytesMax = 256

  static func encode(
    _ record: ExportedRecord, of origin: ExportOrigin, text: [UInt8]
  ) -> [UInt8] {
    let priority = facility * 8 + severity(of: record)
    var message = Array("<\(priority)>1 \(record.time?.rfc3339 ?? "-") ".utf8)
    message += "\(name(origin.host, max: 255)) sallyport - \(name(record.kind, max: 32)) ".utf8
    message += "[\(dataName)".utf8
    append("seq", "\(record.sequence)", to: &message)
    append("ledger", origin.ledger, to: &message)
    append("event", record.eventCode, to: &message)
    append("call", record.text("call"), to: &message)
    append("tool", record.publicTool, to: &message)
    append("agent", record.root[member: "principal"]?[member: "agent"]?.string, to: &message)
    append("human", record.root[member: "principal"]?[member: "human"]?.string, to: &message)
    append("leaf", record.leafHash.hex, to: &message)
    message += "] ".utf8
    return message + text
  }

  private static func severity(of record: ExportedRecord) -> Int {
    switch RecordSeverity(record) {
    case .informational: 6
    case .low: 5
    case .medium: 4
    case .high: 3
    }
  }

  /// Visible ASCII, with `-` for nothing.
  private static func name(_ text: String, max: Int) -> String {
    let visible = text.utf8.map { (33...126).contains($0) ? $0 : UInt8(ascii: "?") }.prefix(max)
    return visible.isEmpty ? "-" : String(decoding: visible, as: UTF8.self)
  }

  private static func append(_ name: String, _ value: String?, to message: inout [UInt8]) {
    guard let value else { return }
    message += " \(name)=\"".utf8
    var count = 0
    for scalar in value.unicodeScalars {
      count += UTF8.width(scalar)
      guard count <= valueBytesMax else {
        message += "…".utf8
        break
      }
      switch scalar {
      case "\"", "\\", "]":
        message.append(UInt8(ascii: "\\"))
        message += UTF8.encode(scalar).map(Array.init) ?? []
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        message.append(UInt8(ascii: "?"))
      default: message += UTF8.encode(scalar).map(Array.init) ?? []
      }
    }
    message.append(UInt8(ascii: "\""))
  }
}
