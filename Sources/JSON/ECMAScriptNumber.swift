/// A double in the spelling of ECMAScript's `Number.prototype.toString` (ECMA-262 section
/// 6.1.6.1.20), which RFC 8785 section 3.2.2.3 prescribes: the fewest digits that read back as the
/// same double.
enum ECMAScriptNumber {
  /// Appends a finite number.
  static func append(_ value: Double, to bytes: inout [UInt8]) {
    guard value != 0 else {
      bytes.append(UInt8(ascii: "0"))
      return
    }
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    // The standard library yields the shortest digits; only their layout differs.
    let (digits, point) = shortest(value.magnitude)
    append(digits, point: point, to: &bytes)
  }

  /// The significant digits, and where the decimal point stands among them (`n` of ECMA-262).
  private static func shortest(_ magnitude: Double) -> (digits: [UInt8], point: Int) {
    var digits: [UInt8] = []
    var integers: Int?
    var exponent = 0
    let text = Array(magnitude.description.utf8)
    for (index, byte) in text.enumerated() {
      if byte.isDigit {
        digits.append(byte)
      } else if byte == UInt8(ascii: ".") {
        integers = digits.count
      } else {
        exponent = Int(String(decoding: text[(index + 1)...], as: UTF8.self)) ?? 0
        break
      }
    }
    let point = (integers ?? digits.count) + exponent
    let leading = digits.prefix { $0 == UInt8(ascii: "0") }.count
    while digits.last == UInt8(ascii: "0") { digits.removeLast() }
    return (Array(digits.dropFirst(leading)), point - leading)
  }

  private static func append(_ digits: [UInt8], point: Int, to bytes: inout [UInt8]) {
    let zero = UInt8(ascii: "0")
    switch point {
    case digits.count...21 where point >= digits.count:
      bytes += digits
      bytes += repeatElement(zero, count: point - digits.count)
    case 1...21:
      bytes += digits[..<point]
      bytes.append(UInt8(ascii: "."))
      bytes += digits[point...]
    case -5...0:
      bytes += "0.".utf8
      bytes += repeatElement(zero, count: -point)
      bytes += digits
    default:
      bytes.append(digits[0])
      if digits.count > 1 {
        bytes.append(UInt8(ascii: "."))
        bytes += digits[1...]
      }
      bytes.append(UInt8(ascii: "e"))
      bytes.append(point > 0 ? UInt8(ascii: "+") : UInt8(ascii: "-"))
      bytes += String(abs(point - 1)).utf8
    }
  }
}
