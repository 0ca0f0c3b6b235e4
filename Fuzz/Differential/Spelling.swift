import FuzzSupport

/// How strings, patterns and names are spelled in policies.
enum Spelling {
  static let strings = [
    "", "a", "alice", "b c", "x*y", "é", "e\u{301}", "\"q\"", "\\", "line\nbreak", "\u{1F600}",
    "\0\t\r", "10.0.0.1", "1.5", "//",
  ]

  static func quote(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars { quoted += escape(scalar) }
    return quoted + "\""
  }

  /// A literal for `text` that escapes more than it must.
  static func literal(_ text: String, _ random: inout Random) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch random[12] {
      case 0: quoted += "\\u{\(String(scalar.value, radix: 16))}"
      case 1 where scalar.value < 0x80:
        quoted += "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      case 2 where scalar == "\n" || scalar == "\t": quoted.unicodeScalars.append(scalar)
      default: quoted += escape(scalar)
      }
    }
    return quoted + "\""
  }

  static func pattern(_ random: inout Random) -> String {
    var quoted = "\""
    for _ in 0..<random[4] {
      switch random[3] {
      case 0: quoted += "*"
      case 1: quoted += "\\*"
      default:
        for scalar in random.pick(strings).unicodeScalars {
          quoted += scalar == "*" && random.chance(50) ? "\\*" : escape(scalar)
        }
      }
    }
    return quoted + "\""
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\"": "\\\""
    case "\\": "\\\\"
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    case "\0": "\\0"
    default: String(Character(scalar))
    }
  }

  private static let words: Set<String> = [
    "true", "false", "if", "then", "else", "in", "is", "like", "has", "__cedar",
  ]

  /// Whether the name can stand behind a dot.
  static func isIdentifier(_ name: String) -> Bool {
    guard let first = name.utf8.first, !words.contains(name) else { return false }
    func isLetter(_ byte: UInt8) -> Bool {
      byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
        || byte == UInt8(ascii: "_")
    }
    return isLetter(first)
      && name.utf8.allSatisfy { isLetter($0) || $0 >= 0x30 && $0 <= 0x39 }
  }

  static func literals(_ type: Model.Extension) -> [String] {
    switch type {
    case .decimal:
      [
        "0.0", "1.5", "-0.1234", "922337203685477.5807", "-922337203685477.5808", "12.30",
      ]
    case .ipaddr:
      [
        "10.0.0.1", "10.0.0.0/8", "127.0.0.1", "::1", "ff00::/8", "224.0.0.1/32", "0.0.0.0/0",
        "::/0", "1:2:3:4:5:6:7:8", "2001:db8::ff/120",
      ]
    case .datetime:
      [
        "2024-01-01", "2024-02-29T23:59:59Z", "1970-01-01T00:00:00.001Z",
        "9999-12-31T23:59:59.999+2359", "0000-01-01T00:00:00-0130",
      ]
    case .duration:
      [
        "0ms", "1d2h3m4s5ms", "-1d", "1h", "9223372036854775807ms", "-9223372036854775808ms",
        "106751991167d",
      ]
    }
  }

  static let wrongLiterals = [
    "", "1", "1.23456", "-.5", "922337203685477.5808", "256.0.0.1", "10.0.0.1/33", "01.0.0.0",
    "::1::", "::ffff:1.2.3.4", "2023-02-29", "2024-01-01T24:00:00Z", "2024-01-01T00:00:00+2400",
    "1h1d", "1", "--1d", "9223372036854775808ms", "1d ", " 1.0", "+1.0", "1:2:3:4:5:6:7::/129",
  ]
}
