/// Writes steps as lines of a certain width: one pass backwards measures the groups, one forwards
/// decides which of them break. Linear in the number of steps and in the bytes written.
struct LayoutPrinter {
  private let bytes: ContiguousArray<UInt8>
  private let width: Int
  private var output: [UInt8] = []
  private var column = 0
  /// Where the lines of the open indents start.
  private var indents: [Int] = [0]
  /// Whether the open groups are on one line.
  private var flat: [Bool] = [false]

  init(_ bytes: ContiguousArray<UInt8>, width: Int) {
    self.bytes = bytes
    self.width = max(1, width)
    output.reserveCapacity(bytes.count)
  }

  var text: String { String(decoding: output, as: UTF8.self) }

  mutating func print(_ steps: inout ContiguousArray<LayoutStep>) {
    measure(&steps)
    for step in steps { print(step) }
  }

  /// Fills in what the groups and the single breaks need.
  private func measure(_ steps: inout ContiguousArray<LayoutStep>) {
    // Widths from here to the end of the steps.
    var here = 0
    var nextBreak = 0
    var groups: [(end: Int, isBroken: Bool)] = []
    func needed(upTo end: Int) -> Int32 { Int32(clamping: here - end) }
    for index in steps.indices.reversed() {
      switch steps[index] {
      case .text(let start, let end): here += scalars(start, end)
      case .space: here += 1
      case .line(let orSpace):
        if orSpace { here += 1 }
        nextBreak = here
      case .fill:
        steps[index] = .fill(needed: needed(upTo: nextBreak))
        nextBreak = here
      case .hard, .comment:
        nextBreak = here
        if !groups.isEmpty { groups[groups.count - 1].isBroken = true }
      case .close: groups.append((nextBreak, false))
      case .open:
        guard let group = groups.popLast() else { continue }
        steps[index] = .open(needed: group.isBroken ? .max : needed(upTo: group.end))
        if group.isBroken, !groups.isEmpty { groups[groups.count - 1].isBroken = true }
      case .indent, .align, .dedent: break
      }
    }
  }

  private func scalars(_ start: Int32, _ end: Int32) -> Int {
    var count = 0
    for byte in bytes[Int(start)..<Int(end)] where byte & 0xC0 != 0x80 { count += 1 }
    return count
  }

  private var isFlat: Bool { flat.last ?? false }
  private var indent: Int { indents.last ?? 0 }

  private func fits(_ needed: Int32) -> Bool { column <= width - Int(needed) }

  private mutating func print(_ step: LayoutStep) {
    switch step {
    case .text(let start, let end): write(start, end)
    case .space: writeSpace()
    case .open(let needed): flat.append(isFlat || fits(needed))
    case .close: flat.removeLast()
    case .line(let orSpace):
      if !isFlat {
        endLine()
      } else if orSpace {
        writeSpace()
      }
    case .fill(let needed):
      guard !isFlat, !fits(needed), indents.count > 1 else { return }
      indents[indents.count - 1] = indents[indents.count - 2] + PolicyFormatter.indent
      endLine()
    case .hard(let blank):
      if blank { output.append(UInt8(ascii: "\n")) }
      endLine()
    case .comment(let start, let end, let isBeside):
      if isBeside {
        writeSpace()
      } else {
        endLine()
      }
      write(start, end)
    case .indent(let columns): indents.append(indent + Int(columns))
    case .align: indents.append(column)
    case .dedent: indents.removeLast()
    }
  }

  private mutating func writeSpace() {
    output.append(UInt8(ascii: " "))
    column += 1
  }

  private mutating func write(_ start: Int32, _ end: Int32) {
    for byte in bytes[Int(start)..<Int(end)] {
      output.append(byte)
      if byte == UInt8(ascii: "\n") {
        column = 0
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
  }

  private mutating func endLine() {
    output.append(UInt8(ascii: "\n"))
    column = min(indent, width / 2)
    output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: column))
  }
}
