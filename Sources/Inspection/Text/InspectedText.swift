/// A text as it came, and as it reads: without what is invisible, look-alikes as ASCII, letters of
/// other alphabets as one placeholder.
struct InspectedText {
  /// The placeholder for a scalar that has no ASCII spelling.
  static let other: UInt8 = 0x80

  let source: [Unicode.Scalar]
  /// ASCII, with case, and `other`.
  let ascii: [UInt8]
  /// The index in `source` of each byte; nil when both are the same.
  private let origins: [Int32]?

  init(_ text: String) {
    source = Array(text.unicodeScalars)
    guard source.contains(where: { $0.value >= 0x7F || $0.value < 0x20 }) else {
      ascii = source.map { UInt8(truncatingIfNeeded: $0.value) }
      origins = nil
      return
    }
    var ascii: [UInt8] = []
    var origins: [Int32] = []
    ascii.reserveCapacity(source.count)
    origins.reserveCapacity(source.count)
    for (index, scalar) in source.enumerated() {
      if scalar.value >= 0x20, scalar.value < 0x7F {
        ascii.append(UInt8(scalar.value))
        origins.append(Int32(truncatingIfNeeded: index))
        continue
      }
      if scalar == "\n" || scalar == "\t" || scalar == "\r" {
        ascii.append(scalar == "\n" ? 0x0A : 0x20)
      } else if let bytes = Confusables.ascii(scalar) {
        ascii += bytes
      } else if InvisibleCharacter(at: index, in: source) == nil {
        ascii.append(Self.other)
      }
      while origins.count < ascii.count { origins.append(Int32(truncatingIfNeeded: index)) }
    }
    self.ascii = ascii
    self.origins = origins
  }

  /// The part of the source that a range of `ascii` came from.
  func origin(of range: Range<Int>) -> Range<Int> {
    guard let origins else { return range }
    guard let first = origins[range.clamped(to: ascii.indices)].first,
      let last = origins[range.clamped(to: ascii.indices)].last
    else { return 0..<0 }
    return Int(first)..<Int(last) + 1
  }

  func excerpt(_ range: Range<Int>) -> String {
    VisibleText.excerpt(source, around: origin(of: range))
  }

  func string(_ range: Range<Int>) -> String { String(decoding: ascii[range], as: UTF8.self) }
}
