internal import JSON

/// Reads the records of a ledger in their order, also while another process or this one writes it.
///
/// ```swift
/// var reader = try LedgerReader(directory: path, matching: LedgerFilter(tool: "create_issue"))
/// while let entry = try reader.next() { print(entry.line) }
/// ```
/// `next` gives nil at the present end; called again later it gives what came since, so following
/// is a matter of calling it on a timer. A record that is only half written is not there yet.
/// Blocks on files: not for a loop's thread.
public struct LedgerReader: ~Copyable {
  private let files: any LedgerFiles
  private let filter: LedgerFilter
  private let sealing: PayloadSealing?
  private let start: UInt64
  private var segment: OpenSegment?
  private var offset = 0
  private var due: UInt64 = 0

  /// Starts at a sequence, or at the oldest record kept if that is later. A directory that does not
  /// exist is an error, an empty one is not.
  /// - Parameter sealing: opens payloads that were sealed.
  public init(
    directory: String, from sequence: UInt64 = 0, matching filter: LedgerFilter = LedgerFilter(),
    sealing: PayloadSealing? = nil
  ) throws(LedgerError) {
    try self.init(
      files: SystemFiles(reading: directory), from: sequence, matching: filter, sealing: sealing)
  }

  init(
    files: any LedgerFiles, from sequence: UInt64, matching filter: LedgerFilter = LedgerFilter(),
    sealing: PayloadSealing? = nil
  ) throws(LedgerError) {
    self.files = files
    self.filter = filter
    self.sealing = sealing
    start = sequence
    _ = try Self.segments(files)
  }

  /// The next record that matches; nil when there is none yet.
  /// - Throws: `.corrupt` with the file and the offset; the reader stays before the place.
  public mutating func next() throws(LedgerError) -> LedgerEntry? {
    while let raw = try nextRaw() {
      if raw.sequence < start { continue }
      let entry = try LedgerEntry(raw, files: files, sealing: sealing)
      if filter.matches(entry.document.root) { return entry }
    }
    return nil
  }

  /// Bytes that follow the last record that was read and are no whole record.
  var unreadBytes: Int {
    guard let segment else { return 0 }
    return max(0, ((try? segment.size()) ?? offset) - offset)
  }

  /// The next record as it lies in the file, not parsed, whatever the filter. Some before the start
  /// may come.
  mutating func nextRaw() throws(LedgerError) -> RawRecord? {
    if segment == nil, try !openFirst() { return nil }
    while let open = segment {
      var path: String { files.path(open.name.text) }
      var reading = try open.read(at: offset)
      var newer: SegmentName?
      if case .record = reading {
      } else {
        // A newer segment means that this one is complete: look again at what it has.
        newer = try Self.segments(files).first { $0 > open.name }
        if newer != nil { reading = try open.read(at: offset) }
      }
      switch reading {
      case .record(let raw, let end):
        guard raw.sequence == due else {
          throw .corrupt(
            file: path, offset: offset, .sequence(expected: due, found: raw.sequence))
        }
        offset = end
        due += 1
        return raw
      case .damaged:
        throw .corrupt(file: path, offset: offset, .checksum)
      case .unfinished:
        guard newer == nil else { throw .corrupt(file: path, offset: offset, .checksum) }
        return nil
      case .end:
        guard let newer, try advance(to: newer, from: path) else { return nil }
      }
    }
    return nil
  }

  private mutating func advance(
    to newer: SegmentName, from path: String
  ) throws(LedgerError) -> Bool {
    if newer.first > due {
      throw .corrupt(file: path, offset: offset, .missing(from: due, upTo: newer.first))
    }
    guard newer.first == due else {
      throw .corrupt(
        file: files.path(newer.text), offset: 16, .sequence(expected: due, found: newer.first))
    }
    guard let opened = try OpenSegment(newer, files: files) else { return false }
    segment = opened
    offset = SegmentHeader.byteCount
    return true
  }

  /// Opens the segment that holds `start`, or the oldest.
  private mutating func openFirst() throws(LedgerError) -> Bool {
    let names = try Self.segments(files)
    guard let name = names.last(where: { $0.first <= start }) ?? names.first,
      let opened = try OpenSegment(name, files: files)
    else { return false }
    segment = opened
    offset = SegmentHeader.byteCount
    due = name.first
    // Where that fails the walk from the beginning says what is wrong.
    if start > name.first, let found = try opened.offset(of: start) {
      offset = found
      due = start
    }
    return true
  }

  static func segments(_ files: any LedgerFiles) throws(LedgerError) -> [SegmentName] {
    do throws(FileFailure) {
      return try files.list().compactMap { SegmentName($0) }.sorted()
    } catch {
      throw .system(error)
    }
  }
}
