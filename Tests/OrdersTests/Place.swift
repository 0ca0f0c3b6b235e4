import Glibc
import Reactor
import Synchronization

@testable import Orders

/// A file of orders that goes away with its last user, and a clock that a test sets.
final class Place: Sendable {
  let path: String
  let thread: BlockingThread
  let time = Atomic<Int64>(1_800_000_000)

  init() throws {
    var template = Array("/tmp/sallyport-orders-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw OrderError.storage("mkdtemp") }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    thread = try BlockingThread(name: "test")
  }

  deinit {
    for name in ["orders", "quotas"] {
      for end in ["", "-wal", "-shm"] { unlink("\(path)/\(name).sqlite\(end)") }
    }
    rmdir(path)
  }

  func pass(_ seconds: Int64) { _ = time.add(seconds, ordering: .relaxed) }

  var clock: OrderClock { OrderClock { self.time.load(ordering: .relaxed) } }

  func open() throws -> Orders {
    try Orders(path: "\(path)/orders.sqlite", thread: thread, clock: clock)
  }
}
