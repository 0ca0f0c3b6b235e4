internal import Crypto

/// The hashes and places that a ledger stores, held against those that its records make.
struct StoredTree {
  /// The tree before the first record that is there.
  let tree: MerkleTree
  private let files: TreeFiles
  private let index: [UInt8]
  private var places: [UInt8] = []
  private let first: UInt64
  private var size: UInt64
  private var isDamaged = false

  init(
    files: any LedgerFiles, first: UInt64, _ report: inout VerificationReport
  ) throws(LedgerError) {
    do throws(FileFailure) {
      self.files = try TreeFiles(files: files, canWrite: false)
      index = files.exists(BundleIndex.name) ? try files.read(BundleIndex.name) : []
    } catch {
      throw .system(error)
    }
    self.first = first
    size = first
    var before = MerkleTree(size: first, edge: [])
    do throws(LedgerError) {
      before = try self.files.tree(of: first)
      try Self.checkBelow(first, self.files, &report)
    } catch {
      report.add(VerificationProblem(TreeFiles.directory, "\(error)"))
      isDamaged = true
    }
    tree = before
  }

  /// Holds the tiles over records that were let go against the hashes above them: the records
  /// themselves can no longer say what their hashes are.
  private static func checkBelow(
    _ first: UInt64, _ files: TreeFiles, _ report: inout VerificationReport
  ) throws(LedgerError) {
    let width = UInt64(Tile.width)
    var level = 0
    while Tile.count(level: level + 1, size: first) > 0 {
      for index in 0..<Tile.count(level: level + 1, size: first) {
        let tile = try files.hashes(level: level, index * width..<(index + 1) * width)
        let above = try files.hashes(level: level + 1, index..<index + 1)
        guard Tile.root(tile[...]) != above[0] else { continue }
        report.add(
          VerificationProblem(
            TreeFiles.name(level),
            "its hashes \(index * width) to \((index + 1) * width - 1) do not make the one above"))
      }
      level += 1
    }
  }

  mutating func add(_ raw: RawRecord) {
    guard raw.sequence.isMultiple(of: UInt64(Tile.width)) else { return }
    withUnsafeBytes(of: raw.segment.first.littleEndian) { places += $0 }
    withUnsafeBytes(of: UInt64(raw.offset).littleEndian) { places += $0 }
  }

  /// Holds the newest hashes, up to a tree of `size` leaves, against what is stored of them.
  mutating func compare(
    _ hashes: [[SHA256Digest]], size: UInt64, _ report: inout VerificationReport
  ) throws(LedgerError) {
    self.size = size
    guard !isDamaged else { return }
    for (level, hashes) in hashes.enumerated() where !hashes.isEmpty {
      let end = Tile.count(level: level, size: size)
      let start = end - UInt64(hashes.count)
      let stored: UInt64
      do throws(FileFailure) { stored = try files.count(level: level) } catch {
        throw .system(error)
      }
      let common = min(end, max(start, stored))
      guard common > start else { continue }
      let expected = hashes.prefix(Int(common - start)).flatMap(\.bytes)
      guard try files.tile(level: level, start..<common) != expected else { continue }
      report.add(
        VerificationProblem(
          TreeFiles.name(level), "its hashes are not those of the records below \(size)"))
      isDamaged = true
    }
  }

  /// Ends the comparison: what a checkpoint over `signed` records promises must be stored, and no
  /// more than the records make.
  func finish(signed: UInt64, _ report: inout VerificationReport) throws(LedgerError) {
    for level in 0..<max(files.levels, 8) {
      let needed = Tile.count(level: level, size: signed)
      let possible = Tile.count(level: level, size: size)
      let stored: UInt64
      do throws(FileFailure) { stored = try files.count(level: level) } catch {
        throw .system(error)
      }
      guard stored < needed || stored > possible else { continue }
      report.add(
        VerificationProblem(
          TreeFiles.name(level),
          "it has \(stored) hashes, where the checkpoint needs \(needed) and the records make "
            + "\(possible)"))
    }
    let width = UInt64(Tile.width)
    let skipped = Int((first + width - 1) / width) * BundleIndex.entryBytes
    let needed = Int((signed + width - 1) / width) * BundleIndex.entryBytes
    let known = index.dropFirst(skipped)
    let isWhole = index.count >= needed && index.count.isMultiple(of: BundleIndex.entryBytes)
    if !isWhole || known.count > places.count || !places.starts(with: known) {
      report.add(
        VerificationProblem(BundleIndex.name, "its places are not those of the records"))
    }
  }
}
