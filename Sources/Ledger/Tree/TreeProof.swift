public import Crypto

/// Where hashes of a tree come from.
protocol TreeHashes {
  /// Hashes of a level: level 0 are leaves, each level above holds one hash for 256 below.
  func hashes(level: Int, _ range: Range<UInt64>) throws(LedgerError) -> [SHA256Digest]
}

/// Proofs over a stored tree (RFC 6962 §2.1.1, §2.1.2).
struct TreeProver<Source: TreeHashes> {
  let source: Source
  let size: UInt64

  /// The hashes that lead from leaf `index` to the root.
  func inclusion(of index: UInt64) throws(LedgerError) -> [SHA256Digest] {
    precondition(index < size, "a leaf of the tree")
    return try path(index, 0..<size)
  }

  /// The hashes that lead from the root of the first `old` leaves to the root.
  func consistency(from old: UInt64) throws(LedgerError) -> [SHA256Digest] {
    precondition(old <= size, "an older tree")
    return old == 0 || old == size ? [] : try subproof(old, 0..<size, isComplete: true)
  }

  /// The root over the first `count` leaves.
  func root(of count: UInt64) throws(LedgerError) -> SHA256Digest {
    count == 0 ? MerkleHash.empty : try hash(0..<count)
  }

  private func path(_ index: UInt64, _ range: Range<UInt64>) throws(LedgerError) -> [SHA256Digest] {
    guard range.count > 1 else { return [] }
    let middle = range.lowerBound + Self.split(range.upperBound - range.lowerBound)
    if index < middle {
      return try path(index, range.lowerBound..<middle) + [hash(middle..<range.upperBound)]
    }
    return try path(index, middle..<range.upperBound) + [hash(range.lowerBound..<middle)]
  }

  private func subproof(
    _ old: UInt64, _ range: Range<UInt64>, isComplete: Bool
  ) throws(LedgerError) -> [SHA256Digest] {
    let count = range.upperBound - range.lowerBound
    if old == count { return isComplete ? [] : [try hash(range)] }
    let split = Self.split(count)
    let middle = range.lowerBound + split
    if old <= split {
      return try subproof(old, range.lowerBound..<middle, isComplete: isComplete)
        + [hash(middle..<range.upperBound)]
    }
    return try subproof(old - split, middle..<range.upperBound, isComplete: false)
      + [hash(range.lowerBound..<middle)]
  }

  private func hash(_ range: Range<UInt64>) throws(LedgerError) -> SHA256Digest {
    let count = range.upperBound - range.lowerBound
    if count & (count - 1) == 0, range.lowerBound.isMultiple(of: count) {
      return try perfect(range.lowerBound, count)
    }
    let middle = range.lowerBound + Self.split(count)
    return MerkleHash.node(
      try hash(range.lowerBound..<middle), try hash(middle..<range.upperBound))
  }

  /// The hash of a perfect subtree, from the lowest level of stored hashes that it spans whole.
  private func perfect(_ first: UInt64, _ count: UInt64) throws(LedgerError) -> SHA256Digest {
    let level = UInt64(count.trailingZeroBitCount) / Tile.height
    let shift = level * Tile.height
    let hashes = try source.hashes(
      level: Int(level), first >> shift..<(first + count) >> shift)
    return Tile.root(hashes[...])
  }

  /// The greatest power of two below `count`.
  private static func split(_ count: UInt64) -> UInt64 {
    1 << UInt64(63 - (count - 1).leadingZeroBitCount)
  }
}

/// Checking proofs, with nothing but the proofs (RFC 9162 §2.1.3.2, §2.1.4.2).
public enum TreeProof {
  /// Whether `proof` shows that `leaf` is the leaf `index` of the tree of `size` leaves with `root`.
  public static func includes(
    _ leaf: SHA256Digest, at index: UInt64, in root: SHA256Digest, size: UInt64,
    proof: [SHA256Digest]
  ) -> Bool {
    guard index < size else { return false }
    var (node, last) = (index, size - 1)
    var hash = leaf
    for step in proof {
      if last == 0 { return false }
      if node & 1 == 1 || node == last {
        hash = MerkleHash.node(step, hash)
        while node & 1 == 0, node != 0 {
          node >>= 1
          last >>= 1
        }
      } else {
        hash = MerkleHash.node(hash, step)
      }
      node >>= 1
      last >>= 1
    }
    return last == 0 && hash == root
  }

  /// Whether `proof` shows that the tree of `size` leaves with `root` has that of `oldSize` leaves
  /// with `oldRoot` at its beginning.
  public static func extends(
    _ oldRoot: SHA256Digest, oldSize: UInt64, to root: SHA256Digest, size: UInt64,
    proof: [SHA256Digest]
  ) -> Bool {
    guard oldSize <= size else { return false }
    if oldSize == size { return proof.isEmpty && oldRoot == root }
    if oldSize == 0 { return proof.isEmpty && oldRoot == MerkleHash.empty }
    var steps = proof[...]
    if oldSize & (oldSize - 1) == 0 { steps = [oldRoot] + steps }
    guard let first = steps.popFirst() else { return false }
    var (node, last) = (oldSize - 1, size - 1)
    while node & 1 == 1 {
      node >>= 1
      last >>= 1
    }
    var (old, new) = (first, first)
    for step in steps {
      if last == 0 { return false }
      if node & 1 == 1 || node == last {
        old = MerkleHash.node(step, old)
        new = MerkleHash.node(step, new)
        while node & 1 == 0, node != 0 {
          node >>= 1
          last >>= 1
        }
      } else {
        new = MerkleHash.node(new, step)
      }
      node >>= 1
      last >>= 1
    }
    return last == 0 && old == oldRoot && new == root
  }
}
