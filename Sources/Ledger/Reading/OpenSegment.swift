/// A segment file opened for reading, with a window of its bytes.
final class OpenSegment {
  static let windowBytes = 512 << 10

  let name: SegmentName
  private let files: any LedgerFiles
  private let file: FileHandle
  private var window: [UInt8] = []
  private var windowStart = 0

  /// Nil when the segment's header is not written yet.
  init?(_ name: SegmentName, files: any LedgerFiles) throws(LedgerError) {
    self.name = name
    self.files = files
    let header: SegmentHeader.Reading
    do throws(FileFailure) {
      file = try files.openForReading(name.text)
      let start = try files.read(file, at: 0, count: SegmentHeader.byteCount)
      header = start.withUnsafeBytes { SegmentHeader.read($0) }
    } catch {
      throw .system(error)
    }
    let path = files.path(name.text)
    switch header {
    case .unwritten:
      return nil
    case .damaged(let damage):
      throw .corrupt(file: path, offset: 0, damage)
    case .header(let header) where header.first != name.first:
      throw .corrupt(file: path, offset: 16, .sequence(expected: name.first, found: header.first))
    case .header:
      break
    }
  }

  deinit {
    files.close(file)
  }

  enum Reading {
    case record(RawRecord, end: Int)
    /// Nothing follows the offset.
    case end
    /// Something follows that is no frame, and no frame follows it: a write under way, or torn.
    case unfinished
    /// Something follows that is no frame although frames follow it.
    case damaged
  }

  /// Its size now.
  func size() throws(FileFailure) -> Int { try files.size(file) }

  /// Where a record stands, found by the lengths of the frames before it: they are not checked, so
  /// that nothing is said of them. Nil when they do not lead to a frame of this sequence, or to the
  /// end where it is due.
  func offset(of sequence: UInt64) throws(LedgerError) -> Int? {
    var offset = SegmentHeader.byteCount
    for due in name.first..<max(name.first, sequence) {
      if offset < windowStart || offset + Frame.headerBytes > windowStart + window.count {
        try fill(from: offset, count: Self.windowBytes)
      }
      let place = offset - windowStart
      let next = window.withUnsafeBytes { Frame.end($0, at: place, sequence: due) }
      guard let next else { return nil }
      offset = windowStart + next
    }
    switch try read(at: offset) {
    case .record(let record, _): return record.sequence == sequence ? offset : nil
    case .end: return offset == (try? size()) ? offset : nil
    case .unfinished, .damaged: return nil
    }
  }

  /// Reads the frame at `offset`.
  func read(at offset: Int) throws(LedgerError) -> Reading {
    if let record = inWindow(offset) { return record }
    try fill(from: offset, count: Self.windowBytes)
    if let record = inWindow(offset) { return record }
    if window.isEmpty { return .end }
    // Everything that follows, in one look: a frame that is seen after this one's place was seen
    // whole proves that it is damaged and not under way.
    try fill(from: offset, count: .max)
    defer { window = [] }
    if let record = inWindow(offset) { return record }
    return window.withUnsafeBytes { Frame.search($0, from: 1) } == nil ? .unfinished : .damaged
  }

  private func inWindow(_ offset: Int) -> Reading? {
    let place = offset - windowStart
    guard place >= 0, place < window.count else { return nil }
    return window.withUnsafeBytes { bytes in
      guard case .frame(let frame) = Frame.read(bytes, at: place) else { return nil }
      return .record(
        RawRecord(bytes, frame, segment: name, offset: offset),
        end: windowStart + frame.end)
    }
  }

  private func fill(from offset: Int, count: Int) throws(LedgerError) {
    do throws(FileFailure) {
      window = try files.read(file, at: offset, count: count)
      windowStart = offset
    } catch {
      throw .system(error)
    }
  }
}
