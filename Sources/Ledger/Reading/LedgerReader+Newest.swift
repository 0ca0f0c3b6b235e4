internal import JSON

extension LedgerReader {
  /// The newest `count` records that match, newest first. Walks back from the last segment, holding
  /// one segment's bytes at a time. Blocks on files.
  public static func newest(
    _ count: Int, in directory: String, matching filter: LedgerFilter = LedgerFilter(),
    sealing: PayloadSealing? = nil
  ) throws(LedgerError) -> [LedgerEntry] {
    try newest(count, files: SystemFiles(reading: directory), matching: filter, sealing: sealing)
  }

  static func newest(
    _ count: Int, files: any LedgerFiles, matching filter: LedgerFilter,
    sealing: PayloadSealing? = nil
  ) throws(LedgerError) -> [LedgerEntry] {
    var entries: [LedgerEntry] = []
    let names = try segments(files)
    for name in names.reversed() where entries.count < count {
      let bytes: [UInt8]
      do throws(FileFailure) {
        bytes = try files.read(name.text)
      } catch {
        throw .system(error)
      }
      let path = files.path(name.text)
      let (offsets, end) = bytes.withUnsafeBytes { frameOffsets($0) }
      let isTorn = end < bytes.count
      if isTorn,
        name != names.last || bytes.withUnsafeBytes({ Frame.search($0, from: end + 1) }) != nil
      {
        throw damage(bytes, name, files)
      }
      for (index, offset) in offsets.enumerated().reversed() where entries.count < count {
        guard case .frame(let frame) = bytes.withUnsafeBytes({ Frame.read($0, at: offset) })
        else { throw damage(bytes, name, files) }
        let due = name.first + UInt64(index)
        guard frame.sequence == due else {
          throw .corrupt(
            file: path, offset: offset, .sequence(expected: due, found: frame.sequence))
        }
        let raw = bytes.withUnsafeBytes { RawRecord($0, frame, segment: name, offset: offset) }
        let entry = try LedgerEntry(raw, files: files, sealing: sealing)
        if filter.matches(entry.document.root) { entries.append(entry) }
      }
    }
    return entries
  }

  /// The first bad place of a segment: where frames are found by their lengths, a bad length makes
  /// all that follow look bad.
  private static func damage(
    _ bytes: [UInt8], _ name: SegmentName, _ files: any LedgerFiles
  ) -> LedgerError {
    let scan = bytes.withUnsafeBytes { SegmentScan($0, first: name.first) }
    return .corrupt(file: files.path(name.text), offset: scan.end, .checksum)
  }

  /// Where the frames of a whole segment stand, found by their lengths, and where they end. A last
  /// one that is not good is not counted: it is a write under way, or torn.
  private static func frameOffsets(
    _ bytes: UnsafeRawBufferPointer
  ) -> (offsets: [Int], end: Int) {
    guard case .header = SegmentHeader.read(bytes) else { return ([], 0) }
    var offsets: [Int] = []
    var offset = SegmentHeader.byteCount
    while bytes.count - offset >= Frame.headerBytes {
      let record = Int(bytes.littleEndian(UInt32.self, at: offset))
      let payloads = Int(bytes.littleEndian(UInt32.self, at: offset + 4))
      let end = offset + Frame.headerBytes + record + payloads
      guard record > 0, record <= LedgerLimits.recordBytesMax,
        payloads <= LedgerLimits.payloadsBytesMax, end <= bytes.count
      else { break }
      offsets.append(offset)
      offset = end
    }
    if let last = offsets.last, case .frame = Frame.read(bytes, at: last) {
      return (offsets, offset)
    }
    let last = offsets.popLast()
    return (offsets, last ?? offset)
  }
}
