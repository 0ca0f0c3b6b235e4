internal import Crypto

/// Verifies a log in the layout of C2SP tlog-tiles, wherever it lies: every record, the sequence,
/// every tile, the keys and signatures. It has no payloads, so nothing is said of them.
public struct TileVerification {
  /// Gives the bytes of a resource by its path; nil when there is none.
  public typealias Fetch = (_ path: String) throws(LedgerError) -> [UInt8]?

  private let fetch: Fetch
  private let keys: [NoteKey]
  private let witnesses: [NoteKey]
  private let since: [UInt8]?

  /// A verification of what `fetch` gives; see ``LedgerVerification`` for the rest.
  public init(
    keys: [NoteKey] = [], witnesses: [NoteKey] = [], since: [UInt8]? = nil,
    fetch: @escaping Fetch
  ) {
    self.keys = keys
    self.witnesses = witnesses
    self.since = since
    self.fetch = fetch
  }

  /// A verification of an exported directory.
  public init(
    directory: String, keys: [NoteKey] = [], witnesses: [NoteKey] = [], since: [UInt8]? = nil
  ) {
    let files = SystemFiles(reading: directory)
    self.init(keys: keys, witnesses: witnesses, since: since) { path throws(LedgerError) in
      guard files.exists(path) else { return nil }
      do throws(FileFailure) { return try files.read(path) } catch { throw .system(error) }
    }
  }

  /// Reads everything. Blocks.
  /// - Throws: when something cannot be read. What is wrong with the log is in the report.
  public func run(
    progress: (UInt64) -> Void = { _ in }
  ) throws(LedgerError) -> VerificationReport {
    var report = VerificationReport()
    let named = try namedKeys(&report)
    let verifier = CheckpointVerifier(keys: keys.isEmpty ? named : keys, witnesses: witnesses)
    guard let bytes = try fetch(LogKeys.checkpointName) else {
      report.add(VerificationProblem(LogKeys.checkpointName, "it is missing"))
      return report
    }
    guard let newest = verifier.verify(bytes, at: LogKeys.checkpointName, &report) else {
      return report
    }
    var signed = [(LogKeys.checkpointName, newest)]
    let old = since.flatMap { verifier.verify($0, at: "the older checkpoint", &report) }
    if let old {
      report.since = old.checkpoint.size
      signed.append(("the older checkpoint", old))
    }
    report.compare(newest: newest, older: old, named: named)
    var records = RecordVerifier(roots: Set(signed.map(\.1.checkpoint.size)), sealing: nil)
    records.report = report
    try read(newest.checkpoint.size, &records, progress)
    let (roots, size) = (records.roots, records.tree.size)
    let names = records.namedKeys
    report = records.finish()
    for (place, verified) in signed {
      report.compare(verified, at: place, roots: roots, records: size)
    }
    if !named.isEmpty, named.map(\.description) != names {
      report.add(
        VerificationProblem(LogKeys.name, "its keys are not those that the records name"))
    }
    report.origin = newest.checkpoint.origin
    report.signed = newest.checkpoint.size
    report.signers = newest.signers.map(\.description)
    return report
  }

  private func namedKeys(_ report: inout VerificationReport) throws(LedgerError) -> [NoteKey] {
    guard let bytes = try fetch(LogKeys.name) else { return [] }
    guard let named = LogKeys.parse(bytes) else {
      report.add(VerificationProblem(LogKeys.name, "it is no list of verifier keys"))
      return []
    }
    return named
  }

  private func read(
    _ size: UInt64, _ records: inout RecordVerifier, _ progress: (UInt64) -> Void
  ) throws(LedgerError) {
    let width = UInt64(Tile.width)
    var tiles: [[SHA256Digest]] = []
    for index in 0..<(size + width - 1) / width {
      let count = Int(min(width, size - index * width))
      let resource = LogResource.entries(index: index, width: count)
      guard let bytes = try fetch(resource.path) else {
        return records.report.add(VerificationProblem(resource.path, "it is missing"))
      }
      guard let entries = Self.entries(bytes), entries.count == count else {
        return records.report.add(
          VerificationProblem(resource.path, "it is no bundle of \(count) entries"))
      }
      for entry in entries { records.add(Array(bytes[entry]), payloads: nil, isErased: false) }
      for (level, fresh) in records.takeHashes().enumerated() {
        if level == tiles.count { tiles.append([]) }
        tiles[level] += fresh
      }
      try compare(&tiles, size: records.tree.size, of: size, &records.report)
      if index % 64 == 0 { progress(records.tree.size) }
    }
  }

  /// Holds the tiles that are complete, in a tree of `size` leaves, against what is shown.
  private func compare(
    _ tiles: inout [[SHA256Digest]], size: UInt64, of whole: UInt64,
    _ report: inout VerificationReport
  ) throws(LedgerError) {
    for level in tiles.indices where !tiles[level].isEmpty {
      let end = Tile.count(level: level, size: size)
      let isFull = tiles[level].count == Tile.width
      guard isFull || size == whole else { continue }
      let resource = LogResource.tile(
        level: level, index: (end - 1) / UInt64(Tile.width), width: tiles[level].count)
      if try fetch(resource.path) != tiles[level].flatMap(\.bytes) {
        report.add(
          VerificationProblem(
            resource.path, "it is missing, or its hashes are not those of the records"))
      }
      tiles[level].removeAll(keepingCapacity: true)
    }
  }

  private static func entries(_ bytes: [UInt8]) -> [Range<Int>]? {
    var found: [Range<Int>] = []
    var offset = 0
    while offset < bytes.count {
      guard bytes.count - offset >= 2 else { return nil }
      let start = offset + 2
      let end = start + Int(bytes[offset]) << 8 + Int(bytes[offset + 1])
      guard end <= bytes.count else { return nil }
      found.append(start..<end)
      offset = end
    }
    return found
  }
}
