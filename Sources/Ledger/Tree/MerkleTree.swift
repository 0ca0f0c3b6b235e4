internal import Crypto

/// The right edge of a growing tree: enough to take further leaves and to tell the root. A value,
/// without I/O.
///
/// Level 0 holds hashes of leaves, level L + 1 one hash for 256 of level L. Of each level only the
/// hashes after the last full tile are kept.
struct MerkleTree {
  /// Leaves.
  private(set) var size: UInt64 = 0
  /// For each level the hashes of the tile that is not full.
  private(set) var edge: [[SHA256Digest]] = [[]]
  /// Hashes that came since they were last taken, by level: to be appended to what is stored.
  private(set) var fresh: [[SHA256Digest]] = [[]]

  init() {}

  /// A tree whose edge is known.
  init(size: UInt64, edge: [[SHA256Digest]]) {
    self.size = size
    self.edge = edge.isEmpty ? [[]] : edge
    fresh = Array(repeating: [], count: self.edge.count)
  }

  mutating func append(_ leaf: SHA256Digest) {
    size += 1
    var hash = leaf
    var level = 0
    while true {
      if level == edge.count {
        edge.append([])
        fresh.append([])
      }
      edge[level].append(hash)
      fresh[level].append(hash)
      guard edge[level].count == Tile.width else { return }
      hash = Tile.root(edge[level][...])
      edge[level].removeAll(keepingCapacity: true)
      level += 1
    }
  }

  /// Forgets the fresh hashes: they are stored.
  mutating func stored() {
    for level in fresh.indices { fresh[level].removeAll(keepingCapacity: true) }
  }

  /// The root over all leaves (RFC 6962 §2.1).
  var root: SHA256Digest {
    var root: SHA256Digest?
    // From the right: the smallest subtrees first.
    for hashes in edge {
      var end = hashes.count
      while end > 0 {
        let width = end & -end
        let subtree = Tile.root(hashes[end - width..<end])
        root = root.map { MerkleHash.node(subtree, $0) } ?? subtree
        end -= width
      }
    }
    return root ?? MerkleHash.empty
  }
}

/// Tiles of C2SP tlog-tiles: 256 hashes wide, 8 levels of the tree high.
enum Tile {
  static let width = 256
  static let height: UInt64 = 8

  /// The hash over a power of two of neighbouring subtrees.
  static func root(_ hashes: ArraySlice<SHA256Digest>) -> SHA256Digest {
    precondition(!hashes.isEmpty && hashes.count & (hashes.count - 1) == 0, "a power of two")
    var row = Array(hashes)
    while row.count > 1 {
      for index in 0..<row.count / 2 {
        row[index] = MerkleHash.node(row[2 * index], row[2 * index + 1])
      }
      row.removeLast(row.count / 2)
    }
    return row[0]
  }

  /// How many hashes level `level` has in a tree of `size` leaves.
  static func count(level: Int, size: UInt64) -> UInt64 {
    let shift = UInt64(level) * height
    return shift < 64 ? size >> shift : 0
  }
}
