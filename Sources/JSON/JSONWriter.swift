/// Appends JSON to bytes. Sets commas itself; the caller nests rightly (asserted).
public struct JSONWriter: Sendable {
  /// What was written so far.
  public private(set) var bytes: [UInt8]
  private var needsComma = false
  private var depth = 0

  /// An empty writer with room for so many bytes.
  public init(reservingCapacity capacity: Int = 256) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  /// `{`
  public mutating func beginObject() { open(UInt8(ascii: "{")) }
  /// `}`
  public mutating func endObject() { close(UInt8(ascii: "}")) }
  /// `[`
  public mutating func beginArray() { open(UInt8(ascii: "[")) }
  /// `]`
  public mutating func endArray() { close(UInt8(ascii: "]")) }

  /// A member's name; its value follows.
  public mutating func name(_ name: StaticString) {
    assert(depth > 0, "a name outside an object")
    comma()
    name.withUTF8Buffer { JSONQuoting.append($0, to: &bytes) }
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// A member's name; its value follows.
  @_disfavoredOverload
  public mutating func name(_ name: String) {
    assert(depth > 0, "a name outside an object")
    comma()
    append(quoting: name)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// A member's name from a document, byte for byte; its value follows.
  public mutating func name(_ node: JSONNode) {
    assert(node.kind == .string, "a name is a string")
    comma()
    append(node)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// A string, escaped only where RFC 8259 demands it.
  public mutating func string(_ value: String) {
    comma()
    append(quoting: value)
    needsComma = true
  }

  /// A string from bytes. What is not UTF-8 in them becomes U+FFFD.
  public mutating func string(utf8 value: some Collection<UInt8>) {
    string(String(decoding: value, as: UTF8.self))
  }

  /// An integer.
  public mutating func int(_ value: some BinaryInteger) {
    comma()
    if let small = Int64(exactly: value) { append(small) } else { bytes += String(value).utf8 }
    needsComma = true
  }

  /// A number in ECMAScript's shortest spelling; what is not finite becomes `null`, as there.
  public mutating func double(_ value: Double) {
    comma()
    if value.isFinite { ECMAScriptNumber.append(value, to: &bytes) } else { bytes += "null".utf8 }
    needsComma = true
  }

  /// `true` or `false`.
  public mutating func bool(_ value: Bool) {
    comma()
    if value { append("true") } else { append("false") }
    needsComma = true
  }

  /// `null`
  public mutating func null() {
    comma()
    append("null")
    needsComma = true
  }

  /// A whole JSON value, byte for byte; the caller answers for it being one.
  public mutating func raw(_ value: some Collection<UInt8>) {
    comma()
    bytes += value
    needsComma = true
  }

  /// A value from a document, byte for byte.
  public mutating func node(_ node: JSONNode) {
    comma()
    append(node)
    needsComma = true
  }

  /// The members of an object whose names `keeps` wants, byte for byte, with the white space and
  /// commas between those that follow each other. Nothing when it is no object.
  public mutating func members(of object: JSONNode, where keeps: (_ name: JSONNode) -> Bool) {
    guard object.entry.has(.object) else { return }
    let storage = object.storage
    var row = object.row + 1
    var run = 0..<0
    for _ in 0..<object.entry.count {
      let start = Int(storage.row(row).start)
      let value = storage.row(row + 1)
      if keeps(JSONNode(storage: storage, row: row)) {
        run = (run.isEmpty ? start : run.lowerBound)..<Int(value.end)
      } else {
        members(run, of: storage)
        run = 0..<0
      }
      row = Int(value.next)
    }
    members(run, of: storage)
  }

  private mutating func members(_ run: Range<Int>, of storage: JSONStorage) {
    guard !run.isEmpty else { return }
    comma()
    storage.withView {
      bytes.append(
        contentsOf: UnsafeBufferPointer(start: $0.base + run.lowerBound, count: run.count))
    }
    needsComma = true
  }

  @inline(__always)
  private mutating func append(_ node: JSONNode) {
    let entry = node.entry
    node.storage.withView { bytes.append(contentsOf: $0.raw(entry)) }
  }

  @inline(__always)
  private mutating func comma() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
  }

  @inline(__always)
  private mutating func open(_ bracket: UInt8) {
    comma()
    bytes.append(bracket)
    depth += 1
    needsComma = false
  }

  @inline(__always)
  private mutating func close(_ bracket: UInt8) {
    assert(depth > 0, "an end without its begin")
    bytes.append(bracket)
    depth -= 1
    needsComma = true
  }

  private mutating func append(_ literal: StaticString) {
    bytes += UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount)
  }

  @inline(__always)
  private mutating func append(quoting text: String) {
    var text = text
    text.withUTF8 { JSONQuoting.append($0, to: &bytes) }
  }

  private mutating func append(_ value: Int64) {
    var magnitude = value.magnitude
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var at = 20
      repeat {
        at -= 1
        digits[at] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude % 10)
        magnitude /= 10
      } while magnitude > 0
      if value < 0 {
        at -= 1
        digits[at] = UInt8(ascii: "-")
      }
      bytes += digits[at...]
    }
  }
}

/// Strings as JSON text: quotes around them, and only the escapes that RFC 8259 section 7 (and, the
/// same, RFC 8785 section 3.2.2.2) demands.
enum JSONQuoting {
  @inline(__always)
  static func append(_ text: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    if let base = text.baseAddress {
      var seen: UInt64 = 0
      var start = 0
      while start < text.count {
        let stop = Words.special(in: base, from: start, to: text.count, seen: &seen)
        bytes += UnsafeBufferPointer(start: base + start, count: stop - start)
        guard stop < text.count else { break }
        escape(text[stop], to: &bytes)
        start = stop + 1
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func escape(_ byte: UInt8, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
    case 0x08: bytes.append(UInt8(ascii: "b"))
    case 0x09: bytes.append(UInt8(ascii: "t"))
    case 0x0A: bytes.append(UInt8(ascii: "n"))
    case 0x0C: bytes.append(UInt8(ascii: "f"))
    case 0x0D: bytes.append(UInt8(ascii: "r"))
    default:
      bytes += "u00".utf8
      bytes.append(UInt8(ascii: "0") + byte >> 4)
      let low = byte & 0x0F
      bytes.append(low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10)
    }
  }
}
