internal import CLinux
internal import Crypto
import Glibc

/// Verifies a ledger's own directory, also while a gateway writes it: every frame, every record and
/// payload, the sequence, the tree and its stored hashes, the keys and signatures. Needs nothing
/// but the files.
public struct LedgerVerification {
  /// The directory.
  public var directory: String
  /// Keys to trust; empty for those in the directory, which prove only that the log agrees with
  /// itself.
  public var keys: [NoteKey]
  /// Witnesses that must have signed the checkpoint.
  public var witnesses: [NoteKey]
  /// An older checkpoint that the log must extend.
  public var since: [UInt8]?
  /// Opens payloads that were sealed.
  public var sealing: PayloadSealing?

  static let compareEvery = 65_536

  /// A verification of `directory`.
  public init(
    directory: String, keys: [NoteKey] = [], witnesses: [NoteKey] = [], since: [UInt8]? = nil,
    sealing: PayloadSealing? = nil
  ) {
    self.directory = directory
    self.keys = keys
    self.witnesses = witnesses
    self.since = since
    self.sealing = sealing
  }

  /// Reads everything. Blocks.
  /// - Parameter progress: told the records read so far, now and then.
  /// - Throws: when the directory cannot be read. What is wrong with the log is in the report.
  public func run(
    progress: (UInt64) -> Void = { _ in }
  ) throws(LedgerError) -> VerificationReport {
    let files = SystemFiles(reading: directory)
    var report = VerificationReport()
    let named = try namedKeys(files, &report)
    let verifier = CheckpointVerifier(keys: keys.isEmpty ? named : keys, witnesses: witnesses)
    // The checkpoint first: what it covers is in the segments by then.
    let place = LogKeys.checkpointName
    let newest = try read(place, files, &report).flatMap {
      verifier.verify($0, at: place, &report)
    }
    var signed: [(place: String, CheckpointVerifier.Verified)] = newest.map { [(place, $0)] } ?? []
    let old = since.flatMap { verifier.verify($0, at: "the older checkpoint", &report) }
    if let old {
      report.since = old.checkpoint.size
      signed.append(("the older checkpoint", old))
    }
    if let newest { report.compare(newest: newest, older: old, named: named) }
    signed += try rotations(files, named, &report)
    try records(files, signed, named, &report, progress)
    if let newest {
      report.origin = newest.checkpoint.origin
      report.signed = newest.checkpoint.size
      report.signers = newest.signers.map(\.description)
    }
    return report
  }

  private func read(
    _ name: String, _ files: SystemFiles, _ report: inout VerificationReport
  ) throws(LedgerError) -> [UInt8]? {
    guard files.exists(name) else {
      report.add(VerificationProblem(name, "it is missing"))
      return nil
    }
    do throws(FileFailure) { return try files.read(name) } catch { throw .system(error) }
  }

  private func namedKeys(
    _ files: SystemFiles, _ report: inout VerificationReport
  ) throws(LedgerError) -> [NoteKey] {
    guard let bytes = try read(LogKeys.name, files, &report) else { return [] }
    guard let named = LogKeys.parse(bytes) else {
      report.add(VerificationProblem(LogKeys.name, "it is no list of verifier keys"))
      return []
    }
    return named
  }

  /// Checkpoints over changes of the key: signed by the key before and the key after.
  private func rotations(
    _ files: SystemFiles, _ named: [NoteKey], _ report: inout VerificationReport
  ) throws(LedgerError) -> [(place: String, CheckpointVerifier.Verified)] {
    let rotations: [String]
    do throws(FileFailure) { rotations = try LogKeys.rotations(files) } catch {
      throw .system(error)
    }
    guard rotations.count == max(0, named.count - 1) else {
      report.add(
        VerificationProblem(
          LogKeys.name, "it names \(named.count) keys, but \(rotations.count) changes are there"))
      return []
    }
    var found: [(place: String, CheckpointVerifier.Verified)] = []
    for (index, name) in rotations.enumerated() {
      guard let bytes = try read(name, files, &report) else { continue }
      for key in named[index...index + 1] {
        let verifier = CheckpointVerifier(keys: [key], witnesses: [])
        guard let verified = verifier.verify(bytes, at: name, &report) else { continue }
        if "rotation-\(verified.checkpoint.size)" != name {
          report.add(VerificationProblem(name, "it is over \(verified.checkpoint.size) records"))
        }
        found.append((name, verified))
      }
    }
    return found
  }

