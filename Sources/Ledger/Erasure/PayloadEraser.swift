internal import JSON

/// Takes payloads out of segments: first the mark that there are none, then their bytes.
///
/// The sequences stand in a file while it works, so that an erasure that was cut short is finished
/// at the next start.
struct PayloadEraser {
  static let journal = "erasing"

  let files: any LedgerFiles

  /// Erases the payloads of records that are on disk.
  /// - Returns: how many bytes went.
  func erase(_ sequences: [UInt64]) throws(LedgerError) -> Int {
    guard !sequences.isEmpty else { return 0 }
    try system { () throws(FileFailure) in
      try files.replace(Self.journal, with: Array(sequences.map { "\($0)\n" }.joined().utf8))
    }
    return try work(sequences)
  }

  /// Finishes what was cut short.
  func finish() throws(LedgerError) {
    guard files.exists(Self.journal) else { return }
    let bytes = try system { () throws(FileFailure) in try files.read(Self.journal) }
    let sequences = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
      .compactMap { UInt64($0) }
    _ = try work(sequences)
  }

  private func work(_ sequences: [UInt64]) throws(LedgerError) -> Int {
    var freed = 0
    let names = try LedgerReader.segments(files)
    let groups = Dictionary(grouping: Set(sequences)) { sequence in
      names.last { $0.first <= sequence }
    }
    for (name, wanted) in groups {
      // A segment that was let go has nothing left to erase.
      guard let name else { continue }
      freed += try erase(Set(wanted), in: name)
    }
    try system { () throws(FileFailure) in
      try files.remove(Self.journal)
      try files.synchronizeDirectory("")
    }
    return freed
  }

  private func erase(_ wanted: Set<UInt64>, in name: SegmentName) throws(LedgerError) -> Int {
    let bytes = try system { () throws(FileFailure) in try files.read(name.text) }
    let frames = bytes.withUnsafeBytes { Self.frames($0, wanted) }
    return try system { () throws(FileFailure) in
      let file = try files.open(name.text)
      defer { files.close(file) }
      for (offset, _) in frames {
        try files.writeAll(
          [0, 0, 0, 0], to: file, at: offset + Frame.payloadsChecksumOffset)
      }
      try files.synchronize(file)
      for (_, payloads) in frames { try files.clear(file, payloads) }
      try files.synchronize(file)
      return frames.reduce(0) { $0 + $1.payloads.count }
    }
  }

  /// The frames of records that are wanted and have payloads, also half-erased ones: the lengths
  /// stand in the part that erasing does not touch.
  private static func frames(
    _ bytes: UnsafeRawBufferPointer, _ wanted: Set<UInt64>
  ) -> [(offset: Int, payloads: Range<Int>)] {
    var found: [(offset: Int, payloads: Range<Int>)] = []
    var offset = SegmentHeader.byteCount
    while case .frame(let frame) = Frame.read(bytes, at: offset) {
      if wanted.contains(frame.sequence), !frame.payloads.isEmpty {
        found.append((offset, frame.payloads))
      }
      offset = frame.end
    }
    return found
  }

  private func system<T>(_ body: () throws(FileFailure) -> T) throws(LedgerError) -> T {
    do throws(FileFailure) { return try body() } catch { throw .system(error) }
  }
}
