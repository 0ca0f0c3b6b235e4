import Synchronization

/// Notifications about one request on their way from any thread to the loop that answers it.
///
/// They do not travel in the loop's own queue: a task that another thread resumes before it has
/// suspended goes on without passing through that queue, and its answer would overtake them. The
/// face takes what is here before it answers.
struct NotificationQueue: ~Copyable, Sendable {
  struct Waiting {
    var messages: [[UInt8]] = []
    var bytes = 0
  }

  private let waiting = Mutex(Waiting())
  private let maxBytes: Int

  /// Above `maxNotificationBacklogBytes` of waiting bytes, notifications are dropped.
  init(limits: ClientFaceLimits) { maxBytes = limits.maxNotificationBacklogBytes }

  /// Any thread. True when nothing waited before: the loop must be told to come for it.
  borrowing func put(_ message: [UInt8]) -> Bool {
    waiting.withLock {
      guard $0.bytes <= maxBytes else { return false }
      $0.messages.append(message)
      $0.bytes += message.count
      return $0.messages.count == 1
    }
  }

  /// All that waits, in the order in which it was put.
  borrowing func takeAll() -> [[UInt8]] {
    waiting.withLock {
      let messages = $0.messages
      $0 = Waiting()
      return messages
    }
  }
}
