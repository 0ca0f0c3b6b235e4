/// A scalar: its text, and what the core schema of YAML 1.2 says it is.
///
/// Source: YAML 1.2.2 §10.3.2. `yes`, `on` and `0777` are therefore a string, a string and the
/// number 777.
struct YAMLScalar: Sendable {
  enum Kind: Sendable, Equatable {
    case null
    case bool(Bool)
    /// An integer; nil when it does not fit into 64 bits.
    case integer(Int?)
    case float
    case string
  }

  let text: String
  let kind: Kind

  init(quoted text: String) {
    self.text = text
    kind = .string
  }

  init(plain text: String) {
    self.text = text
    kind = Self.resolve(text)
  }

  var kindInWords: String {
    switch kind {
    case .null: "empty"
    case .bool: "a boolean"
    case .integer, .float: "a number"
    case .string: "text"
    }
  }

  private static func resolve(_ text: String) -> Kind {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    case ".nan", ".NaN", ".NAN": return .float
    default: break
    }
    if text.hasPrefix("0o"), text.utf8.count > 2 {
      let digits = text.dropFirst(2)
      if digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }) {
        return .integer(Int(digits, radix: 8))
      }
    }
    if text.hasPrefix("0x"), text.utf8.count > 2 {
      let digits = text.dropFirst(2)
      if digits.allSatisfy({ $0.isASCII && $0.isHexDigit }) {
        return .integer(Int(digits, radix: 16))
      }
    }
    return resolveDecimal(text)
  }

  /// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`, `[-+]?[0-9]+`, and
  /// `[-+]? \.(inf|Inf|INF)`.
  private static func resolveDecimal(_ text: String) -> Kind {
    var rest = Substring(text).utf8
    func takeDigits() -> Int {
      let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      rest = rest[digits.endIndex...]
      return digits.count
    }
    func take(_ characters: UInt8...) -> Bool {
      guard let first = rest.first, characters.contains(first) else { return false }
      rest = rest.dropFirst()
      return true
    }
    _ = take(UInt8(ascii: "-"), UInt8(ascii: "+"))
    if [".inf", ".Inf", ".INF"].contains(String(Substring(rest))) { return .float }
    let whole = takeDigits()
    if whole > 0, rest.isEmpty { return .integer(Int(text)) }
    if take(UInt8(ascii: ".")) {
      guard takeDigits() > 0 || whole > 0 else { return .string }
    } else if whole == 0 {
      return .string
    }
    if take(UInt8(ascii: "e"), UInt8(ascii: "E")) {
      _ = take(UInt8(ascii: "-"), UInt8(ascii: "+"))
      guard takeDigits() > 0 else { return .string }
    }
    return rest.isEmpty ? .float : .string
  }
}
