/// Durations (`30s`) and sizes (`64KiB`): a whole number and a unit.
enum Quantity {
  static let durationUnits: [(name: String, milliseconds: Int)] = [
    ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
  ]

  static let sizeUnits: [(name: String, bytes: Int)] = [
    ("B", 1), ("kB", 1000), ("KB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000),
    ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30),
  ]

  /// The duration in milliseconds, or nil for anything else.
  static func milliseconds(_ text: String) -> Int? {
    value(text) { unit in durationUnits.first { $0.name == unit }?.milliseconds }
  }

  /// The size in bytes; a number without unit counts bytes.
  static func bytes(_ text: String) -> Int? {
    value(text) { unit in unit.isEmpty ? 1 : sizeUnits.first { $0.name == unit }?.bytes }
  }

  private static func value(_ text: String, factor: (Substring) -> Int?) -> Int? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    var unit = text[digits.endIndex...]
    if unit.first == " " { unit = unit.dropFirst() }
    guard let number = Int(digits), let factor = factor(unit) else { return nil }
    let (product, overflows) = number.multipliedReportingOverflow(by: factor)
    return overflows ? nil : product
  }

  /// The number and the span of a rate such as `50/s`; a span may have a number (`5/10s`).
  static func rate(_ text: String) -> (calls: Int, milliseconds: Int)? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].allSatisfy({ $0.isASCII && $0.isNumber }),
      let calls = Int(parts[0])
    else { return nil }
    let span = parts[1].first?.isNumber == true ? String(parts[1]) : "1" + parts[1]
    return milliseconds(span).map { (calls, $0) }
  }

  /// As a person writes it.
  static func describe(milliseconds: Int) -> String {
    let unit = durationUnits.last { milliseconds % $0.milliseconds == 0 && milliseconds > 0 }
    guard let unit else { return "\(milliseconds)ms" }
    return "\(milliseconds / unit.milliseconds)\(unit.name)"
  }

  /// As a person writes it.
  static func describe(bytes: Int) -> String {
    let units = sizeUnits.sorted { $0.bytes < $1.bytes }
    let unit = units.last { bytes % $0.bytes == 0 && bytes > 0 } ?? ("B", 1)
    return "\(bytes / unit.bytes)\(unit.name)"
  }
}

extension Field {
  /// A duration; `range` is in milliseconds.
  func duration(in range: ClosedRange<Int>) -> Duration? {
    let expected =
      "a duration such as 500ms, 30s or 2m, from "
      + "\(Quantity.describe(milliseconds: range.lowerBound)) to "
      + Quantity.describe(milliseconds: range.upperBound)
    if case .scalar(let scalar) = node.content, case .integer = scalar.kind {
      fail("has no unit, and clients disagree on whether that means seconds", expected: expected)
      return nil
    }
    return quantity("a duration", expected, Quantity.milliseconds, range.contains)
      .map { .milliseconds($0) }
  }

  /// How often something may happen.
  func rate() -> Configuration.Rate? {
    let expected = "a rate such as 50/s, 100/m or 1000/h: 1 to 1000000 in 1s to 1d"
    return quantity("a rate", expected, Quantity.rate) { rate in
      (1...1_000_000).contains(rate.calls) && (1000...86_400_000).contains(rate.milliseconds)
    }.map { Configuration.Rate(calls: $0.calls, period: .milliseconds($0.milliseconds)) }
  }

  /// A size in bytes.
  func size(in range: ClosedRange<Int>) -> Int? {
    let expected =
      "a size such as 64KiB or 10MB, from \(Quantity.describe(bytes: range.lowerBound))"
      + " to \(Quantity.describe(bytes: range.upperBound))"
    return quantity("a size", expected, Quantity.bytes, range.contains)
  }

  private func quantity<Value>(
    _ kind: String, _ expected: String, _ read: (String) -> Value?, _ isInRange: (Value) -> Bool
  ) -> Value? {
    guard case .scalar(let scalar) = node.content else {
      fail("is \(node.kindInWords)", expected: expected)
      return nil
    }
    guard let value = read(scalar.text) else {
      fail("is not \(kind)", expected: expected)
      return nil
    }
    guard isInRange(value) else {
      fail("is out of range", expected: expected)
      return nil
    }
    return value
  }
}
