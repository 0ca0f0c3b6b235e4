import Glibc
import Reactor
import Synchronization
import TestSupport

@testable import Orders

/// A file of orders that goes away with its last user, and a clock that a test sets.
final class Place: Sendable {
  private let directory = TemporaryDirectory()
  let thread: BlockingThread
  let time = Atomic<Int64>(1_800_000_000)

  init() throws {
    thread = try BlockingThread(name: "test")
  }

  var path: String { directory.path }

  func pass(_ seconds: Int64) { _ = time.add(seconds, ordering: .relaxed) }

  var clock: OrderClock { OrderClock { self.time.load(ordering: .relaxed) } }

  func open() throws -> Orders {
    try Orders(path: directory.file("orders.sqlite"), thread: thread, clock: clock)
  }
}
