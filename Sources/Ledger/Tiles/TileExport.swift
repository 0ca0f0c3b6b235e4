/// Writes a ledger's log into a directory that any server of static files can show and any client
/// of C2SP tlog-tiles can verify: `checkpoint`, `tile/…`, `tile/entries/…`, and `log.pub`.
///
/// Again into the same directory it adds what is new. The checkpoint is replaced last, so that
/// whoever reads meanwhile finds what it promises.
public struct TileExport {
  /// How far an export came.
  public struct Report: Sendable, Equatable {
    /// Records under the checkpoint.
    public var records: UInt64
    /// Files that were written.
    public var files: Int
  }

  private let tiles: LedgerTiles
  private let output: SystemFiles

  /// From a ledger's directory into another one, which is made if only its last component is
  /// missing.
  public init(from directory: String, to output: String) throws(LedgerError) {
    tiles = LedgerTiles(directory: directory)
    do throws(FileFailure) { self.output = try SystemFiles(directory: output) } catch {
      throw .system(error)
    }
  }

  /// Writes what is missing. Blocks.
  /// - Throws: `.unusable` when the ledger has no checkpoint yet.
  public func run(progress: (UInt64) -> Void = { _ in }) throws(LedgerError) -> Report {
    guard let checkpoint = try tiles.checkpoint() else {
      throw .unusable(file: LogKeys.checkpointName, reason: "there is none yet")
    }
    let size = try tiles.size()
    var report = Report(records: size, files: 0)
    var level = 0
    while Tile.count(level: level, size: size) > 0 {
      let count = Tile.count(level: level, size: size)
      for index in 0..<(count + UInt64(Tile.width) - 1) / UInt64(Tile.width) {
        let width = Int(min(UInt64(Tile.width), count - index * UInt64(Tile.width)))
        try write(.tile(level: level, index: index, width: width), &report)
        if level == 0 {
          try write(.entries(index: index, width: width), &report)
          if index % 64 == 0 { progress(index * UInt64(Tile.width)) }
        }
      }
      level += 1
    }
    try replace(LogKeys.name, LogKeys.bytes(tiles.keys()), &report)
    try replace(LogKeys.checkpointName, checkpoint, &report)
    return report
  }

  private func write(_ resource: LogResource, _ report: inout Report) throws(LedgerError) {
    guard !output.exists(resource.path) else { return }
    // Entries that were let go cannot be shown; their hashes still are.
    guard let bytes = try tiles.read(resource) else { return }
    do throws(FileFailure) {
      let folders = resource.path.split(separator: "/").dropLast()
      for end in folders.indices {
        try output.makeDirectory(folders[...end].joined(separator: "/"))
      }
    } catch {
      throw .system(error)
    }
    try replace(resource.path, bytes, &report)
  }

  private func replace(
    _ name: String, _ bytes: [UInt8], _ report: inout Report
  ) throws(LedgerError) {
    do throws(FileFailure) { try output.replace(name, with: bytes) } catch { throw .system(error) }
    report.files += 1
  }
}
