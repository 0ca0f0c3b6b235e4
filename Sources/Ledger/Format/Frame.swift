/// One record as it stands in a segment.
///
/// | bytes | what (little-endian) |
/// |---|---|
/// | 0–3 | count of payload bytes |
/// | 4–7 | CRC-32 of the payload followed by bytes 8–23 and 0–3 |
/// | 8–15 | sequence |
/// | 16–23 | durable mark: every record with a smaller sequence was on disk when this was staged |
/// | 24– | payload: one JSON object in canonical form |
///
/// The durable mark lets recovery tell records the disk had not yet promised to keep from records
/// that vanished although it had.
struct Frame {
  static let headerBytes = 24

  var sequence: UInt64
  var durable: UInt64
  /// Where the payload stands in the bytes it was read from.
  var payload: Range<Int>

  /// What stands at an offset.
  enum Reading {
    case frame(Frame)
    /// The bytes end before the frame does, or before the header does.
    case incomplete
    /// The length is impossible or the checksum is wrong.
    case damaged
  }

  /// Appends a frame. `checksum` is that of the payload alone: it is computed outside the lock
  /// under which the sequence is given.
  static func append(
    _ payload: UnsafeRawBufferPointer, checksum: Checksum, sequence: UInt64, durable: UInt64,
    to bytes: inout [UInt8]
  ) {
    var checksum = checksum
    let tail = (sequence.littleEndian, durable.littleEndian)
    let length = UInt32(payload.count).littleEndian
    withUnsafeBytes(of: tail) { checksum.update($0) }
    withUnsafeBytes(of: length) { checksum.update($0) }
    let header = (length, checksum.value.littleEndian, tail.0, tail.1)
    withUnsafeBytes(of: header) { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: payload)
  }

  /// Reads the frame at `offset` of `bytes`.
  static func read(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Reading {
    guard bytes.count - offset >= headerBytes else { return .incomplete }
    let length = Int(bytes.littleEndian(UInt32.self, at: offset))
    guard length > 0, length <= LedgerLimits.recordBytesMax else { return .damaged }
    let start = offset + headerBytes
    guard bytes.count - start >= length else { return .incomplete }
    var checksum = Checksum()
    checksum.update(UnsafeRawBufferPointer(rebasing: bytes[start..<start + length]))
    checksum.update(UnsafeRawBufferPointer(rebasing: bytes[offset + 8..<start]))
    checksum.update(UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + 4]))
    guard checksum.value == bytes.littleEndian(UInt32.self, at: offset + 4) else {
      return .damaged
    }
    return .frame(
      Frame(
        sequence: bytes.littleEndian(UInt64.self, at: offset + 8),
        durable: bytes.littleEndian(UInt64.self, at: offset + 16),
        payload: start..<start + length))
  }

  /// The first good frame at or after `offset`, wherever it may stand. A payload is text, which has
  /// no zero byte, and no sequence reaches 2⁵⁶: what looks like a frame is none inside a payload.
  static func search(_ bytes: UnsafeRawBufferPointer, from offset: Int) -> Frame? {
    var offset = offset
    while offset + headerBytes < bytes.count {
      if bytes[offset + 15] == 0, case .frame(let frame) = read(bytes, at: offset) {
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
