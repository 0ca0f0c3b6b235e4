/// A JSON number as sign × coefficient × 10^exponent, without rounding as far as 64 bits go.
struct Decimal: Equatable {
  var negative = false
  /// The significant digits, without leading or trailing zeros; 0 for zero.
  var coefficient: UInt64 = 0
  var exponent = 0
  /// False when the significant digits exceed 64 bits; then the coefficient says nothing.
  var isExact = true

  /// Exponents beyond this count as this: no double and no integer of ours comes near.
  private static var exponentBound: Int { 1 << 40 }

  /// Reads a validated number.
  @inline(__always)
  init(number text: UnsafeBufferPointer<UInt8>) {
    var at = 0
    let end = text.count
    if text[0] == UInt8(ascii: "-") {
      negative = true
      at = 1
    }
    var zeros = 0
    var inFraction = false
    while at < end {
      let byte = text[at]
      if byte.isDigit {
        if inFraction { exponent &-= 1 }
        if byte == UInt8(ascii: "0") {
          zeros &+= 1
        } else {
          push(byte &- UInt8(ascii: "0"), after: zeros)
          zeros = 0
        }
      } else if byte == UInt8(ascii: ".") {
        inFraction = true
      } else {
        exponent &+= Self.exponent(text, from: at &+ 1)
        break
      }
      at &+= 1
    }
    exponent &+= zeros
    if coefficient == 0, isExact { exponent = 0 }
  }

  @inline(__always)
  private mutating func push(_ digit: UInt8, after zeros: Int) {
    if coefficient == 0, isExact {
      coefficient = UInt64(digit)
      return
    }
    for _ in 0...zeros {
      let (product, overflow) = coefficient.multipliedReportingOverflow(by: 10)
      coefficient = product
      if overflow {
        isExact = false
        return
      }
    }
    let (sum, overflow) = coefficient.addingReportingOverflow(UInt64(digit))
    coefficient = sum
    if overflow { isExact = false }
  }

  private static func exponent(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var at = start
    let negative = text[at] == UInt8(ascii: "-")
    if !text[at].isDigit { at += 1 }
    var value = 0
    while at < text.count {
      value = min(value * 10 + Int(text[at] - UInt8(ascii: "0")), exponentBound)
      at += 1
    }
    return negative ? -value : value
  }

  var isZero: Bool { coefficient == 0 && isExact }

  /// Whether it has no fraction: `1.0` and `1e2` have none. Right for inexact ones, too.
  @inline(__always)
  var isInteger: Bool { exponent >= 0 }

  /// The value when it is an integer of 64 bits.
  var int64: Int64? {
    guard isExact, exponent >= 0, exponent < 20 else { return isZero ? 0 : nil }
    var magnitude = coefficient
    for _ in 0..<exponent {
      let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      magnitude = product
    }
    if negative {
      return magnitude <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil
    }
    return Int64(exactly: magnitude)
  }

  /// The nearest double of a validated number; nil beyond the range.
  static func double(of text: UnsafeBufferPointer<UInt8>) -> Double? {
    let decimal = Decimal(number: text)
    if let double = decimal.exactDouble { return double }
    guard let double = Double(String(decoding: text, as: UTF8.self)), double.isFinite else {
      return nil
    }
    return double
  }

  /// When coefficient and power of ten are both exact doubles, one operation rounds correctly.
  private var exactDouble: Double? {
    guard isExact, coefficient <= 1 << 53, abs(exponent) <= 22 else { return nil }
    var power = 1.0
    for _ in 0..<abs(exponent) { power *= 10 }
    let magnitude = exponent < 0 ? Double(coefficient) / power : Double(coefficient) * power
    return negative ? -magnitude : magnitude
  }
}
