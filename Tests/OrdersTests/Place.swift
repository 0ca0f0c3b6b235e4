import Glibc
import Reactor
import Storage
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

  /// A file as it was before grants named the person who gave them, with one grant.
  func writeVersion1() throws {
    let database = try Database(path: "\(path)/orders.sqlite")
    try database.execute(
      """
      CREATE TABLE grants (
        id TEXT PRIMARY KEY, agent TEXT, human TEXT, tool TEXT NOT NULL, condition TEXT,
        lifetime INTEGER NOT NULL, reason TEXT NOT NULL, actor TEXT NOT NULL,
        created INTEGER NOT NULL) WITHOUT ROWID;
      INSERT INTO grants VALUES (
        'grant-1f2e3d4c5b6a', 'ci', NULL, 'notes__add', NULL, 60, 'r', 'root', 1800000000);
      PRAGMA user_version = 1;
      """)
  }
}
