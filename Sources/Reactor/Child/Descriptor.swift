internal import CLinux
import Glibc

/// A descriptor that is closed when its owner goes.
struct Descriptor: ~Copyable {
  let fd: Int32

  init(_ fd: Int32) { self.fd = fd }

  deinit { close(fd) }

  /// Hands the descriptor over without closing it.
  consuming func release() -> Int32 {
    let fd = self.fd
    discard self
    return fd
  }
}

/// The two ends of a pipe: close-on-exec, above 2 so that no `dup2` onto 0, 1 or 2 can hit them.
struct Pipe: ~Copyable {
  let readEnd: Descriptor
  let writeEnd: Descriptor

  init(for subject: String) throws(ReactorError) {
    var ends: [Int32] = [-1, -1]
    guard linux_pipe2(&ends, O_CLOEXEC) == 0 else { throw .last("pipe2", subject) }
    let first = Descriptor(ends[0])
    let second = Descriptor(ends[1])
    let readEnd = try Self.raised(first, subject)
    let writeEnd = try Self.raised(second, subject)
    self.readEnd = readEnd
    self.writeEnd = writeEnd
  }

  private static func raised(
    _ descriptor: consuming Descriptor, _ subject: String
  ) throws(ReactorError) -> Descriptor {
    if descriptor.fd > 2 { return descriptor }
    let fd = linux_duplicate_from(descriptor.fd, 3)
    guard fd >= 0 else { throw .last("fcntl", subject) }
    return Descriptor(fd)
  }
}
