/// One record and its payloads as they stand in a segment.
///
/// | bytes | what (little-endian) |
/// |---|---|
/// | 0–3 | count of the record's bytes |
/// | 4–7 | count of the payloads' bytes |
/// | 8–11 | CRC-32 of the record followed by bytes 16–31 and 0–7 |
/// | 12–15 | CRC-32 of the payloads, 1 where it would be 0; zeros over it when they were erased |
/// | 16–23 | sequence |
/// | 24–31 | durable mark: every record with a smaller sequence was on disk when this was staged |
/// | 32– | record: one JSON object in canonical form, the leaf of the tree |
/// | … | payloads (``PayloadFraming``): no part of the leaf |
///
/// The durable mark lets recovery tell records the disk had not yet promised to keep from records
/// that vanished although it had.
struct Frame {
  static let headerBytes = 32
  static let payloadsChecksumOffset = 12

  var sequence: UInt64
  var durable: UInt64
  /// Where the record stands in the bytes it was read from.
  var record: Range<Int>
  /// Where its payloads stand.
  var payloads: Range<Int>
  /// Whether the payloads were erased: what stands in their place means nothing.
  var isErased: Bool

  /// Where the next frame stands.
  var end: Int { payloads.upperBound }

  /// What stands at an offset.
  enum Reading {
    case frame(Frame)
    /// The bytes end before the frame does, or before the header does.
    case incomplete
    /// A length is impossible or a checksum is wrong.
    case damaged
  }

  /// The checksums of a record and its payloads alone: computed outside the lock under which the
  /// sequence is given.
  struct Checksums {
    var record = Checksum()
    var payloads = Checksum()

    init(_ record: UnsafeRawBufferPointer, _ payloads: UnsafeRawBufferPointer) {
      self.record.update(record)
      self.payloads.update(payloads)
    }
  }

  /// Appends a frame.
  static func append(
    _ record: UnsafeRawBufferPointer, payloads: UnsafeRawBufferPointer, checksums: Checksums,
    sequence: UInt64, durable: UInt64, to bytes: inout [UInt8]
  ) {
    var checksum = checksums.record
    let marks = (sequence.littleEndian, durable.littleEndian)
    let counts = (UInt32(record.count).littleEndian, UInt32(payloads.count).littleEndian)
    withUnsafeBytes(of: marks) { checksum.update($0) }
    withUnsafeBytes(of: counts) { checksum.update($0) }
    let header = (
      counts.0, counts.1, checksum.value.littleEndian,
      live(checksums.payloads, payloads.count).littleEndian, marks.0, marks.1
    )
    withUnsafeBytes(of: header) { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: record)
    if !payloads.isEmpty { bytes.append(contentsOf: payloads) }
  }

  /// Reads the frame at `offset` of `bytes`.
  static func read(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Reading {
    guard bytes.count - offset >= headerBytes else { return .incomplete }
    let record = Int(bytes.littleEndian(UInt32.self, at: offset))
    let payloads = Int(bytes.littleEndian(UInt32.self, at: offset + 4))
    guard record > 0, record <= LedgerLimits.recordBytesMax,
      payloads <= LedgerLimits.payloadsBytesMax
    else { return .damaged }
    let start = offset + headerBytes
    guard bytes.count - start >= record + payloads else { return .incomplete }
    var checksum = Checksum()
    checksum.update(UnsafeRawBufferPointer(rebasing: bytes[start..<start + record]))
    checksum.update(UnsafeRawBufferPointer(rebasing: bytes[offset + 16..<start]))
    checksum.update(UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + 8]))
    guard checksum.value == bytes.littleEndian(UInt32.self, at: offset + 8) else {
      return .damaged
    }
    var frame = Frame(
      sequence: bytes.littleEndian(UInt64.self, at: offset + 16),
      durable: bytes.littleEndian(UInt64.self, at: offset + 24),
      record: start..<start + record, payloads: start + record..<start + record + payloads,
      isErased: false)
    let mark = bytes.littleEndian(UInt32.self, at: offset + payloadsChecksumOffset)
    frame.isErased = payloads > 0 && mark == 0
    if frame.isErased { return .frame(frame) }
    let live = frame.livePayloads(bytes)
    guard mark != live else { return .frame(frame) }
    frame.isErased = payloads > 0 && isTorn(mark, from: live)
    return frame.isErased ? .frame(frame) : .damaged
  }

  /// Where the frame at `offset` ends by its lengths, if it says that it has this sequence; its
  /// checksums are not looked at, nor whether it is there whole.
  static func end(
    _ bytes: UnsafeRawBufferPointer, at offset: Int, sequence: UInt64
  ) -> Int? {
    guard bytes.count - offset >= headerBytes,
      bytes.littleEndian(UInt64.self, at: offset + 16) == sequence
    else { return nil }
    let record = Int(bytes.littleEndian(UInt32.self, at: offset))
    let payloads = Int(bytes.littleEndian(UInt32.self, at: offset + 4))
    guard record > 0, record <= LedgerLimits.recordBytesMax,
      payloads <= LedgerLimits.payloadsBytesMax
    else { return nil }
    return offset + headerBytes + record + payloads
  }

  private func livePayloads(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var checksum = Checksum()
    checksum.update(UnsafeRawBufferPointer(rebasing: bytes[payloads]))
    return Self.live(checksum, payloads.count)
  }

  /// Whether zeros are over some bytes of a checksum only: the mark that payloads are erased, of
  /// which a loss of power kept a part.
  private static func isTorn(_ mark: UInt32, from live: UInt32) -> Bool {
    (0..<4).allSatisfy { index in
      let byte = UInt8(truncatingIfNeeded: mark >> (index * 8))
      return byte == 0 || byte == UInt8(truncatingIfNeeded: live >> (index * 8))
    }
  }

  /// What the header says of payloads that are there; 0 stands for erased ones, and for none.
  private static func live(_ checksum: Checksum, _ count: Int) -> UInt32 {
    count > 0 && checksum.value == 0 ? 1 : checksum.value
  }

  /// The first good frame at or after `offset`, wherever it may stand. Records and payloads are
  /// text, which has no zero byte, and no sequence reaches 2⁵⁶: what looks like a frame is none
  /// inside of them. Salts and what is sealed are random.
  static func search(_ bytes: UnsafeRawBufferPointer, from offset: Int) -> Frame? {
    var offset = offset
    while offset + headerBytes < bytes.count {
      if bytes[offset + 23] == 0, case .frame(let frame) = read(bytes, at: offset) {
        return frame
      }
      offset += 1
    }
    return nil
  }
}

extension UnsafeRawBufferPointer {
  func littleEndian<T: FixedWidthInteger & BitwiseCopyable>(_: T.Type, at offset: Int) -> T {
    T(littleEndian: loadUnaligned(fromByteOffset: offset, as: T.self))
  }
}
