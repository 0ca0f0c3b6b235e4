/// A hash table from a node and a key to the next node: the edges of all nodes of a tree in one
/// array. Insert-only, open addressing with linear probing.
struct EdgeTable: Sendable {
  private struct Slot: Sendable {
    var edge: UInt64
    var target: Int32
  }

  private static let free: Int32 = -1
  private var slots: ContiguousArray<Slot>
  private var count = 0

  init() { slots = ContiguousArray(repeating: Slot(edge: 0, target: EdgeTable.free), count: 16) }

  /// The node behind `key`, or nil.
  @inline(__always)
  func find(from node: Int32, key: UInt32) -> Int32? {
    let slot = slots[position(of: EdgeTable.edge(node, key))]
    return slot.target == EdgeTable.free ? nil : slot.target
  }

  /// The node behind `key`; `make` gives its number when there is none yet.
  mutating func insert(from node: Int32, key: UInt32, make: () -> Int32) -> Int32 {
    if (count + 1) * 2 > slots.count { grow() }
    let edge = EdgeTable.edge(node, key)
    let position = position(of: edge)
    if slots[position].target == EdgeTable.free {
      slots[position] = Slot(edge: edge, target: make())
      count += 1
    }
    return slots[position].target
  }

  private static func edge(_ node: Int32, _ key: UInt32) -> UInt64 {
    UInt64(UInt32(bitPattern: node)) << 32 | UInt64(key)
  }

  @inline(__always)
  private func position(of edge: UInt64) -> Int {
    let mask = slots.count - 1
    let mixed = (edge ^ edge >> 29) &* 0x9E37_79B9_7F4A_7C15
    var position = Int(truncatingIfNeeded: mixed >> 32) & mask
    while slots[position].target != EdgeTable.free, slots[position].edge != edge {
      position = (position + 1) & mask
    }
    return position
  }

  private mutating func grow() {
    let old = slots
    slots = ContiguousArray(
      repeating: Slot(edge: 0, target: EdgeTable.free), count: old.count * 2)
    for slot in old where slot.target != EdgeTable.free {
      slots[position(of: slot.edge)] = slot
    }
  }
}
