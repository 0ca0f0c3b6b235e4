/// The shape of a JSON text: names of members, types and sizes, never a value. It stands in
/// records, which cannot be erased, so it must not tell what was said.
///
/// For example `{path:string(24),depth:number,tags:[string(3)]}`.
enum PayloadShape {
  private static let nameBytesMax = 48

  /// The shape of valid JSON, at most ``LedgerLimits/previewBytesMax`` bytes; what is beyond is `…`.
  static func describe(_ json: ArraySlice<UInt8>) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(96)
    json.withUnsafeBufferPointer { describe($0, into: &output) }
    if output.count > LedgerLimits.previewBytesMax {
      let mark = Array("…".utf8)
      output.removeLast(output.count - LedgerLimits.previewBytesMax + mark.count)
      output += mark
    }
    return output
  }

  private static func describe(_ json: UnsafeBufferPointer<UInt8>, into output: inout [UInt8]) {
    var index = 0
    while index < json.count, output.count <= LedgerLimits.previewBytesMax {
      let byte = json[index]
      switch byte {
      case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"),
        UInt8(ascii: ":"), UInt8(ascii: ","):
        output.append(byte)
        index += 1
      case UInt8(ascii: "\""):
        let end = endOfString(json, from: index + 1)
        if isName(json, after: end) {
          name(json, index + 1..<max(index + 1, end - 1), into: &output)
        } else {
          output += "string(".utf8
          output += String(max(0, end - index - 2)).utf8
          output.append(UInt8(ascii: ")"))
        }
        index = end
      case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
        output += byte == UInt8(ascii: "n") ? "null".utf8 : "boolean".utf8
        index = endOfWord(json, from: index)
      case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        output += "number".utf8
        index = endOfWord(json, from: index)
      default: index += 1
      }
    }
  }

  private static func endOfString(_ json: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var index = start
    while index < json.count {
      if json[index] == UInt8(ascii: "\\") {
        index += 2
      } else if json[index] == UInt8(ascii: "\"") {
        return index + 1
      } else {
        index += 1
      }
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
    _ json: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, into output: inout [UInt8]
  ) {
    let name = json[range]
    guard name.count <= nameBytesMax, let first = name.first, isLetter(first),
      name.allSatisfy({ isLetter($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") })
    else {
      output += "…".utf8
      return
    }
    output += name
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$")
  }
}
