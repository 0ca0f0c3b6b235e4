internal import JSON

/// Takes payloads out of segments, as records order it: first the mark that there are none, then
/// their bytes.
///
/// While it works a file names the first sequence that an order can have. It is on disk before the
/// order is, so wherever an erasure was cut short, the next start finds the orders that made it to
/// the ledger and carries them out, and no others.
struct PayloadEraser {
  static let journal = "erasing"
  private static let word = "from "

  let files: any LedgerFiles

  /// Records orders, and carries them out once they are on disk. Blocks.
  /// - Returns: how many bytes went.
  func carryOut(_ records: [LedgerRecord], in writer: Writer) throws(LedgerError) -> Int {
    // What an attempt before this one could not end.
    try finish()
    try system { () throws(FileFailure) in
      try files.replace(Self.journal, with: Array("\(Self.word)\(writer.next)\n".utf8))
    }
    var orders = ErasureOrders()
    for record in records {
      try writer.append(record)
      if let document = try? JSONDocument(parsing: record.json) { orders.add(document.root) }
    }
    try writer.synchronize()
    return try work(orders)
  }

  /// Carries out what was cut short.
  func finish() throws(LedgerError) {
    guard files.exists(Self.journal) else { return }
    let bytes = try system { () throws(FileFailure) in try files.read(Self.journal) }
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.hasPrefix(Self.word), text.hasSuffix("\n"),
      let first = UInt64(text.dropFirst(Self.word.count).dropLast())
    else {
      throw .unusable(
        file: files.path(Self.journal),
        reason: "it does not name the record from which on erasures were ordered; put "
          + "`\(Self.word)` and that sequence in it")
    }
    var orders = ErasureOrders()
    var reader = try LedgerReader(
      files: files, from: first, matching: LedgerFilter(kinds: [.erasure, .retention]))
    while let entry = try reader.next() { orders.add(entry.document.root) }
    _ = try work(orders)
  }

  private func work(_ orders: ErasureOrders) throws(LedgerError) -> Int {
    var freed = 0
    let names = try LedgerReader.segments(files)
    for (index, name) in names.enumerated() {
      let next = index + 1 < names.count ? names[index + 1].first : .max
      // A segment that was let go has nothing left to erase.
      guard orders.reaches(into: name.first...max(name.first, next - 1)) else { continue }
      freed += try erase(orders, in: name)
    }
    try system { () throws(FileFailure) in
      try files.remove(Self.journal)
      try files.synchronizeDirectory("")
    }
    return freed
  }

  private func erase(_ orders: ErasureOrders, in name: SegmentName) throws(LedgerError) -> Int {
    let bytes = try system { () throws(FileFailure) in try files.read(name.text) }
    let frames = bytes.withUnsafeBytes { Self.frames($0, orders) }
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

  /// The frames of records that are to lose their payloads and have some, also half-erased ones:
  /// the lengths stand in the part that erasing does not touch.
  private static func frames(
    _ bytes: UnsafeRawBufferPointer, _ orders: ErasureOrders
  ) -> [(offset: Int, payloads: Range<Int>)] {
    var found: [(offset: Int, payloads: Range<Int>)] = []
    var offset = SegmentHeader.byteCount
    while case .frame(let frame) = Frame.read(bytes, at: offset) {
      if !frame.payloads.isEmpty, orders.contains(frame.sequence) {
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
