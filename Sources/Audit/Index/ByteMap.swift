/// A map from bytes to values that allocates nothing to look one up, and forgets everything when
/// it has `entriesMax` entries or `bytesMax` bytes of keys.
struct ByteMap<Value> {
  private let entriesMax: Int
  private let bytesMax: Int
  private var slots: [Int32]
  private var entries: [Entry] = []
  private var keys: [UInt8] = []
  private let seed = (UInt64.random(in: .min ... .max) | 1, UInt64.random(in: .min ... .max) | 1)

  private struct Entry {
    var hash: Int
    var start: Int
    var count: Int
    var value: Value
  }

  init(entriesMax: Int = 1 << 16, bytesMax: Int = 16 << 20) {
    self.entriesMax = entriesMax
    self.bytesMax = bytesMax
    slots = Array(repeating: -1, count: 256)
  }

  /// The value of these bytes, if it is known.
  subscript(key: UnsafeRawBufferPointer) -> Value? {
    let hash = hash(key)
    var slot = hash & (slots.count - 1)
    while slots[slot] >= 0 {
      let entry = entries[Int(slots[slot])]
      if entry.hash == hash, entry.count == key.count, isKey(entry, key) { return entry.value }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  /// Keeps a value for bytes that have none yet.
  mutating func insert(_ key: UnsafeRawBufferPointer, _ value: Value) {
    if entries.count >= entriesMax || keys.count + key.count > bytesMax { removeAll() }
    if entries.count * 2 >= slots.count { grow() }
    let hash = hash(key)
    entries.append(Entry(hash: hash, start: keys.count, count: key.count, value: value))
    keys += key
    place(entries.count - 1, hash)
  }

  mutating func removeAll() {
    entries.removeAll(keepingCapacity: true)
    keys.removeAll(keepingCapacity: true)
    slots = Array(repeating: -1, count: 256)
  }

  private func isKey(_ entry: Entry, _ key: UnsafeRawBufferPointer) -> Bool {
    keys.withUnsafeBytes {
      $0[entry.start..<entry.start + entry.count].elementsEqual(key)
    }
  }

  private mutating func grow() {
    slots = Array(repeating: -1, count: slots.count * 2)
    for (index, entry) in entries.enumerated() { place(index, entry.hash) }
  }

  private mutating func place(_ index: Int, _ hash: Int) {
    var slot = hash & (slots.count - 1)
    while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = Int32(index)
  }

  /// Seeded at random, so that nobody can choose keys that collide. 16 bytes a step, folded by a
  /// multiplication; several times faster than the language's hasher on short keys.
  private func hash(_ key: UnsafeRawBufferPointer) -> Int {
    var state = seed.0 ^ UInt64(key.count)
    var index = 0
    while index + 16 <= key.count {
      state = Self.fold(
        key.loadUnaligned(fromByteOffset: index, as: UInt64.self) ^ state,
        key.loadUnaligned(fromByteOffset: index + 8, as: UInt64.self) ^ seed.1)
      index += 16
    }
    var rest: (UInt64, UInt64) = (0, 0)
    if index + 8 <= key.count {
      rest.0 = key.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      index += 8
    }
    while index < key.count {
      rest.1 = rest.1 << 8 | UInt64(key[index])
      index += 1
    }
    state = Self.fold(rest.0 ^ state, rest.1 ^ seed.1)
    return Int(truncatingIfNeeded: Self.fold(state ^ seed.0, seed.1))
  }

  @inline(__always)
  private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let (high, low) = left.multipliedFullWidth(by: right)
    return high ^ low
  }
}
