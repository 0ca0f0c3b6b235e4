/// One unit of work for a loop.
enum Work {
  case job(UnownedJob)
  case body(() -> Void)
}

/// A loop's own queue, first in first out: a ring that doubles when it is full and is given back
/// when it ran empty after growing large.
struct WorkQueue: ~Copyable {
  /// Units of work whose room is kept once the queue ran empty. A power of two.
  static let capacityKept = 4096

  private var storage: UnsafeMutablePointer<Work>
  private var capacity = 64
  private var head = 0
  private(set) var count = 0

  init() { storage = .allocate(capacity: capacity) }

  deinit {
    for offset in 0..<count {
      (storage + ((head + offset) & (capacity - 1))).deinitialize(count: 1)
    }
    storage.deallocate()
  }

  var isEmpty: Bool { count == 0 }

  mutating func append(_ work: consuming Work) {
    if count == capacity { resize(to: capacity * 2) }
    (storage + ((head + count) & (capacity - 1))).initialize(to: work)
    count += 1
  }

  mutating func append(contentsOf work: [Work]) {
    for unit in work { append(unit) }
  }

  mutating func popFirst() -> Work? {
    guard count > 0 else { return nil }
    let work = (storage + head).move()
    head = (head + 1) & (capacity - 1)
    count -= 1
    if count == 0 && capacity > Self.capacityKept { resize(to: Self.capacityKept) }
    return work
  }

  private mutating func resize(to newCapacity: Int) {
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
