/// A text with policies and the name under which errors refer to it.
public struct PolicySource: Sendable, Hashable {
  /// A file name or any other name a person recognises.
  public let file: String
  /// The policies.
  public let text: String

  /// Makes a source.
  public init(file: String, text: String) {
    self.file = file
    self.text = text
  }
}

/// A place in a source.
public struct SourcePlace: Sendable, Hashable, CustomStringConvertible {
  /// The name of the source.
  public let file: String
  /// The line, counted from 1.
  public let line: Int
  /// The column in Unicode scalars, counted from 1.
  public let column: Int

  /// `file:line:column`.
  public var description: String { "\(file):\(line):\(column)" }
}

/// A source with the starts of its lines, to turn offsets into places.
final class SourceMap: Sendable {
  let source: PolicySource
  private let lineStarts: ContiguousArray<Int32>

  init(_ source: PolicySource) {
    self.source = source
    var starts: ContiguousArray<Int32> = [0]
    var offset: Int32 = 0
    for byte in source.text.utf8.prefix(Int(Int32.max)) {
      offset += 1
      if byte == UInt8(ascii: "\n") { starts.append(offset) }
    }
    lineStarts = starts
  }

  /// The place of a byte. O(log lines + length of the line).
  func place(_ offset: Int) -> SourcePlace {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if Int(lineStarts[middle]) <= offset { low = middle } else { high = middle }
    }
    let before = bytes(from: Int(lineStarts[low]), to: offset)
    return SourcePlace(
      file: source.file, line: low + 1, column: 1 + before.count { $0 & 0xC0 != 0x80 })
  }

  private static let excerptLimit = 160

  /// The start of the line with a byte, without its end of line.
  func excerpt(_ offset: Int) -> String {
    let line = place(offset).line
    let utf8 = source.text.utf8
    let start = utf8.index(utf8.startIndex, offsetBy: Int(lineStarts[line - 1]))
    let scalars = source.text.unicodeScalars[start...].prefix { $0 != "\n" && $0 != "\r" }
    return String(scalars.prefix(SourceMap.excerptLimit))
  }

  private func bytes(from start: Int, to end: Int) -> Substring.UTF8View {
    let utf8 = source.text.utf8
    let first = utf8.index(utf8.startIndex, offsetBy: min(start, utf8.count))
    let last = utf8.index(first, offsetBy: max(0, min(end, utf8.count) - start))
    return Substring(utf8[first..<last]).utf8
  }
}
