/// What a segment holds, found by reading all of it. Pure: bytes in, findings out.
struct SegmentScan: Equatable {
  /// The sequence after the last good record; the segment's first when there is none.
  var next: UInt64
  /// The offset after the last good frame.
  var end: Int
  /// The greatest durable mark of all readable frames, also of those after damage.
  var durable: UInt64
  /// What follows `end`.
  var remainder: Remainder

  enum Remainder: Equatable {
    case nothing
    /// Bytes that hold no readable frame: a write that was cut short.
    case torn
    /// A frame is bad although `readable` good ones follow it.
    case damaged(readable: Int)
    /// A good frame with another sequence than is due.
    case misplaced(sequence: UInt64)
  }

  /// How many records after `end` can be read.
  var readableAfterEnd: Int {
    if case .damaged(let readable) = remainder { readable } else { 0 }
  }

  /// Reads `bytes`, the whole file, whose header said that `first` is the first sequence.
  init(_ bytes: UnsafeRawBufferPointer, first: UInt64) {
    next = first
    end = SegmentHeader.byteCount
    durable = 0
    remainder = .nothing
    while end < bytes.count {
      guard case .frame(let frame) = Frame.read(bytes, at: end) else {
        survey(bytes)
        return
      }
      guard frame.sequence == next else {
        remainder = .misplaced(sequence: frame.sequence)
        return
      }
      durable = max(durable, frame.durable)
      next += 1
      end = frame.end
    }
  }

  /// What a segment without a header holds: nothing that counts, but perhaps readable frames.
  init(headless bytes: UnsafeRawBufferPointer, first: UInt64) {
    next = first
    end = 0
    durable = 0
    remainder = .nothing
    survey(bytes)
  }

  /// Looks for good frames after a bad one.
  private mutating func survey(_ bytes: UnsafeRawBufferPointer) {
    var readable = 0
    var offset = min(end + 1, bytes.count)
    while let frame = Frame.search(bytes, from: offset) {
      readable += 1
      durable = max(durable, frame.durable)
      offset = frame.end
    }
    remainder = readable == 0 ? .torn : .damaged(readable: readable)
  }
}
