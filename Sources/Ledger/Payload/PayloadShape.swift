import Glibc

/// The shape of a JSON text: names of members, types and sizes, never a value. It stands in
/// records, which cannot be erased, so it must not tell what was said.
///
/// For example `{path:string(24),depth:number,tags:[string(3)]}`.
enum PayloadShape {
  private static let nameBytesMax = 48

  /// Writes the shape of valid JSON as a string of at most ``LedgerLimits/previewBytesMax`` bytes;
  /// what is beyond is `…`. It holds nothing that JSON escapes.
  static func write(_ json: UnsafeBufferPointer<UInt8>, to writer: inout RecordWriter) {
    writer.byte(UInt8(ascii: "\""))
    let start = writer.count
    let end = start + LedgerLimits.previewBytesMax - mark.count
    var index = 0
    while index < json.count {
      let before = writer.count
      index = step(json, at: index, to: &writer)
      guard writer.count > end else { continue }
      writer.cut(to: before)
      writer.bytes(mark)
      break
    }
    writer.byte(UInt8(ascii: "\""))
  }

  private static let mark = Array("…".utf8)

  /// Writes what stands at `index`, and gives the index after it.
  private static func step(
    _ json: UnsafeBufferPointer<UInt8>, at index: Int, to writer: inout RecordWriter
  ) -> Int {
    let byte = json[index]
    switch byte {
    case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"),
      UInt8(ascii: ":"), UInt8(ascii: ","):
      writer.byte(byte)
      return index + 1
    case UInt8(ascii: "\""):
      let end = endOfString(json, from: index + 1)
      if isName(json, after: end) {
        name(json, index + 1..<max(index + 1, end - 1), to: &writer)
      } else {
        writer.word("string(")
        writer.integer(Int64(max(0, end - index - 2)))
        writer.byte(UInt8(ascii: ")"))
      }
      return end
    case UInt8(ascii: "t"), UInt8(ascii: "f"):
      writer.word("boolean")
      return endOfWord(json, from: index)
    case UInt8(ascii: "n"):
      writer.word("null")
      return endOfWord(json, from: index)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      writer.word("number")
      return endOfWord(json, from: index)
    default: return index + 1
    }
  }

  /// A quote ends a string unless an odd number of backslashes stands before it.
  private static func endOfString(_ json: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    guard let base = json.baseAddress else { return json.count }
    var index = start
    while index < json.count,
      let found = memchr(base + index, Int32(UInt8(ascii: "\"")), json.count - index)
    {
      let quote = UnsafeRawPointer(base).distance(to: found)
      var escape = quote
      while escape > start, json[escape - 1] == UInt8(ascii: "\\") { escape -= 1 }
      if (quote - escape).isMultiple(of: 2) { return quote + 1 }
      index = quote + 1
    }
    return json.count
  }

  private static func endOfWord(_ json: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var index = start
    while index < json.count {
      switch json[index] {
      case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), 0x20, 0x09, 0x0A, 0x0D:
        return index
      default: index += 1
      }
    }
    return index
  }

  private static func isName(_ json: UnsafeBufferPointer<UInt8>, after end: Int) -> Bool {
    var index = end
    while index < json.count {
      switch json[index] {
      case 0x20, 0x09, 0x0A, 0x0D: index += 1
      default: return json[index] == UInt8(ascii: ":")
      }
    }
    return false
  }

  /// A name may be data, say an address that a map is keyed by: only what a programmer would call
  /// a member is shown.
  private static func name(
    _ json: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, to writer: inout RecordWriter
  ) {
    let name = UnsafeBufferPointer(rebasing: json[range])
    guard name.count <= nameBytesMax, let first = name.first, isLetter(first),
      name.allSatisfy({ isLetter($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") })
    else { return writer.bytes(mark) }
    writer.bytes(name)
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$")
  }
}
