internal import Crypto

/// The hashes of the tree on disk, one file for each level: `tree/0` has the hashes of all leaves,
/// `tree/1` one hash for each 256 of them, and so on. A tile of C2SP tlog-tiles, full or partial, is
/// a range of such a file.
final class TreeFiles: TreeHashes {
  static let directory = "tree"

  let files: any LedgerFiles
  private let canWrite: Bool
  private var handles: [FileHandle] = []

  /// Opens what is there; for writing it makes the directory.
  init(files: any LedgerFiles, canWrite: Bool) throws(FileFailure) {
    self.files = files
    self.canWrite = canWrite
    if canWrite { try files.makeDirectory(Self.directory) }
    while files.exists(Self.name(handles.count)) {
      let name = Self.name(handles.count)
      handles.append(try canWrite ? files.open(name) : files.openForReading(name))
    }
  }

  deinit {
    for handle in handles { files.close(handle) }
  }

  static func name(_ level: Int) -> String { "\(directory)/\(level)" }

  var levels: Int { handles.count }

  /// How many whole hashes a level holds.
  func count(level: Int) throws(FileFailure) -> UInt64 {
    guard level < handles.count else { return 0 }
    return UInt64(try files.size(handles[level]) / SHA256Digest.byteCount)
  }

  func hashes(level: Int, _ range: Range<UInt64>) throws(LedgerError) -> [SHA256Digest] {
    let bytes = try tile(level: level, range)
    return stride(from: 0, to: bytes.count, by: SHA256Digest.byteCount).compactMap {
      SHA256Digest(bytes: Array(bytes[$0..<$0 + SHA256Digest.byteCount]))
    }
  }

  /// Hashes of a level as they stand in the file.
  /// - Throws: `.unusable` when it has not so many.
  func tile(level: Int, _ range: Range<UInt64>) throws(LedgerError) -> [UInt8] {
    let width = SHA256Digest.byteCount
    let wanted = range.count * width
    guard level < handles.count else { throw missing(level, range) }
    let bytes: [UInt8]
    do throws(FileFailure) {
      bytes = try files.read(
        handles[level], at: Int(range.lowerBound) * width, count: wanted)
    } catch {
      throw .system(error)
    }
    guard bytes.count == wanted else { throw missing(level, range) }
    return bytes
  }

  private func missing(_ level: Int, _ range: Range<UInt64>) -> LedgerError {
    .unusable(
      file: files.path(Self.name(level)),
      reason: "it has not the hashes \(range.lowerBound) to \(range.upperBound - 1)")
  }

  /// Stores a tree's fresh hashes and waits for the disk.
  func store(_ tree: MerkleTree) throws(FileFailure) {
    var isNew = false
    for (level, hashes) in tree.fresh.enumerated() where !hashes.isEmpty {
      if level == handles.count {
        handles.append(try files.create(Self.name(level)))
        isNew = true
      }
      let end = Tile.count(level: level, size: tree.size)
      var bytes: [UInt8] = []
      bytes.reserveCapacity(hashes.count * SHA256Digest.byteCount)
      for hash in hashes { hash.withBytes { bytes += $0 } }
      try files.writeAll(
        bytes, to: handles[level],
        at: Int(end) * SHA256Digest.byteCount - bytes.count)
      try files.synchronize(handles[level])
    }
    if isNew {
      try files.synchronizeDirectory(Self.directory)
      try files.synchronizeDirectory("")
    }
  }

  /// Cuts every level back to what a tree of `size` leaves has.
  func truncate(to size: UInt64) throws(FileFailure) {
    for (level, handle) in handles.enumerated() {
      let wanted = Int(Tile.count(level: level, size: size)) * SHA256Digest.byteCount
      if try files.size(handle) > wanted { try files.truncate(handle, to: wanted) }
    }
  }

  /// The right edge of the tree of `size` leaves.
  func tree(of size: UInt64) throws(LedgerError) -> MerkleTree {
    var edge: [[SHA256Digest]] = []
    var level = 0
    while Tile.count(level: level, size: size) > 0 {
      let end = Tile.count(level: level, size: size)
      let start = end / UInt64(Tile.width) * UInt64(Tile.width)
      edge.append(start == end ? [] : try hashes(level: level, start..<end))
      level += 1
    }
    return MerkleTree(size: size, edge: edge)
  }
}
