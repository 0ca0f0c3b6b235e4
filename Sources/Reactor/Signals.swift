internal import CLinux
import Glibc

/// Unix signals as events of a loop (signalfd).
public enum Signals {
  /// Blocks `signals` in the calling thread and the threads it starts from now on. Call it first
  /// thing in the process, before any thread exists: a thread that does not block a signal takes
  /// its default action instead. Child processes start with an empty mask all the same.
  public static func block(_ signals: [Int32]) {
    var set = mask(signals)
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// Calls `handler` on `loop` for each of `signals` that arrives; several of one kind in a row may
  /// come as one. Blocks them in the loop's thread.
  /// - Throws: `.system` when the process is out of descriptors.
  public static func install(
    _ signals: [Int32], on loop: EventLoop, _ handler: @escaping (Int32) -> Void
  ) throws(ReactorError) -> SignalSource {
    loop.preconditionCurrent()
    block(signals)
    var set = mask(signals)
    let fd = linux_signalfd(&set)
    guard fd >= 0 else { throw .last("signalfd", "signals \(signals)") }
    let descriptor = Descriptor(fd)
    let source = SignalSource(fd: fd, handler: handler)
    source.registration = try loop.register(fd, for: .read) { _ in source.drain() }
    _ = descriptor.release()
    return source
  }

  private static func mask(_ signals: [Int32]) -> sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in signals { sigaddset(&set, signal) }
    return set
  }
}

/// Signals that a loop listens to, until `cancel`.
public final class SignalSource: @unchecked Sendable {  // confined to its loop
  private let fd: Int32
  private let handler: (Int32) -> Void
  fileprivate var registration: Registration?

  fileprivate init(fd: Int32, handler: @escaping (Int32) -> Void) {
    self.fd = fd
    self.handler = handler
  }

  /// Stops listening. The signals stay blocked.
  public func cancel() {
    guard let registration else { return }
    registration.cancel()
    self.registration = nil
    close(fd)
  }

  fileprivate func drain() {
    var info = linux_signal_info()
    let size = MemoryLayout<linux_signal_info>.size
    while registration != nil, read(fd, &info, size) == size { handler(Int32(info.ssi_signo)) }
  }
}
