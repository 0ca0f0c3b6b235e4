internal import CSimdjson

/// Reads one text (RFC 8259) in one pass without recursion and fills the node table.
struct JSONParser: ~Copyable {
  let text: UnsafeBufferPointer<UInt8>
  let base: UnsafePointer<UInt8>
  let end: Int
  let limits: JSONLimits
  var at = 0
  var table: JSONTable
  /// The open container's row; `none` at the root.
  private var parent = JSONParser.none
  private var depth = 0
  /// Its high bits tell whether a byte beyond ASCII may have been seen in a string.
  var seen: UInt64 = 0

  static var none: Int { Int(UInt32.max) }

  init(text: UnsafeBufferPointer<UInt8>, base: UnsafePointer<UInt8>, limits: JSONLimits) {
    self.text = text
    self.base = base
    self.end = text.count
    self.limits = limits
    self.table = JSONTable(reserving: text.count / 6 + 8)
  }

  /// Fills the table or says what is wrong.
  mutating func parse() throws(JSONError) {
    guard end <= limits.bytes else { throw error(.tooLong(limit: limits.bytes), at: limits.bytes) }
    repeat { try value() } while try anotherFollows()
    if at != end { throw error(.trailingBytes, at: at) }
    if seen & Words.highs != 0, !csimdjson_validate_utf8(base, end) {
      throw error(.invalidUTF8, at: InvalidUTF8.offset(in: text))
    }
  }

  /// Hands over the filled table.
  consuming func finish() -> UnsafeMutablePointer<JSONEntry> { table.finish() }

  /// Reads a scalar, or opens containers up to and including the first scalar or empty container.
  @inline(__always)
  private mutating func value() throws(JSONError) {
    while true {
      guard let byte = skipWhitespace() else { throw unexpectedEnd("a value") }
      switch byte {
      case UInt8(ascii: "\""):
        let start = at
        let escaped = try string()
        try append(.string, start: start, detail: escaped)
        return
      case UInt8(ascii: "{"):
        try open(.object)
        if skipWhitespace() == UInt8(ascii: "}") {
          try close()
          return
        }
        try name()
      case UInt8(ascii: "["):
        try open(.array)
        if skipWhitespace() == UInt8(ascii: "]") {
          try close()
          return
        }
      case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        let start = at
        let fractional = try number()
        try append(.number, start: start, detail: fractional)
        return
      case UInt8(ascii: "t"): return try literal("true", .true)
      case UInt8(ascii: "f"): return try literal("false", .false)
      case UInt8(ascii: "n"): return try literal("null", .null)
      default: throw error(.expected("a value"), at: at)
      }
    }
  }

  /// After a value: closes containers and passes a comma (and the next name). False at the end.
  @inline(__always)
  private mutating func anotherFollows() throws(JSONError) -> Bool {
    while parent != Self.none {
      table.rows[parent].form &+= JSONEntry.one
      let isObject = table.rows[parent].has(.object)
      let closing = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
      guard let byte = skipWhitespace() else {
        throw unexpectedEnd(isObject ? "a comma or }" : "a comma or ]")
      }
      if byte == UInt8(ascii: ",") {
        at &+= 1
        if isObject {
          _ = skipWhitespace()
          try name()
        }
        return true
      }
      guard byte == closing else {
        throw error(.expected(isObject ? "a comma or }" : "a comma or ]"), at: at)
      }
      try close()
    }
    _ = skipWhitespace()
    return false
  }

  /// Reads a member name and its colon.
  @inline(__always)
  private mutating func name() throws(JSONError) {
    guard at < end else { throw unexpectedEnd("a member name") }
    guard base[at] == UInt8(ascii: "\"") else { throw error(.expected("a member name"), at: at) }
    let start = at
    let escaped = try string()
    try append(.string, start: start, detail: escaped)
    guard let byte = skipWhitespace() else { throw unexpectedEnd("a colon") }
    guard byte == UInt8(ascii: ":") else { throw error(.expected("a colon"), at: at) }
    at &+= 1
  }

  @inline(__always)
  private mutating func open(_ kind: JSONEntry.Kind) throws(JSONError) {
    depth &+= 1
    guard depth <= limits.depth else { throw error(.tooDeep(limit: limits.depth), at: at) }
    let row = table.count
    at &+= 1
    try append(kind, start: at &- 1, next: parent)
    parent = row
  }

  @inline(__always)
  private mutating func close() throws(JSONError) {
    at &+= 1
    depth &-= 1
    let row = parent
    parent = Int(table.rows[row].next)
    table.rows[row].next = UInt32(truncatingIfNeeded: table.count)
    table.rows[row].end = UInt32(truncatingIfNeeded: at)
    if table.rows[row].has(.object), table.rows[row].count > 1 { try checkNames(of: row) }
  }

  /// Adds a row for the text from `start` to here.
  @inline(__always)
  private mutating func append(
    _ kind: JSONEntry.Kind, start: Int, next: Int? = nil, detail: Bool = false
  ) throws(JSONError) {
    guard table.count < limits.nodes else {
      throw error(.tooManyNodes(limit: limits.nodes), at: start)
    }
    table.append(
      JSONEntry(kind, start: start, end: at, next: next ?? table.count &+ 1, detail: detail))
  }

  /// The next byte that is no whitespace; leaves `at` on it.
  @inline(__always)
  private mutating func skipWhitespace() -> UInt8? {
    while at < end {
      let byte = base[at]
      if byte > 0x20 { return byte }
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
      at &+= 1
    }
    return nil
  }

  func error(_ reason: JSONError.Reason, at offset: Int) -> JSONError {
    JSONError(reason, at: offset, in: text)
  }

  func unexpectedEnd(_ expected: String) -> JSONError {
    error(.unexpectedEnd(expected: expected), at: end)
  }
}

/// The slow search that runs once a text is known not to be UTF-8.
enum InvalidUTF8 {
  static func offset(in text: UnsafeBufferPointer<UInt8>) -> Int {
    var at = 0
    while at < text.count {
      guard let length = scalarLength(in: text, at: at) else { return at }
      at += length
    }
    return text.count
  }

  /// The length of the well-formed sequence at `at` (Unicode 15, table 3-7).
  private static func scalarLength(in text: UnsafeBufferPointer<UInt8>, at: Int) -> Int? {
    let second: ClosedRange<UInt8>
    let length: Int
    switch text[at] {
    case 0x00...0x7F: return 1
    case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: return nil
    }
    guard at + length <= text.count, second.contains(text[at + 1]) else { return nil }
    for index in at + 2..<max(at + length, at + 2) where text[index] & 0xC0 != 0x80 { return nil }
    return length
  }
}
