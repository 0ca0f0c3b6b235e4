import BenchmarkSupport

/// The chunked transfer coding of HTTP/1.1 (RFC 9112 §7.1), decoded as it arrives.
struct ChunkedBody {
  private enum State { case size, data(left: Int), dataEnd, trailer, complete }
  private var state = State.size
  private static let lineBytesMax = 4096

  var isComplete: Bool { if case .complete = state { true } else { false } }

  /// Moves what has arrived from `input` to `body`.
  /// - Returns: false when the coding is broken.
  mutating func decode(_ input: inout ByteBuffer, into body: inout ByteBuffer) -> Bool {
    while true {
      switch state {
      case .complete: return true
      case .data(let left):
        let taken = min(left, input.count)
        if taken == 0 { return true }
        body.append(UnsafeRawBufferPointer(rebasing: input.readable[..<taken]))
        input.consume(taken)
        state = taken == left ? .dataEnd : .data(left: left - taken)
      case .size, .dataEnd, .trailer:
        let bytes = input.readable
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else {
          return bytes.count <= ChunkedBody.lineBytesMax
        }
        guard end > 0, bytes[end - 1] == UInt8(ascii: "\r") else { return false }
        let line = UnsafeRawBufferPointer(rebasing: bytes[..<(end - 1)])
        guard take(line) else { return false }
        input.consume(end + 1)
      }
    }
  }

  private mutating func take(_ line: UnsafeRawBufferPointer) -> Bool {
    switch state {
    case .size:
      let digits = String(decoding: line.prefix { $0 != UInt8(ascii: ";") }, as: UTF8.self)
      guard digits.utf8.count <= 7, digits.allSatisfy(\.isHexDigit),
        let size = Int(digits, radix: 16)
      else { return false }
      state = size == 0 ? .trailer : .data(left: size)
    case .dataEnd:
      guard line.isEmpty else { return false }
      state = .size
    case .trailer: if line.isEmpty { state = .complete }
    case .data, .complete: return false
    }
    return true
  }
}
