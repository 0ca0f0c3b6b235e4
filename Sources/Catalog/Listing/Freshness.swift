import Reactor
import Synchronization

/// Until when a server says that a list stays as it is. All editions of the catalog that have the
/// list as it is share it, so a reading that finds nothing new moves it without another edition.
/// Any thread.
final class Freshness: Sendable {
  private let nanoseconds: Atomic<UInt64>

  init(until: MonotonicTime? = nil) {
    nanoseconds = Atomic(until?.nanoseconds ?? 0)
  }

  /// Nil when the server does not say.
  var until: MonotonicTime? {
    get {
      let known = nanoseconds.load(ordering: .relaxed)
      return known == 0 ? nil : MonotonicTime(nanoseconds: known)
    }
    set { nanoseconds.store(newValue?.nanoseconds ?? 0, ordering: .relaxed) }
  }
}
