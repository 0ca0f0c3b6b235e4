import CLinux
import Glibc

/// A system call of a benchmark program that failed.
public struct SystemFailure: Error, CustomStringConvertible {
  /// What was tried, for people.
  public let attempt: String
  /// The error number.
  public let errno: Int32

  /// A failure of `attempt` with the error number `errno`.
  public init(_ attempt: String, errno: Int32) {
    self.attempt = attempt
    self.errno = errno
  }

  /// `attempt: text of the error number`.
  public var description: String {
    "\(attempt): \(strerror(errno).map { String(cString: $0) } ?? "error \(errno)")"
  }

  /// Passes the answer of a system call on, or throws what `errno` says when it is negative.
  public static func check(_ answer: Int32, _ attempt: String) throws(SystemFailure) -> Int32 {
    if answer < 0 { throw SystemFailure(attempt, errno: Glibc.errno) }
    return answer
  }
}

/// One epoll instance, level-triggered, that knows its descriptors by number.
public struct Poller: ~Copyable {
  private let poll: Int32
  private let events: UnsafeMutablePointer<linux_epoll_event>
  private static let batch: Int32 = 256

  /// An epoll instance that watches nothing.
  public init() throws(SystemFailure) {
    poll = try SystemFailure.check(linux_epoll_create(), "create an epoll instance")
    events = .allocate(capacity: Int(Poller.batch))
  }

  deinit {
    events.deallocate()
    close(poll)
  }

  /// Starts to watch `descriptor` for reading, and for writing if wanted.
  public func add(_ descriptor: Int32, writing: Bool) throws(SystemFailure) {
    _ = try SystemFailure.check(
      linux_epoll_add(poll, descriptor, Poller.interest(writing), UInt64(descriptor)),
      "watch a descriptor")
  }

  /// Changes whether `descriptor` is watched for writing.
  public func update(_ descriptor: Int32, writing: Bool) throws(SystemFailure) {
    _ = try SystemFailure.check(
      linux_epoll_modify(poll, descriptor, Poller.interest(writing), UInt64(descriptor)),
      "watch a descriptor")
  }

  /// Waits and calls `body` for each descriptor that is ready.
  /// - Parameter milliseconds: how long to wait at most; -1 waits for ever.
  public func wait(
    milliseconds: Int32, _ body: (Int32, _ isReadable: Bool, _ isWritable: Bool) -> Void
  ) throws(SystemFailure) {
    let count = linux_epoll_wait(poll, events, Poller.batch, milliseconds)
    if count < 0 && errno == EINTR { return }
    for index in 0..<(try SystemFailure.check(count, "wait for descriptors")) {
      let event = linux_epoll_event_at(events, index)
      body(
        Int32(truncatingIfNeeded: event.data), event.events & Poller.readable != 0,
        event.events & Poller.writable != 0)
    }
  }

  private static let failed = LINUX_EPOLLERR | LINUX_EPOLLHUP
  private static let readable = LINUX_EPOLLIN | LINUX_EPOLLRDHUP | failed
  private static let writable = LINUX_EPOLLOUT | failed

  private static func interest(_ writing: Bool) -> UInt32 {
    LINUX_EPOLLIN | LINUX_EPOLLRDHUP | (writing ? LINUX_EPOLLOUT : 0)
  }
}
