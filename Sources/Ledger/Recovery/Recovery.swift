/// Opening what a writer left behind.
///
/// A process that is killed leaves at most one incomplete frame at the very end: it is cut. A
/// machine that loses power may besides have lost any page that was never synced, in any of the
/// segments since the last sync; then everything from the first bad frame on is cut, provided that
/// no later frame's durable mark covers it. Anything else is damage, and an error.
struct Recovery {
  static let asideDirectory = "recovered"

  let files: any LedgerFiles
  /// True when the machine has not been restarted since the last writer ran: then only the end of
  /// the last segment may be torn.
  let sameBoot: Bool

  private var names: [SegmentName] = []
  private var cuts: [LedgerCut] = []

  init(files: any LedgerFiles, sameBoot: Bool) {
    self.files = files
    self.sameBoot = sameBoot
  }

  /// What the writer needs to go on.
  struct Outcome {
    var report: LedgerRecovery
    var ledger: LedgerIdentity?
    /// The segment to append to; nil in an empty ledger.
    var current: (name: SegmentName, end: Int)?
  }

  private struct Segment {
    var name: SegmentName
    var header: SegmentHeader
    var bytes: Int
    var scan: SegmentScan
  }

  /// Checks, repairs what a torn write left, and syncs what it found: every record that is there
  /// afterwards is durable.
  mutating func run() throws(LedgerError) -> Outcome {
    try listSegments()
    let unwritten = try dropUnwrittenSegment()
    var segments = try scanBackToDurable()
    let scanned = segments.count
    try cutWhereBroken(&segments)
    try synchronize(segments)
    let next = segments.last?.scan.next ?? unwritten?.first ?? 0
    return Outcome(
      report: LedgerRecovery(
        segments: names.count, firstSequence: names.first?.first ?? next, nextSequence: next,
        segmentsScanned: scanned, cuts: cuts),
      ledger: segments.last?.header.ledger,
      current: segments.last.map { ($0.name, $0.scan.end) })
  }

  // MARK: Steps

  private mutating func listSegments() throws(LedgerError) {
    let found = try system { () throws(FileFailure) in try files.list() }
    for text in found where text.hasSuffix(SegmentName.suffix) {
      guard let name = SegmentName(text) else {
        throw .corrupt(file: files.path(text), offset: 0, .name)
      }
      names.append(name)
    }
    names.sort()
  }

  /// A segment that was created, but not even its header was written, holds nothing. Only the last
  /// can be one.
  private mutating func dropUnwrittenSegment() throws(LedgerError) -> SegmentName? {
    guard let name = names.last else { return nil }
    let bytes = try system { () throws(FileFailure) in try files.read(name.text) }
    guard case .unwritten = bytes.withUnsafeBytes({ SegmentHeader.read($0) }) else { return nil }
    try moveAside(name, bytes: bytes.count, readable: 0)
    return names.removeLast()
  }

  /// Scans from the newest segment back to one before which all is known to be on disk.
  private func scanBackToDurable() throws(LedgerError) -> [Segment] {
    var segments: [Segment] = []
    var durable: UInt64 = 0
    for name in names.reversed() {
      let segment = try scan(name)
      if let newer = segments.last, newer.header.ledger != segment.header.ledger {
        throw .corrupt(file: files.path(newer.name.text), offset: 24, .ledger)
      }
      segments.append(segment)
      durable = max(durable, segment.scan.durable)
      if durable >= name.first { break }
    }
    return segments.reversed()
  }

  private func scan(_ name: SegmentName) throws(LedgerError) -> Segment {
    let path = files.path(name.text)
    let bytes = try system { () throws(FileFailure) in try files.read(name.text) }
    return try bytes.withUnsafeBytes { bytes throws(LedgerError) in
      switch SegmentHeader.read(bytes) {
      case .unwritten:
        throw .corrupt(file: path, offset: 0, .magic)
      case .damaged(let damage):
        throw .corrupt(file: path, offset: 0, damage)
      case .header(let header):
        guard header.first == name.first else {
          throw .corrupt(
            file: path, offset: 16, .sequence(expected: name.first, found: header.first))
        }
        return Segment(
          name: name, header: header, bytes: bytes.count,
          scan: SegmentScan(bytes, first: header.first))
      }
    }
  }

