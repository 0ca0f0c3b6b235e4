internal import CLinux
import Glibc

/// A child process in a session of its own, with pipes to its standard streams.
///
/// The end of the child is seen at once through its pidfd, also while a descendant still holds the
/// pipes. When the child ends by itself, whatever else runs in its process group is killed before
/// the child is reaped: until then its number belongs to it, so the signal cannot hit a stranger.
/// The object keeps itself alive until the child has ended; a child that nobody shuts down runs on.
///
/// No one else in this process may wait for any child.
public final class ChildProcess: @unchecked Sendable {  // confined to its loop
  /// The loop that owns it.
  public let loop: EventLoop
  /// The number of the process, its session and its process group.
  public let pid: Int32
  /// Our end of the child's standard input: write to it. -1 once closed. Like the others it is
  /// non-blocking, close-on-exec and owned by this object; cancel a registration of it before it is
  /// closed.
  public private(set) var standardInput: Int32
  /// Our end of the child's standard output: read from it. -1 once closed.
  public private(set) var standardOutput: Int32
  /// Our end of the child's standard error: read from it. -1 once closed.
  public private(set) var standardError: Int32

  /// How the child ended; nil while it runs. Set before `onExit` is called.
  public private(set) var exitStatus: ExitStatus?

  /// Called once when the child has ended; soon, when it is set after that.
  public var onExit: ((ExitStatus) -> Void)? {
    didSet {
      loop.preconditionCurrent()
      guard exitStatus != nil, onExit != nil else { return }
      loop.executeConfined { self.reportExit() }
    }
  }

  private let pidfd: Int32
  private var registration: Registration?
  private var waiters: [ExitWaiter] = []
  private var shutdowns = 0
  private(set) var isReaped = false

  init(
    loop: EventLoop, pid: Int32, pidfd: consuming Descriptor, input: consuming Descriptor,
    output: consuming Descriptor, error: consuming Descriptor
  ) throws(ReactorError) {
    self.loop = loop
    self.pid = pid
    self.pidfd = pidfd.release()
    standardInput = input.release()
    standardOutput = output.release()
    standardError = error.release()
    registration = try loop.register(self.pidfd, for: .read) { _ in self.childEnded() }
  }

  deinit {
    close(pidfd)
    for fd in [standardInput, standardOutput, standardError] where fd >= 0 { close(fd) }
  }

  // MARK: Streams

  /// Closes our end of the child's standard input, which tells a well-behaved child to end.
  public func closeStandardInput() { closeEnd(&standardInput) }

  /// Closes our end of the child's standard output.
  public func closeStandardOutput() { closeEnd(&standardOutput) }

  /// Closes our end of the child's standard error.
  public func closeStandardError() { closeEnd(&standardError) }

  private func closeEnd(_ fd: inout Int32) {
    loop.preconditionCurrent()
    guard fd >= 0 else { return }
    close(fd)
    fd = -1
  }

  // MARK: The end

  /// Sends a signal to the child's process group. Does nothing once the child was reaped, which is
  /// when it has ended and no `shutdown` is under way.
  public func signal(_ signal: Int32) {
    loop.preconditionCurrent()
    guard !isReaped else { return }
    kill(-pid, signal)
  }

  /// Returns when the child has ended.
  public func waitForExit() async -> ExitStatus {
    while true {
      if let status = await waitForExit(for: nil) { return status }
    }
  }

  /// Returns how the child ended, or nil when it still runs after `limit`. Not ended by
  /// cancellation of the task.
  public func waitForExit(for limit: Duration?) async -> ExitStatus? {
    await withUnsafeContinuation { continuation in
      loop.preconditionCurrent()
      if let exitStatus { return continuation.resume(returning: exitStatus) }
      let waiter = ExitWaiter(continuation)
      waiters.append(waiter)
      guard let limit else { return }
      waiter.timer = loop.schedule(after: limit) {
        self.waiters.removeAll { $0 === waiter }
        waiter.resume(nil)
      }
    }
  }

  /// Keeps the ended child unreaped, and with it the number of its group, until `endShutdown`.
  func beginShutdown() { shutdowns += 1 }

  func endShutdown() {
    shutdowns -= 1
    if exitStatus != nil { reapUnlessHeld() }
  }

  private func childEnded() {
    guard let status = readStatus(keepingZombie: true) else { return }
    exitStatus = status
    registration?.cancel()
    registration = nil
    reapUnlessHeld()
    reportExit()
  }

  private func reapUnlessHeld() {
    guard shutdowns == 0, !isReaped else { return }
    kill(-pid, SIGKILL)
    _ = readStatus(keepingZombie: false)
    isReaped = true
  }

  private func readStatus(keepingZombie: Bool) -> ExitStatus? {
    var code: Int32 = 0
    var status: Int32 = 0
    let result = linux_pidfd_wait(pidfd, keepingZombie ? 1 : 0, &code, &status)
    precondition(result >= 0, "someone else waited for child process \(pid)")
    guard result == 1 else { return nil }
    return code == LINUX_CLD_EXITED ? .exited(status) : .signaled(status)
  }

  private func reportExit() {
    guard let exitStatus else { return }
    onExit.take()?(exitStatus)
    let waiters = self.waiters
    self.waiters = []
    for waiter in waiters { waiter.resume(exitStatus) }
  }
}

/// One task that waits for a child to end.
private final class ExitWaiter {
  var timer: LoopTimer?
  private let continuation: UnsafeContinuation<ExitStatus?, Never>

  init(_ continuation: UnsafeContinuation<ExitStatus?, Never>) { self.continuation = continuation }

  func resume(_ status: ExitStatus?) {
    timer?.cancel()
    continuation.resume(returning: status)
  }
}
