/// How log lines are spelled.
public enum LogFormat: Sendable {
  /// For people: time, level, component, message, `key=value`.
  case text(colour: Bool)
  /// For machines: one JSON object a line.
  case json
}

/// One log line before it is written. Pure: the time is given.
public struct LogLine {
  /// The most bytes one field's value takes in a line; the rest is cut and marked.
  public static let valueBytesMax = 2048

  /// How severe it is.
  public var level: LogLevel
  /// The part that speaks.
  public var component: String
  /// What happened, without particulars.
  public var message: String
  /// The particulars, in order.
  public var fields: [(key: StaticString, value: String)]

  /// A line with these parts.
  public init(
    level: LogLevel, component: String, message: String,
    fields: [(key: StaticString, value: String)] = []
  ) {
    self.level = level
    self.component = component
    self.message = message
    self.fields = fields
  }

  /// The line with its newline. `milliseconds` counts from the Unix epoch, UTC.
  public func rendered(as format: LogFormat, at milliseconds: Int64) -> [UInt8] {
    var line: [UInt8] = []
    line.reserveCapacity(160)
    let time = UTCTimestamp(milliseconds: milliseconds).description
    switch format {
    case .json:
      line += "{\"time\":\"\(time)\",\"level\":\"\(level.word)\",\"component\":\"".utf8
      Self.escape(component, into: &line)
      line += "\",\"message\":\"".utf8
      Self.escape(message, into: &line)
      line.append(UInt8(ascii: "\""))
      for field in fields {
        line += ",\"\(field.key)\":\"".utf8
        Self.escape(Self.bounded(field.value), into: &line)
        line.append(UInt8(ascii: "\""))
      }
      line.append(UInt8(ascii: "}"))
    case .text(let colour):
      line += "\(time) ".utf8
      line += (colour ? Self.coloured(level) : Self.padded(level)).utf8
      line += " \(component): ".utf8
      Self.escape(message, into: &line)
      for field in fields {
        line += " \(field.key)=".utf8
        let value = Self.bounded(field.value)
        let quoted = value.isEmpty || value.utf8.contains { $0 <= 0x20 || $0 == UInt8(ascii: "\"") }
        if quoted { line.append(UInt8(ascii: "\"")) }
        Self.escape(value, into: &line)
        if quoted { line.append(UInt8(ascii: "\"")) }
      }
    }
    line.append(UInt8(ascii: "\n"))
    return line
  }

  private static func bounded(_ value: String) -> String {
    guard value.utf8.count > valueBytesMax else { return value }
    return String(decoding: value.utf8.prefix(valueBytesMax), as: UTF8.self) + "…"
  }

  private static func padded(_ level: LogLevel) -> String {
    level.word + String(repeating: " ", count: 7 - level.word.utf8.count)
  }

  private static func coloured(_ level: LogLevel) -> String {
    let code =
      switch level {
      case .error: "31"
      case .warning: "33"
      case .info: "32"
      case .debug, .trace: "90"
      }
    return "\u{1B}[\(code)m\(padded(level))\u{1B}[0m"
  }

  /// Control characters never reach a terminal or a log store unescaped.
  private static func escape(_ text: String, into line: inout [UInt8]) {
    let hex = Array("0123456789abcdef".utf8)
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): line += "\\\"".utf8
      case UInt8(ascii: "\\"): line += "\\\\".utf8
      case UInt8(ascii: "\n"): line += "\\n".utf8
      case 0..<0x20, 0x7F:
        line += "\\u00".utf8
        line.append(hex[Int(byte >> 4)])
        line.append(hex[Int(byte & 15)])
      default: line.append(byte)
      }
    }
  }
}
