internal import JSON

/// What is let go when it gets old.
public struct RetentionRule: Sendable, Equatable {
  /// Payloads or whole records.
  public var subject: RetentionRecord.Subject
  /// Records before this time, in microseconds since 1970; nil for no limit by age.
  public var before: Int64?
  /// The newest so many bytes of segments stay; nil for no limit by size.
  public var bytesMax: Int?
  /// Records of this sequence and later stay, whatever their age: what was exported ends here. Only
  /// for whole records.
  public var exportedUpTo: UInt64
  /// The rule in words, for the record.
  public var words: String

  /// A rule.
  public init(
    of subject: RetentionRecord.Subject, before: Int64? = nil, bytesMax: Int? = nil,
    exportedUpTo: UInt64 = 0, words: String
  ) {
    self.subject = subject
    self.before = before
    self.bytesMax = bytesMax
    self.exportedUpTo = exportedUpTo
    self.words = words
  }
}

/// What a rule let go.
public struct RetentionReport: Sendable, Equatable {
  /// The sequences; nil when nothing was old enough.
  public var range: ClosedRange<UInt64>?
  /// Bytes that were freed.
  public var bytes: Int
}

extension RetentionReport {
  /// `first`, `last` and `bytes`; only `bytes` when nothing went.
  public var json: [UInt8] {
    var writer = JSONWriter(reservingCapacity: 128)
    writer.beginObject()
    writer.name("bytes")
    writer.int(bytes)
    if let range {
      writer.name("first")
      writer.int(range.lowerBound)
      writer.name("last")
      writer.int(range.upperBound)
    }
    writer.endObject()
    return writer.bytes
  }
}

extension Ledger {
  /// Lets go what a rule covers: of sealed segments only, those that will not be written to again
  /// and lie whole under the newest checkpoint. The step is a record with that checkpoint, on disk
  /// before the first byte goes.
  public func retain(
    _ rule: RetentionRule, actor: LedgerActor
  ) async throws(LedgerError) -> RetentionReport {
    let note = try await signCheckpoint()
    let writer = self.writer
    return try await performOnTree { keeper throws(LedgerError) in
      let plan = try RetentionPlan(rule, files: keeper.files, signed: keeper.signedSize)
      guard let range = plan.range else { return RetentionReport(range: nil, bytes: 0) }
      let record = RetentionRecord(
        of: rule.subject, range: range, bytes: plan.bytes, rule: rule.words,
        checkpoint: String(decoding: note.bytes, as: UTF8.self), actor: actor)
      try plan.carryOut(LedgerRecord(.retention(record)), in: writer, keeper.files)
      return RetentionReport(range: range, bytes: plan.bytes)
    }
  }
}

/// The segments that a rule covers, from the oldest on.
struct RetentionPlan: Sendable {
  private(set) var range: ClosedRange<UInt64>?
  private(set) var bytes = 0
  private let subject: RetentionRecord.Subject
  private var segments: [SegmentName] = []

  init(_ rule: RetentionRule, files: any LedgerFiles, signed: UInt64) throws(LedgerError) {
    subject = rule.subject
    var sequences: [UInt64] = []
    let names = try LedgerReader.segments(files)
    var sizes: [Int] = []
    for name in names { sizes.append(try Self.size(name, files)) }
    for (index, name) in names.dropLast().enumerated() {
      let next = names[index + 1].first
      guard next <= signed else { break }
      if rule.subject == .records, next > rule.exportedUpTo { break }
      let kept = sizes[index...].reduce(0, +)
      let isTooMuch = rule.bytesMax.map { kept > $0 } ?? false
      let found = try Self.payloads(name, files)
      let isOld = rule.before.map { found.newest < $0 } ?? false
      guard isTooMuch || isOld else { break }
      segments.append(name)
      switch rule.subject {
      case .records: bytes += sizes[index]
      case .payloads:
        bytes += found.bytes
        sequences += found.sequences
      }
      range = names[0].first...next - 1
    }
    if rule.subject == .payloads {
      guard let first = sequences.first, let last = sequences.last else {
        range = nil
        return
      }
      range = first...last
    }
  }

  /// Records the step, and takes it once the record is on disk.
  func carryOut(
    _ order: LedgerRecord, in writer: Writer, _ files: any LedgerFiles
  ) throws(LedgerError) {
    switch subject {
    case .payloads: _ = try PayloadEraser(files: files).carryOut([order], in: writer)
    case .records:
      try writer.append(order)
      try writer.synchronize()
      do throws(FileFailure) {
        // The oldest first: what stays has no gap, whenever this ends.
        for name in segments {
          try files.remove(name.text)
          try files.synchronizeDirectory("")
        }
      } catch {
        throw .system(error)
      }
    }
  }

  private static func size(
    _ name: SegmentName, _ files: any LedgerFiles
  ) throws(LedgerError) -> Int {
    do throws(FileFailure) {
      let file = try files.openForReading(name.text)
      defer { files.close(file) }
      return try files.size(file)
    } catch {
      throw .system(error)
    }
  }

  /// What payloads a segment still has, and the time of its newest record.
  private static func payloads(
    _ name: SegmentName, _ files: any LedgerFiles
  ) throws(LedgerError) -> (sequences: [UInt64], bytes: Int, newest: Int64) {
    var found: (sequences: [UInt64], bytes: Int, newest: Int64) = ([], 0, .min)
    var reader = try LedgerReader(files: files, from: name.first)
    while let raw = try reader.nextRaw(), raw.segment == name {
      if let time = (try? JSONDocument(parsing: raw.record))?.root[member: "time"]?.int64 {
        found.newest = max(found.newest, time)
      }
      guard !raw.payloads.isEmpty, !raw.isErased else { continue }
      found.sequences.append(raw.sequence)
      found.bytes += raw.payloads.count
    }
    return found
  }
}
