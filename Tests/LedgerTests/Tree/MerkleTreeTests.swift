import Crypto
import Testing

@testable import Ledger

/// The tree as RFC 6962 §2.1 defines it, without any of the short cuts.
enum PlainTree {
  static func root(_ leaves: ArraySlice<[UInt8]>) -> SHA256Digest {
    guard leaves.count > 1 else {
      return leaves.first.map { SHA256.hash([0] + $0) } ?? SHA256.hash([])
    }
    let middle = leaves.startIndex + split(leaves.count)
    return SHA256.hash([1] + root(leaves[..<middle]).bytes + root(leaves[middle...]).bytes)
  }

  static func path(_ index: Int, _ leaves: ArraySlice<[UInt8]>) -> [SHA256Digest] {
    guard leaves.count > 1 else { return [] }
    let split = split(leaves.count)
    let middle = leaves.startIndex + split
    return index < split
      ? path(index, leaves[..<middle]) + [root(leaves[middle...])]
      : path(index - split, leaves[middle...]) + [root(leaves[..<middle])]
  }

  static func split(_ count: Int) -> Int {
    var split = 1
    while split * 2 < count { split *= 2 }
    return split
  }
}

/// Hashes of a tree in memory.
struct MemoryHashes: TreeHashes {
  var levels: [[SHA256Digest]]

  init(_ leaves: [[UInt8]]) {
    var tree = MerkleTree()
    for leaf in leaves { tree.append(MerkleHash.leaf(leaf)) }
    levels = tree.fresh
  }

  func hashes(level: Int, _ range: Range<UInt64>) throws(LedgerError) -> [SHA256Digest] {
    Array(levels[level][Int(range.lowerBound)..<Int(range.upperBound)])
  }
}

@Suite("The tree over the records")
struct MerkleTreeTests {
  static func leaves(_ count: Int) -> [[UInt8]] {
    (0..<count).map { Array("leaf \($0)".utf8) }
  }

  /// The vectors that certificate transparency's own tests use for RFC 6962.
  static let vectors: [(leaves: [String], root: String)] = [
    ([], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ([""], "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
    (["", "00"], "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
    (["", "00", "10"], "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
    (
      ["", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f"],
      "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    ),
  ]

  @Test("the roots are those of RFC 6962's published vectors", arguments: vectors)
  func publishedRoots(leaves: [String], root: String) throws {
    var tree = MerkleTree()
    for leaf in leaves { tree.append(MerkleHash.leaf(try #require(Hex.decode(leaf)))) }
    #expect(tree.root.hex == root)
  }

  @Test("roots and stored hashes are those of the definition, also where tiles fill up")
  func definition() {
    for count in [0, 1, 2, 3, 5, 8, 13, 255, 256, 257, 511, 512, 513, 1_000, 65_536, 65_537] {
      let leaves = Self.leaves(count)
      var tree = MerkleTree()
      for leaf in leaves { tree.append(MerkleHash.leaf(leaf)) }
      #expect(tree.root == PlainTree.root(leaves[...]), "\(count)")
      for level in tree.fresh.indices {
        #expect(UInt64(tree.fresh[level].count) == Tile.count(level: level, size: tree.size))
      }
      if count >= 512 { #expect(tree.fresh[1][1] == PlainTree.root(leaves[256..<512])) }
    }
  }

  @Test("a tree that goes on from its right edge is the same tree")
  func edge() {
    var tree = MerkleTree()
    for leaf in Self.leaves(700) { tree.append(MerkleHash.leaf(leaf)) }
    var again = MerkleTree(size: tree.size, edge: tree.edge)
    for number in 700..<1_400 {
      tree.append(MerkleHash.leaf(Array("leaf \(number)".utf8)))
      again.append(MerkleHash.leaf(Array("leaf \(number)".utf8)))
    }
    #expect(tree.root == again.root)
  }

  @Test("every inclusion proof is that of the definition, holds, and holds for nothing else")
  func inclusion() throws {
    for count in [1, 2, 3, 7, 8, 9, 64, 257, 600] {
      let leaves = Self.leaves(count)
      let prover = TreeProver(source: MemoryHashes(leaves), size: UInt64(count))
      let root = PlainTree.root(leaves[...])
      for index in Set([0, 1, count / 2, count - 2, count - 1]) where (0..<count).contains(index) {
        let proof = try prover.inclusion(of: UInt64(index))
        #expect(proof == PlainTree.path(index, leaves[...]))
        let leaf = MerkleHash.leaf(leaves[index])
        func holds(_ leaf: SHA256Digest, _ index: Int, _ size: Int, _ proof: [SHA256Digest]) -> Bool
        {
          TreeProof.includes(leaf, at: UInt64(index), in: root, size: UInt64(size), proof: proof)
        }
        #expect(holds(leaf, index, count, proof))
        #expect(!holds(MerkleHash.leaf([1]), index, count, proof))
        #expect(!holds(leaf, index + 1, count, proof))
        #expect(!holds(leaf, index, count, proof + [root]))
        if !proof.isEmpty {
          #expect(!holds(leaf, index, count, Array(proof.dropLast())))
          var turned = proof
          turned[0] = MerkleHash.leaf([2])
          #expect(!holds(leaf, index, count, turned))
        }
      }
    }
  }

  @Test("every consistency proof holds, and for no other pair of trees")
  func consistency() throws {
    for (old, new) in [(1, 1), (1, 2), (3, 7), (4, 7), (6, 8), (8, 8), (255, 600), (256, 600)] {
      let leaves = Self.leaves(new)
      let prover = TreeProver(source: MemoryHashes(leaves), size: UInt64(new))
      let proof = try prover.consistency(from: UInt64(old))
      let (before, after) = (PlainTree.root(leaves[..<old]), PlainTree.root(leaves[...]))
      func holds(_ before: SHA256Digest, _ old: Int, _ proof: [SHA256Digest]) -> Bool {
        TreeProof.extends(
          before, oldSize: UInt64(old), to: after, size: UInt64(new), proof: proof)
      }
      #expect(holds(before, old, proof), "\(old) \(new)")
      #expect(!holds(MerkleHash.leaf([9]), old, proof))
      #expect(!holds(before, old, proof + [after]))
      if old > 1 { #expect(!holds(before, old - 1, proof)) }
      #expect(try prover.root(of: UInt64(old)) == before)
    }
  }
}
