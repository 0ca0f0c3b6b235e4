/// Values by key, within bounds of their number and bytes; the one that was used longest ago goes
/// first.
struct BoundedCache<Key: Hashable, Value> {
  private struct Entry {
    let value: Value
    let bytes: Int
    var lastUse: UInt64
  }

  private let entriesMax: Int
  private let bytesMax: Int
  private var entries: [Key: Entry] = [:]
  private var uses: UInt64 = 0
  private(set) var bytes = 0

  init(entries: Int, bytes: Int) {
    entriesMax = entries
    bytesMax = bytes
  }

  var count: Int { entries.count }

  subscript(key: Key) -> Value? {
    mutating get {
      guard let index = entries.index(forKey: key) else { return nil }
      uses += 1
      entries.values[index].lastUse = uses
      return entries.values[index].value
    }
  }

  /// Keeps a value, unless it is larger than a quarter of what there is room for.
  mutating func insert(_ value: Value, for key: Key, bytes size: Int) {
    remove(key)
    guard size <= bytesMax / 4 else { return }
    while entries.count >= entriesMax || bytes + size > bytesMax {
      guard let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) else { break }
      remove(oldest.key)
    }
    uses += 1
    entries[key] = Entry(value: value, bytes: size, lastUse: uses)
    bytes += size
  }

  mutating func remove(_ key: Key) {
    if let gone = entries.removeValue(forKey: key) { bytes -= gone.bytes }
  }

  mutating func remove(where isGone: (Key) -> Bool) {
    for key in Array(entries.keys) where isGone(key) { remove(key) }
  }

  mutating func removeAll() {
    entries = [:]
    bytes = 0
  }
}
