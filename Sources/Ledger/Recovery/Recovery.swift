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
    /// Nil when the file was created, but its header is not there.
    var header: SegmentHeader?
    var bytes: Int
    var scan: SegmentScan
  }

  /// Checks, repairs what a torn write left, and syncs what it found: every record that is there
  /// afterwards is durable.
  mutating func run() throws(LedgerError) -> Outcome {
    try listSegments()
    var segments = try scanBackToDurable()
    let scanned = segments.count
    let first = names.first?.first ?? 0
    try cutWhereBroken(&segments)
    try synchronize(segments)
    let next = segments.last?.scan.next ?? first
    return Outcome(
      report: LedgerRecovery(
        segments: names.count, firstSequence: names.first?.first ?? next, nextSequence: next,
        segmentsScanned: scanned, cuts: cuts),
      ledger: segments.last?.header?.ledger,
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

  /// Scans from the newest segment back to one before which all is known to be on disk.
  private func scanBackToDurable() throws(LedgerError) -> [Segment] {
    var segments: [Segment] = []
    var durable: UInt64 = 0
    for name in names.reversed() {
      let segment = try scan(name)
      if let ours = segment.header?.ledger,
        let newer = segments.first(where: { $0.header != nil && $0.header?.ledger != ours })
      {
        throw .corrupt(file: files.path(newer.name.text), offset: 24, .ledger)
      }
      segments.append(segment)
      durable = max(durable, segment.scan.durable)
      if durable >= name.first && segment.header != nil { break }
    }
    return segments.reversed()
  }

  private func scan(_ name: SegmentName) throws(LedgerError) -> Segment {
    let path = files.path(name.text)
    let bytes = try system { () throws(FileFailure) in try files.read(name.text) }
    switch bytes.withUnsafeBytes({ SegmentHeader.read($0) }) {
    case .unwritten:
      return Segment(
        name: name, header: nil, bytes: bytes.count,
        scan: bytes.withUnsafeBytes { SegmentScan(headless: $0, first: name.first) })
    case .damaged(let damage):
      throw .corrupt(file: path, offset: 0, damage)
    case .header(let header):
      guard header.first == name.first else {
        throw .corrupt(
          file: path, offset: 16, .sequence(expected: name.first, found: header.first))
      }
      return Segment(
        name: name, header: header, bytes: bytes.count,
        scan: bytes.withUnsafeBytes { SegmentScan($0, first: header.first) })
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
      let isJoined = following.first.map { $0.name.first == segment.scan.next } ?? true
      if segment.scan.remainder == .nothing && isJoined { continue }

      let isPlainTear = segment.scan.remainder == .torn && following.isEmpty
      let isOverlap = following.first.map { $0.name.first < segment.scan.next } ?? false
      let durable = segments[index...].map(\.scan.durable).max() ?? 0
      guard durable <= segment.scan.next, !isOverlap, isPlainTear || !sameBoot else {
        throw .corrupt(
          file: path, offset: segment.scan.end, damage(of: segment, before: following.first))
      }
      for newer in following.reversed() { try moveAside(newer) }
      if segment.header == nil {
        try moveAside(segment)
      } else {
        try cutTail(segment)
      }
      let removed = following.count + (segment.header == nil ? 1 : 0)
      segments.removeLast(removed)
      names.removeLast(removed)
      cuts.reverse()
      return
    }
  }

  private func damage(of segment: Segment, before newer: Segment?) -> LedgerDamage {
    if segment.header == nil { return .magic }
    guard segment.scan.remainder == .nothing, let newer else { return .checksum }
    return newer.name.first > segment.scan.next
      ? .missing(from: segment.scan.next, upTo: newer.name.first)
      : .sequence(expected: segment.scan.next, found: newer.name.first)
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
    cuts.append(
      LedgerCut(
        file: files.path(segment.name.text), offset: end, bytes: segment.bytes - end,
        readableRecords: segment.scan.readableAfterEnd, keptAs: files.path(aside)))
  }

  private mutating func moveAside(_ segment: Segment) throws(LedgerError) {
    let name = segment.name
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
        file: files.path(name.text), offset: 0, bytes: segment.bytes,
        readableRecords: Int(segment.scan.next - name.first) + segment.scan.readableAfterEnd,
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
