/// One unit of work for a loop.
enum Work {
  /// Of a task that belongs to no actor.
  case job(UnownedJob)
  /// Of an actor on the loop.
  case isolatedJob(UnownedJob)
  case body(() -> Void)
}

/// A loop's own queue, first in first out: a ring that doubles when it is full and is given back
/// when it ran empty after growing large.
///
/// Its state lies behind a pointer, so that a loop can hold it as a constant: work that queues work
/// is no overlapping access, and nothing has to check that at run time.
struct WorkQueue: ~Copyable {
  /// Units of work whose room is kept once the queue ran empty. A power of two.
  static let capacityKept = 4096

  private struct Ring {
    var storage: UnsafeMutablePointer<Work>
    var capacity: Int
    var head = 0
    var count = 0

    func place(_ offset: Int) -> UnsafeMutablePointer<Work> {
      storage + ((head + offset) & (capacity - 1))
    }

    mutating func resize(to newCapacity: Int) {
      let grown = UnsafeMutablePointer<Work>.allocate(capacity: newCapacity)
      let beforeWrap = min(count, capacity - head)
      grown.moveInitialize(from: storage + head, count: beforeWrap)
      (grown + beforeWrap).moveInitialize(from: storage, count: count - beforeWrap)
      storage.deallocate()
      storage = grown
      capacity = newCapacity
      head = 0
    }
  }

  private let ring: UnsafeMutablePointer<Ring>

  init() {
    let capacity = 64
    ring = .allocate(capacity: 1)
    ring.initialize(to: Ring(storage: .allocate(capacity: capacity), capacity: capacity))
  }

  deinit {
    for offset in 0..<count { ring.pointee.place(offset).deinitialize(count: 1) }
    ring.pointee.storage.deallocate()
    ring.deallocate()
  }

  var count: Int { ring.pointee.count }
  var isEmpty: Bool { count == 0 }

  borrowing func append(_ work: consuming Work) {
    if ring.pointee.count == ring.pointee.capacity {
      ring.pointee.resize(to: ring.pointee.capacity * 2)
    }
    ring.pointee.place(ring.pointee.count).initialize(to: work)
    ring.pointee.count += 1
  }

  borrowing func append(contentsOf work: [Work]) {
    for unit in work { append(unit) }
  }

  borrowing func popFirst() -> Work? {
    guard ring.pointee.count > 0 else { return nil }
    let work = ring.pointee.place(0).move()
    ring.pointee.head = (ring.pointee.head + 1) & (ring.pointee.capacity - 1)
    ring.pointee.count -= 1
    if ring.pointee.count == 0 && ring.pointee.capacity > Self.capacityKept {
      ring.pointee.resize(to: Self.capacityKept)
    }
    return work
  }
}
