extension JSONParser {
  /// Up to here every pair of names is compared by a fingerprint; above, names are hashed.
  private static var pairwiseLimit: Int { 32 }

  /// Refuses an object that has one name twice, compared after unescaping (RFC 7493 section 2.3).
  @inline(never)
  func checkNames(of object: Int) throws(JSONError) {
    let count = table.rows[object].count
    let duplicate =
      count <= Self.pairwiseLimit
      ? pairwiseDuplicate(object, count) : hashedDuplicate(object, count)
    guard let duplicate else { return }
    let row = table.rows[duplicate]
    let content = UnsafeBufferPointer(
      start: base + Int(row.start) + 1, count: Int(row.end - row.start) - 2)
    let name = String(decoding: Unescaping.bytes(of: content), as: UTF8.self)
    throw error(.duplicateName(name), at: Int(row.start))
  }

  /// The row of the first name that repeats an earlier one. Compares fingerprints of the length and
  /// the first bytes, and the names themselves only when those agree.
  private func pairwiseDuplicate(_ object: Int, _ count: Int) -> Int? {
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: count * 2) { scratch -> Int? in
      guard let prints = scratch.baseAddress else { return nil }
      let names = prints + count
      var row = object + 1
      for index in 0..<count {
        let entry = table.rows[row]
        if entry.detail { return hashedDuplicate(object, count) }
        let print = fingerprint(entry)
        prints[index] = print
        names[index] = UInt64(row)
        for earlier in 0..<index where prints[earlier] == print {
          let other = table.rows[Int(names[earlier])]
          let length = Int(entry.end - entry.start)
          if other.end - other.start == entry.end - entry.start,
            Words.equal(base + Int(entry.start), base + Int(other.start), count: length)
          {
            return row
          }
        }
        row = Int(table.rows[row + 1].next)
      }
      return nil
    }
  }

  /// Equal names have equal fingerprints.
  @inline(__always)
  private func fingerprint(_ name: JSONEntry) -> UInt64 {
    let start = Int(name.start)
    let length = Int(name.end) - start
    // The opening quote and what follows; a name is at least two bytes with its quotes.
    if length >= 8 {
      let head = Words.load(base + start)
      let tail = Words.load(base + start + length - 8)
      return (head &* 0x9E37_79B9_7F4A_7C15) ^ tail ^ UInt64(length)
    }
    var word = UInt64(length)
    for index in 1..<length { word = word &<< 8 | UInt64(base[start + index]) }
    return word
  }

  /// The same by a hash table with the process's random seed, so that no one can choose collisions.
  private func hashedDuplicate(_ object: Int, _ count: Int) -> Int? {
    let mask = (1 << (Int.bitWidth - (count * 2 - 1).leadingZeroBitCount)) - 1
    return withUnsafeTemporaryAllocation(of: UInt32.self, capacity: mask + 1) { slots -> Int? in
      slots.initialize(repeating: UInt32.max)
      var row = object + 1
      for _ in 0..<count {
        let hash = withName(row) { name in
          var hasher = Hasher()
          hasher.combine(bytes: UnsafeRawBufferPointer(name))
          return hasher.finalize()
        }
        var slot = hash & mask
        while slots[slot] != UInt32.max {
          let earlier = Int(slots[slot])
          let same = withName(row) { name in
            withName(earlier) { other in name.elementsEqual(other) }
          }
          if same { return row }
          slot = (slot + 1) & mask
        }
        slots[slot] = UInt32(row)
        row = Int(table.rows[row + 1].next)
      }
      return nil
    }
  }

  private func withName<Result>(
    _ row: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    let entry = table.rows[row]
    let content = UnsafeBufferPointer(
      start: base + Int(entry.start) + 1, count: Int(entry.end - entry.start) - 2)
    guard entry.detail else { return body(content) }
    return Unescaping.bytes(of: content).withUnsafeBufferPointer(body)
  }
}
