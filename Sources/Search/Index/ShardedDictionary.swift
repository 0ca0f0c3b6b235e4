/// A dictionary in shards of which copies share all that are not changed in them.
struct ShardedDictionary<Value: Sendable>: Sendable {
  private var shards = [[String: Value]](repeating: [:], count: shardCount)
  private(set) var count = 0

  private static var shardCount: Int { 256 }

  subscript(key: String) -> Value? {
    get { shards[Self.shard(of: key)][key] }
    set {
      let shard = Self.shard(of: key)
      let old =
        if let newValue {
          shards[shard].updateValue(newValue, forKey: key)
        } else {
          shards[shard].removeValue(forKey: key)
        }
      count += (newValue == nil ? 0 : 1) - (old == nil ? 0 : 1)
    }
  }

  private static func shard(of key: String) -> Int {
    Int(truncatingIfNeeded: StringHash.fnv1a(key) % UInt64(shardCount))
  }
}

/// FNV-1a, which is the same in every run.
enum StringHash {
  static func fnv1a(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
