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
  private let files: SystemFiles
  private let filter: LedgerFilter
  private let start: UInt64
  private var segment: OpenSegment?
  private var offset = 0
  private var due: UInt64 = 0

  /// Starts at a sequence, or at the oldest record kept if that is later. A directory that does not
  /// exist is an error, an empty one is not.
  public init(
    directory: String, from sequence: UInt64 = 0, matching filter: LedgerFilter = LedgerFilter()
  ) throws(LedgerError) {
    files = SystemFiles(reading: directory)
    self.filter = filter
    start = sequence
    _ = try Self.segments(files)
  }

  /// The next record that matches; nil when there is none yet.
  /// - Throws: `.corrupt` with the file and the offset; the reader stays before the place.
  public mutating func next() throws(LedgerError) -> LedgerEntry? {
    while let (payload, sequence, file, at) = try nextFrame() {
      if sequence < start { continue }
      let entry = try LedgerEntry(payload, sequence: sequence, file: file, offset: at)
      if filter.matches(entry.document.root) { return entry }
    }
    return nil
  }

  private mutating func nextFrame() throws(LedgerError) -> (
    payload: [UInt8], sequence: UInt64, file: String, offset: Int
  )? {
    if segment == nil, try !openFirst() { return nil }
    while let open = segment {
      let path = files.path(open.name.text)
      var reading = try open.read(at: offset)
      var newer: SegmentName?
      if case .record = reading {
      } else {
        // A newer segment means that this one is complete: look again at what it has.
        newer = try Self.segments(files).first { $0 > open.name }
        if newer != nil { reading = try open.read(at: offset) }
      }
      switch reading {
      case .record(let sequence, let payload, let end):
        guard sequence == due else {
          throw .corrupt(
            file: path, offset: offset, .sequence(expected: due, found: sequence))
        }
        defer {
          offset = end
          due += 1
        }
        return (payload, sequence, path, offset)
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
    return true
  }

  static func segments(_ files: SystemFiles) throws(LedgerError) -> [SegmentName] {
    do throws(FileFailure) {
      return try files.list().compactMap { SegmentName($0) }.sorted()
    } catch {
      throw .system(error)
    }
  }
}