  private func records(
    _ files: SystemFiles, _ signed: [(place: String, CheckpointVerifier.Verified)],
    _ named: [NoteKey], _ report: inout VerificationReport, _ progress: (UInt64) -> Void
  ) throws(LedgerError) {
    let first = try LedgerReader.segments(files).first?.first ?? 0
    var stored = try StoredTree(files: files, first: first, &report)
    var verifier = RecordVerifier(
      tree: stored.tree, roots: Set(signed.map(\.1.checkpoint.size)), sealing: sealing)
    verifier.report = report
    verifier.report.first = first
    var unread = 0
    do throws(LedgerError) {
      var reader = try LedgerReader(files: files, from: first)
      while let raw = try reader.nextRaw() {
        verifier.add(raw.record, payloads: raw.payloads, isErased: raw.isErased)
        stored.add(raw)
        guard raw.sequence % UInt64(Self.compareEvery) == 0 else { continue }
        try stored.compare(verifier.takeHashes(), size: verifier.tree.size, &verifier.report)
        progress(verifier.tree.size)
      }
      unread = reader.unreadBytes
    } catch .corrupt(let file, let offset, let damage) {
      verifier.report.add(VerificationProblem("\(file) at byte \(offset)", "\(damage)"))
    }
    try stored.compare(verifier.takeHashes(), size: verifier.tree.size, &verifier.report)
    try stored.finish(signed: signed.first?.1.checkpoint.size ?? 0, &verifier.report)
    if unread > 0, !isBeingWritten {
      verifier.report.add(
        VerificationProblem(
          directory,
          "\(unread) bytes of a record that was never finished are at the end; a start of "
            + "the gateway cuts them off"))
    }
    let records = verifier.tree.size
    if !verifier.explains(first: first) {
      verifier.report.add(
        VerificationProblem(directory, "records below \(first) are gone, and no record says why"))
    }
    if first == 0, verifier.namedKeys != named.map(\.description) {
      verifier.report.add(
        VerificationProblem(LogKeys.name, "its keys are not those that the records name"))
    }
    let roots = verifier.roots
    let unfinished = verifier.unfinished
    report = verifier.finish()
    try checkErased(unfinished, files, &report)
    for (place, verified) in signed {
      report.compare(verified, at: place, roots: roots, records: records)
    }
  }

  /// Looks again at records whose payloads were there when they were read and ordered to go by a
  /// later one: a gateway may have erased them meanwhile, or be at it.
  private func checkErased(
    _ sequences: Set<UInt64>, _ files: SystemFiles, _ report: inout VerificationReport
  ) throws(LedgerError) {
    let isCutShort = files.exists(PayloadEraser.journal)
    guard let first = sequences.min(), !isCutShort || !isBeingWritten else { return }
    var left = sequences
    var reader = try LedgerReader(files: files, from: first)
    while !left.isEmpty, let raw = try reader.nextRaw() {
      guard left.remove(raw.sequence) != nil, !raw.isErased else { continue }
      report.add(
        VerificationProblem(
          "record \(raw.sequence)",
          "its payloads were ordered to be erased and are still there; "
            + (isCutShort ? "a start of the gateway erases them" : "order it again")))
    }
  }

  /// Whether a gateway has the directory now.
  private var isBeingWritten: Bool {
    let descriptor = linux_open(
      directory + "/" + DirectoryLock.name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW, 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0
  }
}
