import Glibc
import Reactor

/// Splits a byte stream into lines: the framing of MCP over stdio (MCP 2026-07-28,
/// basic/transports/stdio: messages are delimited by newlines and contain none).
///
/// Memory is bounded by `maxLineBytes` however long a line a peer sends: a line over the bound is
/// reported once, when the bound is passed, and the rest of it is dropped up to its newline.
public struct LineFramer: Sendable {
  /// What came out of the stream.
  public enum Event: Sendable, Equatable {
    /// One line without its line end (`\n` or `\r\n`). Never empty.
    case line([UInt8])
    /// A line passed the bound. Nothing of it is delivered.
    case overlong
  }

  /// Content bytes a line may have, its line end not counted.
  public let maxLineBytes: Int
  private var partial: [UInt8] = []
  private var isDropping = false

  /// A framer at the start of a stream.
  public init(maxLineBytes: Int) {
    precondition(maxLineBytes > 0, "a line needs at least one byte")
    self.maxLineBytes = maxLineBytes
  }

  /// Bytes held of a line whose end has not been seen: at most `maxLineBytes` + 1.
  public var pendingBytes: Int { partial.count }

  /// Takes the next bytes of the stream and emits what they complete, in order.
  public mutating func push(_ bytes: RawSpan, _ emit: (Event) -> Void) {
    bytes.withUnsafeBytes { push($0, emit) }
  }

  /// Takes the next bytes of the stream and emits what they complete, in order.
  public mutating func push(_ bytes: [UInt8], _ emit: (Event) -> Void) {
    push(bytes.span.bytes, emit)
  }

  /// The stream ended: emits the last line if it had no newline.
  public mutating func finish(_ emit: (Event) -> Void) {
    if !isDropping { emitPartial(emit) }
    partial = []
    isDropping = false
  }

  private mutating func push(_ bytes: UnsafeRawBufferPointer, _ emit: (Event) -> Void) {
    guard let base = bytes.baseAddress else { return }
    var start = 0
    while start < bytes.count {
      let rest = bytes.count - start
      guard let newline = memchr(base + start, 0x0A, rest) else {
        keep(UnsafeRawBufferPointer(start: base + start, count: rest), emit)
        return
      }
      let length = UnsafeRawPointer(newline) - (base + start)
      let piece = UnsafeRawBufferPointer(start: base + start, count: length)
      start += length + 1
      if isDropping {
        isDropping = false
      } else if partial.isEmpty {
        emitWhole(piece, emit)
      } else {
        keep(piece, emit)
        if isDropping { isDropping = false } else { emitPartial(emit) }
      }
    }
  }

  /// Holds a piece of a line. One byte over the bound is held, because it may be the `\r` of a
  /// line end.
  private mutating func keep(_ piece: UnsafeRawBufferPointer, _ emit: (Event) -> Void) {
    guard !isDropping else { return }
    let total = partial.count + piece.count
    let isOverlong =
      total > maxLineBytes + 1
      || total == maxLineBytes + 1 && (piece.last ?? partial.last) != 0x0D
    guard !isOverlong else {
      partial = []
      isDropping = true
      emit(.overlong)
      return
    }
    partial.makeRoom(for: piece.count, upTo: maxLineBytes + 1)
    partial.append(contentsOf: piece)
  }

  private mutating func emitPartial(_ emit: (Event) -> Void) {
    if partial.last == 0x0D { partial.removeLast() }
    guard !partial.isEmpty else { return }
    let line = partial
    partial = []
    // The bound holds for the content, so a held line that lost no `\r` is within it already.
    assert(line.count <= maxLineBytes)
    emit(.line(line))
  }

  private func emitWhole(_ piece: UnsafeRawBufferPointer, _ emit: (Event) -> Void) {
    let content = piece.last == 0x0D ? UnsafeRawBufferPointer(rebasing: piece.dropLast()) : piece
    guard !content.isEmpty else { return }
    emit(content.count > maxLineBytes ? .overlong : .line(Array(content)))
  }
}
