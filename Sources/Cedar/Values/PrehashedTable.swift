/// An insert-only hash table from keys to consecutive numbers: the number of a key is its position
/// in `keys`. Open addressing with linear probing over the keys' own hashes, so a look-up computes
/// no hash and allocates nothing.
struct PrehashedTable<Key: Prehashed & Sendable>: Sendable {
  /// The keys in the order in which they came.
  private(set) var keys: ContiguousArray<Key> = []
  private var slots: ContiguousArray<Int32> = [-1, -1, -1, -1]

  /// The number of `key`, or nil when it is unknown.
  @inline(__always)
  func find(_ key: Key) -> Int? {
    let mask = slots.count - 1
    var slot = key.prehash & mask
    while true {
      let number = slots[slot]
      if number < 0 { return nil }
      if keys[Int(number)] == key { return Int(number) }
      slot = (slot + 1) & mask
    }
  }

  /// The number of `key`, which is added when it is new.
  mutating func insert(_ key: Key) -> Int {
    if let number = find(key) { return number }
    if (keys.count + 1) * 2 > slots.count { grow() }
    keys.append(key)
    place(number: Int32(keys.count - 1))
    return keys.count - 1
  }

  private mutating func grow() {
    slots = ContiguousArray(repeating: -1, count: slots.count * 2)
    for number in keys.indices { place(number: Int32(number)) }
  }

  private mutating func place(number: Int32) {
    let mask = slots.count - 1
    var slot = keys[Int(number)].prehash & mask
    while slots[slot] >= 0 { slot = (slot + 1) & mask }
    slots[slot] = number
  }
}
