import Reactor
import Synchronization

/// Tells every client face of a process that the tools list changed. Faces come to know at most
/// once per tick of their loop, however often it changes.
public final class ListChanges: Sendable {
  private struct Follower: Sendable {
    let loop: EventLoop
    let isPending: PendingFlag
    let tell: @Sendable () -> Void
  }

  private final class PendingFlag: Sendable {
    let value = Atomic<Bool>(false)
  }

  private let followers = Mutex<[UInt64: Follower]>([:])
  private let changes = Atomic<UInt64>(0)
  private let numbers = Atomic<UInt64>(0)

  /// No changes so far, no followers.
  public init() {}

  /// How many changes there were.
  var count: UInt64 { changes.load(ordering: .acquiring) }

  /// The tools list changed. Any thread.
  public func toolsListChanged() {
    changes.add(1, ordering: .acquiringAndReleasing)
    for follower in followers.withLock({ Array($0.values) }) {
      guard !follower.isPending.value.exchange(true, ordering: .acquiringAndReleasing) else {
        continue
      }
      follower.loop.execute {
        follower.isPending.value.store(false, ordering: .releasing)
        follower.tell()
      }
    }
  }

  /// Has `tell` called on `loop` after changes, until `unfollow` with the number returned.
  func follow(on loop: EventLoop, _ tell: @escaping @Sendable () -> Void) -> UInt64 {
    let number = numbers.add(1, ordering: .relaxed).newValue
    followers.withLock {
      $0[number] = Follower(loop: loop, isPending: PendingFlag(), tell: tell)
    }
    return number
  }

  func unfollow(_ number: UInt64) {
    followers.withLock { $0[number] = nil }
  }
}
