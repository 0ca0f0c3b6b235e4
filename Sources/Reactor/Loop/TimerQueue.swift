/// Deadlines with payloads, the earliest first; equal deadlines in the order they were added.
///
/// A four-ary heap of slots: adding and removing cost O(log n), looking at the earliest O(1). A
/// removed entry leaves no garbage, and its payload is released at once.
struct TimerQueue<Payload> {
  /// Names one entry; an identifier of an entry that fired or was removed matches nothing.
  struct ID: Equatable {
    fileprivate var slot: UInt32
    fileprivate var generation: UInt32
  }

  private struct Node {
    var deadline: UInt64
    var sequence: UInt64
    var slot: UInt32

    static func < (left: Node, right: Node) -> Bool {
      left.deadline == right.deadline
        ? left.sequence < right.sequence : left.deadline < right.deadline
    }
  }

  private struct Slot {
    var generation: UInt32 = 0
    var position: Int32 = -1
    var payload: Payload?
  }

  private var heap: [Node] = []
  private var slots: [Slot] = []
  private var free: [UInt32] = []
  private var sequence: UInt64 = 0

  var count: Int { heap.count }
  var isEmpty: Bool { heap.isEmpty }
  var earliest: MonotonicTime? { heap.first.map { MonotonicTime(nanoseconds: $0.deadline) } }

  mutating func add(_ deadline: MonotonicTime, _ payload: Payload) -> ID {
    let slot: UInt32
    if let reused = free.popLast() {
      slot = reused
    } else {
      slot = UInt32(slots.count)
      slots.append(Slot())
    }
    slots[Int(slot)].payload = payload
    sequence += 1
    heap.append(Node(deadline: deadline.nanoseconds, sequence: sequence, slot: slot))
    rise(from: heap.count - 1)
    return ID(slot: slot, generation: slots[Int(slot)].generation)
  }

  /// Removes an entry; nil when it fired or was removed before.
  @discardableResult
  mutating func remove(_ id: ID) -> Payload? {
    let slot = Int(id.slot)
    guard slot < slots.count, slots[slot].generation == id.generation,
      slots[slot].position >= 0
    else { return nil }
    return removeNode(at: Int(slots[slot].position))
  }

  /// Takes the earliest entry when its deadline is not after `now`.
  mutating func takeDue(_ now: MonotonicTime) -> Payload? {
    guard let first = heap.first, first.deadline <= now.nanoseconds else { return nil }
    return removeNode(at: 0)
  }

  private mutating func removeNode(at position: Int) -> Payload? {
    let slot = Int(heap[position].slot)
    let last = heap.removeLast()
    if position < heap.count {
      heap[position] = last
      if position > 0, last < heap[(position - 1) / 4] {
        rise(from: position)
      } else {
        sink(from: position)
      }
    }
    let payload = slots[slot].payload.take()
    slots[slot].position = -1
    slots[slot].generation &+= 1
    free.append(UInt32(slot))
    return payload
  }

  private mutating func rise(from start: Int) {
    var position = start
    let node = heap[position]
    while position > 0 {
      let parent = (position - 1) / 4
      guard node < heap[parent] else { break }
      place(heap[parent], at: position)
      position = parent
    }
    place(node, at: position)
  }

  private mutating func sink(from start: Int) {
    var position = start
    let node = heap[position]
    while true {
      let first = position * 4 + 1
      guard first < heap.count else { break }
      var smallest = first
      for child in first + 1..<max(first + 1, min(first + 4, heap.count))
      where heap[child] < heap[smallest] {
        smallest = child
      }
      guard heap[smallest] < node else { break }
      place(heap[smallest], at: position)
      position = smallest
    }
    place(node, at: position)
  }

  private mutating func place(_ node: Node, at position: Int) {
    heap[position] = node
    slots[Int(node.slot)].position = Int32(position)
  }
}
