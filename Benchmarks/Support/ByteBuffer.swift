import Glibc

/// A growing block of bytes that is filled at its end and consumed at its start.
public struct ByteBuffer: ~Copyable {
  private var memory: UnsafeMutableRawBufferPointer
  private var start = 0
  private var end = 0

  /// An empty buffer with room for `capacity` bytes.
  public init(capacity: Int) {
    memory = .allocate(byteCount: capacity, alignment: 16)
  }

  deinit { memory.deallocate() }

  /// The bytes not consumed yet. Valid until the buffer is next changed.
  public var readable: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: memory[start..<end])
  }

  /// The number of bytes not consumed yet.
  public var count: Int { end - start }

  /// The bytes not consumed yet, to change in place. Valid until the buffer is next changed.
  public var writable: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(rebasing: memory[start..<end])
  }

  /// Drops `amount` bytes from the start.
  public mutating func consume(_ amount: Int) {
    precondition(amount >= 0 && amount <= count)
    start += amount
    if start == end { clear() }
  }

  /// Drops everything.
  public mutating func clear() {
    start = 0
    end = 0
  }

  /// Appends a copy of `bytes`.
  public mutating func append(_ bytes: UnsafeRawBufferPointer) {
    guard let source = bytes.baseAddress, !bytes.isEmpty else { return }
    reserve(bytes.count)
    memory.baseAddress?.advanced(by: end).copyMemory(from: source, byteCount: bytes.count)
    end += bytes.count
  }

  /// Appends the UTF-8 of a literal.
  public mutating func append(_ text: StaticString) {
    append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Appends the UTF-8 of `text`.
  public mutating func append(text: String) {
    var text = text
    text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }

  /// Appends a number of zero or more in decimal.
  public mutating func append(decimal number: Int) {
    precondition(number >= 0)
    var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
    withUnsafeMutableBytes(of: &digits) { scratch in
      var position = scratch.count
      var rest = number
      repeat {
        position -= 1
        scratch[position] = UInt8(truncatingIfNeeded: 0x30 + rest % 10)
        rest /= 10
      } while rest > 0
      append(UnsafeRawBufferPointer(rebasing: scratch[position...]))
    }
  }

  /// What one read from a socket or a pipe brought.
  public enum Received {
    /// That many bytes; `wasFull` tells that more may wait.
    case bytes(Int, wasFull: Bool)
    case nothingYet
    case closed
    case failed(errno: Int32)
  }

  /// Receives once from a non-blocking socket, with room for at least `room` bytes.
  public mutating func receive(from descriptor: Int32, room: Int) -> Received {
    reserve(room)
    let space = memory.count - end
    let got = recv(descriptor, memory.baseAddress?.advanced(by: end), space, 0)
    return took(got, of: space)
  }

  /// Reads once from a pipe or file, blocking, with room for at least `room` bytes.
  public mutating func read(from descriptor: Int32, room: Int) -> Received {
    reserve(room)
    let space = memory.count - end
    let got = Glibc.read(descriptor, memory.baseAddress?.advanced(by: end), space)
    return took(got, of: space)
  }

  private mutating func took(_ got: Int, of space: Int) -> Received {
    if got > 0 {
      end += got
      return .bytes(got, wasFull: got == space)
    }
    if got == 0 { return .closed }
    return errno == EAGAIN || errno == EINTR ? .nothingYet : .failed(errno: errno)
  }

  private mutating func reserve(_ room: Int) {
    guard memory.count - end < room else { return }
    let held = count
    if memory.count >= held + room && start >= held {
      memory.copyMemory(from: readable)
    } else {
      let larger = UnsafeMutableRawBufferPointer.allocate(
        byteCount: max(memory.count * 2, held + room), alignment: 16)
      larger.copyMemory(from: readable)
      memory.deallocate()
      memory = larger
    }
    start = 0
    end = held
  }
}
