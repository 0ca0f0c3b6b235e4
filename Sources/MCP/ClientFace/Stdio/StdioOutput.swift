import Glibc
import Reactor

/// Writes lines to a descriptor without ever blocking the loop. Confined to its loop.
final class StdioOutput {
  private let loop: EventLoop
  private let fd: Int32
  private var unsent = OutgoingBytes()
  private var registration: Registration?
  private var originalFlags: Int32?

  var bufferedBytes: Int { unsent.count }
  /// The reader went away; everything sent from now on is dropped.
  private(set) var isBroken = false
  /// Called on the loop when the buffer has been emptied after having to wait, or cannot be.
  var onDrained: (() -> Void)?

  /// The process must ignore `SIGPIPE`.
  init(loop: EventLoop, fd: Int32) {
    self.loop = loop
    self.fd = fd
    var status = stat()
    guard fstat(fd, &status) == 0 else { return }
    let type = status.st_mode & S_IFMT
    // A terminal is shared with the shell, and a file never makes a writer wait.
    guard type == S_IFIFO || type == S_IFSOCK else { return }
    let flags = fcntl(fd, F_GETFL)
    guard flags >= 0, flags & O_NONBLOCK == 0, fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0 else {
      return
    }
    originalFlags = flags
  }

  /// Sends one message and a line end.
  func send(_ message: OutgoingBytes) {
    loop.preconditionCurrent()
    guard !isBroken else { return }
    var line = message
    line.flattenLineBreaks()
    line.append(0x0A)
    unsent.append(line)
    if registration == nil { flush() }
  }

  /// Gives the descriptor back as it was found.
  func close() {
    registration?.cancel()
    registration = nil
    if let originalFlags { _ = fcntl(fd, F_SETFL, originalFlags) }
    originalFlags = nil
  }

  private func flush() {
    while !unsent.isEmpty {
      let written = unsent.withFront { first, _, _ in
        Glibc.write(fd, first.baseAddress, first.count)
      }
      if written > 0 {
        unsent.drop(written)
      } else if written < 0, errno == EINTR {
        continue
      } else if written < 0, errno == EAGAIN {
        waitUntilWritable()
        return
      } else {
        fail()
        return
      }
    }
    guard let registration else { return }
    registration.cancel()
    self.registration = nil
    onDrained?()
  }

  private func waitUntilWritable() {
    guard registration == nil else { return }
    do {
      registration = try loop.register(fd, for: .write) { [weak self] _ in self?.flush() }
    } catch {
      fail()
    }
  }

  private func fail() {
    isBroken = true
    unsent = OutgoingBytes()
    registration?.cancel()
    registration = nil
    onDrained?()
  }
}
