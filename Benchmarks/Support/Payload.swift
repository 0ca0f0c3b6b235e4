/// The text that the upstream answers and the load generator expects, so that every byte of an
/// answer can be verified. It needs no escape in JSON.
public enum Payload {
  /// The longest payload that can be asked for.
  public static let bytesMax = 4 << 20

  /// The first `count` bytes of the text. Lives as long as the process.
  /// - Precondition: `count` is at most `bytesMax`.
  public static func bytes(_ count: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: text.bytes[..<count])
  }

  private static let text = Text()

  /// Written once, when the text is made, and only read afterwards.
  private struct Text: @unchecked Sendable {
    let bytes: UnsafeRawBufferPointer

    init() {
      let memory = UnsafeMutableRawBufferPointer.allocate(
        byteCount: Payload.bytesMax, alignment: 16)
      let line: StaticString = "All work in this port is weighed, written down and let through. "
      for index in 0..<memory.count {
        memory[index] = line.utf8Start[index % line.utf8CodeUnitCount]
      }
      bytes = UnsafeRawBufferPointer(memory)
    }
  }
}
