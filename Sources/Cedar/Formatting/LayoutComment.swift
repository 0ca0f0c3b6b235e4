/// A comment of the source, `//` to the end of the line without white space at its end.
struct LayoutComment {
  let start: Int32
  let end: Int32
  /// Whether it stands behind a token on the same line.
  let isBeside: Bool
  /// Whether an empty line stands before it.
  let followsBlank: Bool
}

extension LayoutComment {
  /// Appends the comments between two tokens, where there is only white space besides. Returns
  /// whether an empty line follows the last of them.
  static func scan(
    _ bytes: ContiguousArray<UInt8>, from start: Int, to end: Int,
    into comments: inout ContiguousArray<LayoutComment>
  ) -> Bool {
    var lines = start == 0 ? 1 : 0
    var position = start
    while position < end {
      switch bytes[position] {
      case UInt8(ascii: "\n"):
        if position == start || bytes[position - 1] != UInt8(ascii: "\r") { lines += 1 }
      case UInt8(ascii: "\r"): lines += 1
      case UInt8(ascii: "/"):
        let first = position
        while position < end, !isLineEnd(bytes[position]) { position += 1 }
        var last = position
        while isBlank(bytes[last - 1]) { last -= 1 }
        comments.append(
          LayoutComment(
            start: Int32(first), end: Int32(last), isBeside: lines == 0,
            followsBlank: lines > 1))
        lines = 0
        continue
      default: break
      }
      position += 1
    }
    return lines > 1
  }

  private static func isLineEnd(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte >= 9 && byte <= 13
  }
}
