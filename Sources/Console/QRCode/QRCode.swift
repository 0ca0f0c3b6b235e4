/// A QR code of bytes (ISO/IEC 18004), error correction M: a square of dark and light modules.
struct QRCode: Equatable {
  private(set) var size: Int
  /// Row by row, true for dark.
  private(set) var modules: [Bool]
  /// Modules that are the same whatever the text is.
  private var isFixed: [Bool]

  subscript(x: Int, y: Int) -> Bool { modules[y * size + x] }

  /// Nil for more bytes than the largest version here has room for (331).
  init?(_ bytes: [UInt8]) {
    guard let version = QRVersion.all.first(where: { $0.bytesMax >= bytes.count }) else {
      return nil
    }
    size = version.size
    modules = [Bool](repeating: false, count: size * size)
    isFixed = modules
    drawPatterns(version)
    drawFormat(mask: 0)
    draw(version.codewords(bytes))
    let plain = self
    var best: (penalty: Int, code: QRCode)?
    for mask in 0..<8 {
      var code = plain
      code.apply(mask)
      code.drawFormat(mask: mask)
      let penalty = code.penalty
      if penalty < best?.penalty ?? .max { best = (penalty, code) }
    }
    if let best { self = best.code }
  }

  private mutating func set(_ x: Int, _ y: Int, _ isDark: Bool) {
    modules[y * size + x] = isDark
    isFixed[y * size + x] = true
  }

  // MARK: - Patterns

  private mutating func drawPatterns(_ version: QRVersion) {
    for index in 0..<size {
      set(6, index, index.isMultiple(of: 2))
      set(index, 6, index.isMultiple(of: 2))
    }
    for (x, y) in [(3, 3), (size - 4, 3), (3, size - 4)] { drawFinder(x, y) }
    let places = version.alignments
    for x in places {
      for y in places {
        let isCorner =
          (x == 6 && y == 6) || (x == 6 && y == size - 7) || (x == size - 7 && y == 6)
        if !isCorner { drawAlignment(x, y) }
      }
    }
    guard let bits = version.bits else { return }
    for index in 0..<18 {
      let isDark = bits >> index & 1 == 1
      let (far, near) = (size - 11 + index % 3, index / 3)
      set(far, near, isDark)
      set(near, far, isDark)
    }
  }

  private mutating func drawFinder(_ centreX: Int, _ centreY: Int) {
    for dy in -4...4 {
      for dx in -4...4 {
        let (x, y, distance) = (centreX + dx, centreY + dy, max(abs(dx), abs(dy)))
        guard (0..<size).contains(x), (0..<size).contains(y) else { continue }
        set(x, y, distance != 2 && distance != 4)
      }
    }
  }

  private mutating func drawAlignment(_ centreX: Int, _ centreY: Int) {
    for dy in -2...2 {
      for dx in -2...2 { set(centreX + dx, centreY + dy, max(abs(dx), abs(dy)) != 1) }
    }
  }

  /// The level of correction and the mask, twice (§7.9).
  private mutating func drawFormat(mask: Int) {
    var rest = mask
    for _ in 0..<10 { rest = rest << 1 ^ (rest >> 9) * 0x537 }
    let bits = (mask << 10 | rest) ^ 0x5412
    func bit(_ index: Int) -> Bool { bits >> index & 1 == 1 }
    for index in 0...5 { set(8, index, bit(index)) }
    set(8, 7, bit(6))
    set(8, 8, bit(7))
    set(7, 8, bit(8))
    for index in 9..<15 { set(14 - index, 8, bit(index)) }
    for index in 0..<8 { set(size - 1 - index, 8, bit(index)) }
    for index in 8..<15 { set(8, size - 15 + index, bit(index)) }
    set(8, size - 8, true)
  }

  // MARK: - Content

  /// In pairs of columns from the right, up and down by turns (§7.7.3).
  private mutating func draw(_ codewords: [UInt8]) {
    var index = 0
    var right = size - 1
    while right >= 1 {
      if right == 6 { right = 5 }
      for step in 0..<size {
        for x in [right, right - 1] {
          let y = (right + 1) & 2 == 0 ? size - 1 - step : step
          guard !isFixed[y * size + x], index < codewords.count * 8 else { continue }
          modules[y * size + x] = codewords[index >> 3] >> (7 - index & 7) & 1 == 1
          index += 1
        }
      }
      right -= 2
    }
  }

  private mutating func apply(_ mask: Int) {
    for y in 0..<size {
      for x in 0..<size where !isFixed[y * size + x] {
        let isInverted =
          switch mask {
          case 0: (x + y) % 2 == 0
          case 1: y % 2 == 0
          case 2: x % 3 == 0
          case 3: (x + y) % 3 == 0
          case 4: (x / 3 + y / 2) % 2 == 0
          case 5: x * y % 2 + x * y % 3 == 0
          case 6: (x * y % 2 + x * y % 3) % 2 == 0
          default: ((x + y) % 2 + x * y % 3) % 2 == 0
          }
        if isInverted { modules[y * size + x].toggle() }
      }
    }
  }

  /// How hard it is to read: long runs and blocks of one colour (§7.8.3, the first two rules).
  private var penalty: Int {
    var penalty = 0
    for line in 0..<size {
      for isRow in [true, false] {
        var run = 0
        var last: Bool?
        for place in 0..<size {
          let isDark = isRow ? self[place, line] : self[line, place]
          run = isDark == last ? run + 1 : 1
          last = isDark
          if run == 5 { penalty += 3 } else if run > 5 { penalty += 1 }
        }
      }
    }
    for y in 1..<size {
      for x in 1..<size {
        let isDark = self[x, y]
        if isDark == self[x - 1, y], isDark == self[x, y - 1], isDark == self[x - 1, y - 1] {
          penalty += 3
        }
      }
    }
    return penalty
  }
}
