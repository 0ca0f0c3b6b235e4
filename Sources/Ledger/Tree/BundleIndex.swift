/// Where every 256th record stands, `tree/index`: 16 bytes each, the first sequence of its segment
/// and its offset there. With it any record and any entry bundle is a short walk away.
final class BundleIndex {
  static let name = TreeFiles.directory + "/index"
  static let entryBytes = 16

  private let files: any LedgerFiles
  private let handle: FileHandle
  private var fresh: [UInt8] = []

  /// A place in a segment.
  struct Place: Equatable {
    var segment: SegmentName
    var offset: Int
  }

  /// Opens the index; nil for reading where there is none.
  init?(files: any LedgerFiles, canWrite: Bool) throws(FileFailure) {
    self.files = files
    let exists = files.exists(Self.name)
    if !exists, !canWrite { return nil }
    handle =
      try exists
      ? (canWrite ? files.open(Self.name) : files.openForReading(Self.name))
      : files.create(Self.name)
  }

  deinit { files.close(handle) }

  /// Takes note of a record.
  func add(_ record: RawRecord) {
    guard record.sequence.isMultiple(of: UInt64(Tile.width)) else { return }
    withUnsafeBytes(of: record.segment.first.littleEndian) { fresh += $0 }
    withUnsafeBytes(of: UInt64(record.offset).littleEndian) { fresh += $0 }
  }

  /// Stores what is new, for a tree of `size` leaves, and waits for the disk.
  func store(size: UInt64) throws(FileFailure) {
    guard !fresh.isEmpty else { return }
    let count = Int((size + UInt64(Tile.width) - 1) / UInt64(Tile.width))
    try files.writeAll(fresh, to: handle, at: count * Self.entryBytes - fresh.count)
    try files.synchronize(handle)
    fresh.removeAll(keepingCapacity: true)
  }

  /// Forgets what is not stored, and cuts back to a tree of `size` leaves.
  func truncate(to size: UInt64) throws(FileFailure) {
    fresh = []
    let wanted = Int((size + UInt64(Tile.width) - 1) / UInt64(Tile.width)) * Self.entryBytes
    if try files.size(handle) > wanted { try files.truncate(handle, to: wanted) }
  }

  /// Whether it covers a tree of `size` leaves.
  func covers(_ size: UInt64) throws(FileFailure) -> Bool {
    let wanted = Int((size + UInt64(Tile.width) - 1) / UInt64(Tile.width)) * Self.entryBytes
    return try files.size(handle) >= wanted
  }

  /// Where record `256 × bundle` stands; nil when that is not known.
  func place(of bundle: UInt64) throws(FileFailure) -> Place? {
    let bytes = try files.read(
      handle, at: Int(bundle) * Self.entryBytes, count: Self.entryBytes)
    guard bytes.count == Self.entryBytes else { return nil }
    return bytes.withUnsafeBytes { bytes in
      Place(
        segment: SegmentName(first: bytes.littleEndian(UInt64.self, at: 0)),
        offset: Int(clamping: bytes.littleEndian(UInt64.self, at: 8)))
    }
  }
}
