/// Bytes on their way to a client: a head with what follows it closely, and perhaps a large body
/// that is not copied.
struct ServerOutput {
  private var first: [UInt8] = []
  private var second: [UInt8] = []
  /// Bytes of both that were sent.
  private var sent = 0

  var count: Int { first.count + second.count - sent }
  var isEmpty: Bool { first.isEmpty }

  mutating func append(_ bytes: [UInt8]) {
    if first.isEmpty {
      first = bytes
    } else if second.isEmpty {
      first += bytes
    } else {
      second += bytes
    }
  }

  /// Appends bytes without copying them. Follows an `append`.
  mutating func append(large bytes: [UInt8]) {
    precondition(second.isEmpty && !first.isEmpty)
    second = bytes
  }

  mutating func consume(_ count: Int) {
    sent += count
    if sent == first.count + second.count { self = ServerOutput() }
  }

  /// Hands what is left to `body`, in one piece or two.
  func withBytes<Result>(
    _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Result
  ) -> Result {
    first.withUnsafeBytes { first in
      second.withUnsafeBytes { second in
        body(
          UnsafeRawBufferPointer(rebasing: first[min(sent, first.count)...]),
          UnsafeRawBufferPointer(rebasing: second[max(0, sent - first.count)...]))
      }
    }
  }
}
