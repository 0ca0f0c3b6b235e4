extension Decimal {
  /// Below, at or above 0 as one number is below, at or above another. Exact while the significant
  /// digits fit 64 bits, else that of the nearest doubles.
  static func order(
    _ left: Decimal, _ leftText: UnsafeBufferPointer<UInt8>, _ right: Decimal,
    _ rightText: UnsafeBufferPointer<UInt8>
  ) -> Int {
    if left.isExact, right.isExact { return left.order(to: right) }
    let x = double(of: leftText) ?? (left.negative ? -Double.infinity : .infinity)
    let y = double(of: rightText) ?? (right.negative ? -Double.infinity : .infinity)
    return x < y ? -1 : x > y ? 1 : 0
  }

  private func order(to other: Decimal) -> Int {
    if isZero { return other.isZero ? 0 : other.negative ? 1 : -1 }
    if other.isZero || negative != other.negative { return negative ? -1 : 1 }
    return negative ? -magnitudeOrder(to: other) : magnitudeOrder(to: other)
  }

  /// Compares nonzero magnitudes: first by the place of the leading digit, then digit by digit.
  private func magnitudeOrder(to other: Decimal) -> Int {
    let places = (digitCount + exponent) - (other.digitCount + other.exponent)
    if places != 0 { return places }
    // Equal places: the exponents differ by less than 20.
    let shift = exponent - other.exponent
    let x = UInt128(coefficient) * Self.power(max(shift, 0))
    let y = UInt128(other.coefficient) * Self.power(max(-shift, 0))
    return x < y ? -1 : x > y ? 1 : 0
  }

  private var digitCount: Int {
    var count = 1
    var rest = coefficient / 10
    while rest > 0 {
      count += 1
      rest /= 10
    }
    return count
  }

  /// A power of ten up to 38.
  private static func power(_ exponent: Int) -> UInt128 {
    (0..<min(exponent, 38)).reduce(1) { product, _ in product * 10 }
  }

  /// Whether this is an integral multiple of a positive number.
  func isMultiple(of divisor: Decimal, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
    if isZero { return true }
    guard isExact, divisor.isExact else {
      // Beyond 64 bits of digits: whole numbers are multiples of 1, else doubles decide.
      if divisor.coefficient == 1, divisor.exponent <= 0, isInteger { return true }
      guard let value = Self.double(of: text), let step = divisor.double else { return false }
      return value.truncatingRemainder(dividingBy: step) == 0
    }
    let modulus = UInt128(divisor.coefficient)
    let shift = exponent - divisor.exponent
    if shift >= 0 {
      let factor = Self.powerOfTen(shift, modulo: modulus)
      return UInt128(coefficient) % modulus * factor % modulus == 0
    }
    // The coefficient ends in no zero, so a divisor of more than its digits cannot divide it.
    guard -shift < 20 else { return false }
    return UInt128(coefficient) % (modulus * Self.power(-shift)) == 0
  }

  /// 10^exponent mod modulus, in O(log exponent). The modulus is below 2^64.
  private static func powerOfTen(_ exponent: Int, modulo modulus: UInt128) -> UInt128 {
    var result = 1 % modulus
    var base = 10 % modulus
    var left = exponent
    while left > 0 {
      if left & 1 == 1 { result = result * base % modulus }
      base = base * base % modulus
      left >>= 1
    }
    return result
  }

  private var double: Double? {
    guard isExact else { return nil }
    return Double(description)
  }
}

extension Decimal: CustomStringConvertible {
  /// The number in few digits.
  var description: String {
    let sign = negative ? "-" : ""
    if exponent == 0 { return "\(sign)\(coefficient)" }
    let digits = String(coefficient)
    if exponent > 0, exponent < 16 {
      return sign + digits + String(repeating: "0", count: exponent)
    }
    if exponent < 0, exponent > -16 {
      let padded = String(repeating: "0", count: max(0, 1 - exponent - digits.count)) + digits
      return sign + padded.dropLast(-exponent) + "." + padded.suffix(-exponent)
    }
    return "\(sign)\(coefficient)e\(exponent)"
  }
}
