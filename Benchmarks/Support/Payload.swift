import Synchronization

/// The text that the upstream answers and the load generator expects, so that every byte of an
/// answer can be verified. It needs no escape in JSON.
public enum Payload {
  /// The longest payload that can be asked for.
  public static let bytesMax = 24 << 20

  /// The first `count` bytes of the text. Lives as long as the process.
  /// - Precondition: `count` is at most `bytesMax`.
  public static func bytes(_ count: Int) -> UnsafeRawBufferPointer { text.bytes(count) }

  private static let text = Text()

  /// Room for the longest text. Only what was asked for is written, and so resident; what is
  /// written stays as it is.
  private final class Text: @unchecked Sendable {
    private let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: Payload.bytesMax, alignment: 16)
    private let written = Mutex(0)

    func bytes(_ count: Int) -> UnsafeRawBufferPointer {
      written.withLock { written in
        guard written < count else { return }
        let line: StaticString = "All work in this port is weighed, written down and let through. "
        for index in written..<count {
          memory[index] = line.utf8Start[index % line.utf8CodeUnitCount]
        }
        written = count
      }
      return UnsafeRawBufferPointer(rebasing: memory[..<count])
    }
  }
}
