/// A record and its payloads as they lie in a segment.
struct RawRecord {
  let sequence: UInt64
  let record: [UInt8]
  let payloads: [UInt8]
  let isErased: Bool
  let segment: SegmentName
  /// Where its frame begins in the segment.
  let offset: Int

  init(_ bytes: UnsafeRawBufferPointer, _ frame: Frame, segment: SegmentName, offset: Int) {
    sequence = frame.sequence
    record = Array(bytes[frame.record])
    payloads = Array(bytes[frame.payloads])
    isErased = frame.isErased
    self.segment = segment
    self.offset = offset
  }
}
