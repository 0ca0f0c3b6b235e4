/// A size of QR code, with its room at error correction M (ISO/IEC 18004, tables 1, 7 and 9).
struct QRVersion {
  let number: Int
  /// Codewords of correction in each block.
  let correction: Int
  let blocks: Int

  static let all = [
    (10, 1), (16, 1), (26, 1), (18, 2), (24, 2), (16, 4), (18, 4), (22, 4), (22, 5), (26, 5),
    (30, 5), (22, 8), (22, 9),
  ].enumerated().map { QRVersion(number: $0 + 1, correction: $1.0, blocks: $1.1) }

  var size: Int { number * 4 + 17 }

  /// All codewords: what the modules have room for beside the patterns.
  private var total: Int {
    var modules = (16 * number + 128) * number + 64
    if number >= 2 {
      let count = number / 7 + 2
      modules -= (25 * count - 10) * count - 55
    }
    if number >= 7 { modules -= 36 }
    return modules / 8
  }

  private var data: Int { total - correction * blocks }
  private var countBits: Int { number < 10 ? 8 : 16 }
  var bytesMax: Int { data - (4 + countBits + 7) / 8 }

  /// Where alignment patterns are centred, in both directions.
  var alignments: [Int] {
    guard number > 1 else { return [] }
    let count = number / 7 + 2
    let step = (number * 4 + count * 2 + 1) / (count * 2 - 2) * 2
    return [6] + (0..<count - 1).map { size - 7 - (count - 2 - $0) * step }
  }

  /// The number of the version with its correction; nil where none is drawn.
  var bits: Int? {
    guard number >= 7 else { return nil }
    var rest = number
    for _ in 0..<12 { rest = rest << 1 ^ (rest >> 11) * 0x1F25 }
    return number << 12 | rest
  }

  /// The codewords of a text in byte mode, in the order in which they are drawn.
  func codewords(_ bytes: [UInt8]) -> [UInt8] {
    var bits: [Bool] = []
    func append(_ value: Int, _ count: Int) {
      for index in (0..<count).reversed() { bits.append(value >> index & 1 == 1) }
    }
    append(0b0100, 4)
    append(bytes.count, countBits)
    for byte in bytes { append(Int(byte), 8) }
    append(0, min(4, data * 8 - bits.count))
    append(0, (8 - bits.count % 8) % 8)
    var words = stride(from: 0, to: bits.count, by: 8).map { start in
      bits[start..<start + 8].reduce(UInt8(0)) { $0 << 1 | ($1 ? 1 : 0) }
    }
    var padding: UInt8 = 0xEC
    while words.count < data {
      words.append(padding)
      padding ^= 0xEC ^ 0x11
    }
    return interleaved(words)
  }

  /// In blocks, each with its correction, one codeword of each by turns (§7.6).
  private func interleaved(_ words: [UInt8]) -> [UInt8] {
    let short = total / blocks - correction
    let shortBlocks = blocks - total % blocks
    let divisor = ReedSolomon.divisor(correction)
    var parts: [(data: ArraySlice<UInt8>, correction: [UInt8])] = []
    var start = 0
    for index in 0..<blocks {
      let end = start + short + (index < shortBlocks ? 0 : 1)
      let part = words[start..<end]
      parts.append((part, ReedSolomon.remainder(of: part, by: divisor)))
      start = end
    }
    var mixed: [UInt8] = []
    for index in 0...short {
      for part in parts where index < part.data.count {
        mixed.append(part.data[part.data.startIndex + index])
      }
    }
    for index in 0..<correction { mixed += parts.map { $0.correction[index] } }
    return mixed
  }
}

/// Polynomials over the field of 256 elements by x⁸ + x⁴ + x³ + x² + 1.
enum ReedSolomon {
  static func divisor(_ degree: Int) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: degree)
    result[degree - 1] = 1
    var root: UInt8 = 1
    for _ in 0..<degree {
      for index in 0..<degree {
        result[index] = product(result[index], root)
        if index + 1 < degree { result[index] ^= result[index + 1] }
      }
      root = product(root, 2)
    }
    return result
  }

  static func remainder(of data: ArraySlice<UInt8>, by divisor: [UInt8]) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: divisor.count)
    for byte in data {
      let factor = byte ^ result.removeFirst()
      result.append(0)
      for index in divisor.indices { result[index] ^= product(divisor[index], factor) }
    }
    return result
  }

  private static func product(_ left: UInt8, _ right: UInt8) -> UInt8 {
    var result: UInt8 = 0
    for bit in (0..<8).reversed() {
      result = result << 1 ^ (result >> 7) &* 0x1D
      if right >> UInt8(bit) & 1 == 1 { result ^= left }
    }
    return result
  }
}