  /// Finds the first place where the records stop following each other, and cuts there if only
  /// unsynced records are lost by it.
  private mutating func cutWhereBroken(_ segments: inout [Segment]) throws(LedgerError) {
    for index in segments.indices {
      let segment = segments[index]
      let path = files.path(segment.name.text)
      let following = segments.dropFirst(index + 1)
      if case .misplaced(let sequence) = segment.scan.remainder {
        throw .corrupt(
          file: path, offset: segment.scan.end,
          .sequence(expected: segment.scan.next, found: sequence))
      }
      let isJoined = following.first.map { $0.header.first == segment.scan.next } ?? true
      if segment.scan.remainder == .nothing && isJoined { continue }

      let damage: LedgerDamage =
        if segment.scan.remainder == .nothing, let newer = following.first {
          newer.header.first > segment.scan.next
            ? .missing(from: segment.scan.next, upTo: newer.header.first)
            : .sequence(expected: segment.scan.next, found: newer.header.first)
        } else {
          .checksum
        }
      let isPlainTear = segment.scan.remainder == .torn && following.isEmpty
      let durable = segments[index...].map(\.scan.durable).max() ?? 0
      let isOverlap = following.first.map { $0.header.first < segment.scan.next } ?? false
      guard !isOverlap, durable <= segment.scan.next, isPlainTear || !sameBoot else {
        throw .corrupt(file: path, offset: segment.scan.end, damage)
      }
      for newer in following.reversed() {
        var readable = Int(newer.scan.next - newer.header.first)
        if case .damaged(let more) = newer.scan.remainder { readable += more }
        try moveAside(newer.name, bytes: newer.bytes, readable: readable)
      }
      try cutTail(segment)
      segments.removeLast(following.count)
      names.removeLast(following.count)
      cuts.reverse()
      return
    }
  }

  private func synchronize(_ segments: [Segment]) throws(LedgerError) {
    try system { () throws(FileFailure) in
      for segment in segments {
        let file = try files.open(segment.name.text)
        defer { files.close(file) }
        try files.synchronize(file)
      }
      try files.synchronizeDirectory("")
    }
  }

  // MARK: Keeping aside

  private mutating func cutTail(_ segment: Segment) throws(LedgerError) {
    let end = segment.scan.end
    guard segment.bytes > end else { return }
    let aside = try system { () throws(FileFailure) in
      try files.makeDirectory(Self.asideDirectory)
      let aside = freeName("\(segment.name.text).\(end)")
      let bytes = try files.read(segment.name.text)
      let copy = try files.create(aside)
      defer { files.close(copy) }
      try files.writeAll(Array(bytes[end...]), to: copy, at: 0)
      try files.synchronize(copy)
      try files.synchronizeDirectory(Self.asideDirectory)
      let file = try files.open(segment.name.text)
      defer { files.close(file) }
      try files.truncate(file, to: end)
      return aside
    }
    var readable = 0
    if case .damaged(let more) = segment.scan.remainder { readable = more }
    cuts.append(
      LedgerCut(
        file: files.path(segment.name.text), offset: end, bytes: segment.bytes - end,
        readableRecords: readable, keptAs: files.path(aside)))
  }

  private mutating func moveAside(
    _ name: SegmentName, bytes: Int, readable: Int
  ) throws(LedgerError) {
    let aside = try system { () throws(FileFailure) in
      try files.makeDirectory(Self.asideDirectory)
      let aside = freeName(name.text)
      try files.rename(name.text, to: aside)
      try files.synchronizeDirectory(Self.asideDirectory)
      try files.synchronizeDirectory("")
      return aside
    }
    cuts.append(
      LedgerCut(
        file: files.path(name.text), offset: 0, bytes: bytes, readableRecords: readable,
        keptAs: files.path(aside)))
  }

  private func freeName(_ name: String) -> String {
    let wanted = Self.asideDirectory + "/" + name
    var candidate = wanted
    var number = 1
    while files.exists(candidate) {
      candidate = "\(wanted).\(number)"
      number += 1
    }
    return candidate
  }

  private func system<T>(_ body: () throws(FileFailure) -> T) throws(LedgerError) -> T {
    do throws(FileFailure) {
      return try body()
    } catch {
      throw .system(error)
    }
  }
}
