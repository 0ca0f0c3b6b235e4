/// The frames of a segment and the entries of a bundle, cut by their lengths alone.
enum Pieces {
  static let segmentHeaderBytes = 40
  static let frameHeaderBytes = 32

  /// Where each frame stands; empty when the lengths do not fit.
  static func frames(of segment: [UInt8]) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var offset = segmentHeaderBytes
    while offset + frameHeaderBytes <= segment.count {
      let end =
        offset + frameHeaderBytes + number(segment, at: offset) + number(segment, at: offset + 4)
      guard end <= segment.count else { return [] }
      found.append(offset..<end)
      offset = end
    }
    return found
  }

  /// Where each entry stands, its length included.
  static func entries(of bundle: [UInt8]) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var offset = 0
    while offset + 2 <= bundle.count {
      let end = offset + 2 + Int(bundle[offset]) << 8 + Int(bundle[offset + 1])
      guard end <= bundle.count else { return [] }
      found.append(offset..<end)
      offset = end
    }
    return found
  }

  static func number(_ bytes: [UInt8], at offset: Int) -> Int {
    (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
  }

  /// Makes the two checksums of the frame at `frame` fit again, as a forger would.
  static func mend(_ bytes: inout [UInt8], _ frame: Range<Int>) {
    let record = frame.lowerBound + frameHeaderBytes
    let payloads = record + number(bytes, at: frame.lowerBound)
    guard payloads <= frame.upperBound else { return }
    let header = frame.lowerBound
    let checked =
      bytes[record..<payloads] + bytes[header + 16..<record] + bytes[header..<header + 8]
    put(crc32(checked), at: header + 8, in: &bytes)
    let rest = bytes[payloads..<frame.upperBound]
    put(rest.isEmpty ? 0 : max(1, crc32(rest)), at: header + 12, in: &bytes)
  }

  /// Where the payloads of a frame stand.
  static func payloads(_ bytes: [UInt8], _ frame: Range<Int>) -> Range<Int> {
    frame.lowerBound + frameHeaderBytes + number(bytes, at: frame.lowerBound)..<frame.upperBound
  }

  /// Leaves nothing of the one payload of a frame but its salt, as if no more had ever been kept.
  static func cutToSalt(_ bytes: inout [UInt8], _ frame: Range<Int>) {
    let payload = payloads(bytes, frame)
    let end = payload.lowerBound + 8 + 16
    bytes.removeSubrange(end..<payload.upperBound)
    bytes[payload.lowerBound + 1] = 1
    put(16, at: payload.lowerBound + 4, in: &bytes)
    put(UInt32(end - payload.lowerBound), at: frame.lowerBound + 4, in: &bytes)
    mend(&bytes, frame.lowerBound..<end)
  }

  static func isErased(_ bytes: [UInt8], _ frame: Range<Int>) -> Bool {
    number(bytes, at: frame.lowerBound + 12) == 0
  }

  static func put(_ value: UInt32, at offset: Int, in bytes: inout [UInt8]) {
    for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index)) }
  }

  /// As zlib computes it; the ledger's own is not used on purpose.
  private static func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var value: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      value ^= UInt32(byte)
      for _ in 0..<8 { value = value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
    return ~value
  }
}
