internal import Crypto

/// A ledger's directory as a log of C2SP tlog-tiles: checkpoint, tiles and entry bundles, made of
/// what the ledger stores. Reads only; works beside a gateway that writes. Blocks on files: not for
/// a loop's thread.
public struct LedgerTiles: Sendable {
  private let files: SystemFiles

  /// The ledger in `directory`.
  public init(directory: String) {
    files = SystemFiles(reading: directory)
  }

  /// The newest checkpoint as it is signed; nil before the first.
  public func checkpoint() throws(LedgerError) -> [UInt8]? {
    guard files.exists(LogKeys.checkpointName) else { return nil }
    do throws(FileFailure) { return try files.read(LogKeys.checkpointName) } catch {
      throw .system(error)
    }
  }

  /// The ledger's verifier keys, the oldest first; the last one signs.
  public func keys() throws(LedgerError) -> [NoteKey] { try LogKeys.read(files) }

  /// Records under the newest checkpoint.
  public func size() throws(LedgerError) -> UInt64 {
    guard let bytes = try checkpoint(), let note = SignedNote(bytes),
      let checkpoint = Checkpoint(text: note.text)
    else { return 0 }
    return checkpoint.size
  }

  /// The bytes of a resource; nil when the log of the newest checkpoint has none of that name, or
  /// no longer.
  public func read(_ resource: LogResource) throws(LedgerError) -> [UInt8]? {
    switch resource {
    case .checkpoint: return try checkpoint()
    case .tile(let level, let index, let width):
      guard let range = try range(index, width, level: level) else { return nil }
      return try tree().tile(level: level, range)
    case .entries(let index, let width):
      guard let range = try range(index, width, level: 0) else { return nil }
      return try bundle(range)
    }
  }

  private func range(
    _ index: UInt64, _ width: Int, level: Int
  ) throws(LedgerError) -> Range<UInt64>? {
    guard index < 1 << 48 else { return nil }
    let start = index * UInt64(Tile.width)
    let end = start + UInt64(width)
    return end <= Tile.count(level: level, size: try size()) ? start..<end : nil
  }

  func tree() throws(LedgerError) -> TreeFiles {
    do throws(FileFailure) { return try TreeFiles(files: files, canWrite: false) } catch {
      throw .system(error)
    }
  }

  /// Records of a range within one bundle, each after its length in two bytes, big-endian; nil when
  /// they were let go.
  private func bundle(_ range: Range<UInt64>) throws(LedgerError) -> [UInt8]? {
    var bytes: [UInt8] = []
    var due = range.lowerBound
    guard var walk = try walk(to: range.lowerBound) else { return nil }
    while due < range.upperBound {
      guard let raw = try walk.next(), raw.sequence == due else { return nil }
      withUnsafeBytes(of: UInt16(raw.record.count).bigEndian) { bytes += $0 }
      bytes += raw.record
      due += 1
    }
    return bytes
  }

  /// The record at a sequence with its payloads; nil when it was let go or never was.
  func record(at sequence: UInt64) throws(LedgerError) -> RawRecord? {
    guard var walk = try walk(to: sequence) else { return nil }
    while let raw = try walk.next() {
      if raw.sequence == sequence { return raw }
      if raw.sequence > sequence { return nil }
    }
    return nil
  }

  /// The record at a sequence with its payloads.
  /// - Throws: `.noSuchRecord` when it was let go or never was.
  public func entry(
    at sequence: UInt64, sealing: PayloadSealing? = nil
  ) throws(LedgerError) -> LedgerEntry {
    guard let raw = try record(at: sequence) else { throw .noSuchRecord(sequence) }
    return try LedgerEntry(raw, files: files, sealing: sealing)
  }

  private func walk(to sequence: UInt64) throws(LedgerError) -> SegmentWalk? {
    var place: BundleIndex.Place?
    do throws(FileFailure) {
      place = try BundleIndex(files: files, canWrite: false)?
        .place(of: sequence / UInt64(Tile.width))
    } catch {
      throw .system(error)
    }
    let names = try LedgerReader.segments(files)
    guard let holding = names.last(where: { $0.first <= sequence }) else { return nil }
    if let known = place, known.segment == holding {
      return try SegmentWalk(files: files, names: names, from: known)
    }
    // Not under a checkpoint yet, or in a later segment than the bundle begins in.
    return try SegmentWalk(
      files: files, names: names,
      from: BundleIndex.Place(segment: holding, offset: SegmentHeader.byteCount))
  }
}

/// Reads frames from a place on, from one segment into the next.
struct SegmentWalk: ~Copyable {
  private let files: SystemFiles
  private let names: [SegmentName]
  private var segment: OpenSegment?
  private var offset: Int

  init(
    files: SystemFiles, names: [SegmentName], from place: BundleIndex.Place
  ) throws(LedgerError) {
    self.files = files
    self.names = names
    offset = place.offset
    segment = try OpenSegment(place.segment, files: files)
  }

  mutating func next() throws(LedgerError) -> RawRecord? {
    while let open = segment {
      switch try open.read(at: offset) {
      case .record(let raw, let end):
        offset = end
        return raw
      case .damaged:
        throw .corrupt(file: files.path(open.name.text), offset: offset, .checksum)
      case .end, .unfinished:
        guard let next = names.first(where: { $0 > open.name }) else { return nil }
        segment = try OpenSegment(next, files: files)
        offset = SegmentHeader.byteCount
      }
    }
    return nil
  }
}
