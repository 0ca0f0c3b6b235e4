internal import Crypto

/// The start of every segment file.
///
/// | bytes | what (little-endian) |
/// |---|---|
/// | 0–7 | magic `SPLEDGER` |
/// | 8–11 | format version, 2 |
/// | 12–15 | CRC-32 of bytes 0–11 and 16–39 |
/// | 16–23 | sequence of the first record |
/// | 24–39 | the ledger's random identity: the same in all its segments |
struct SegmentHeader: Equatable {
  static let byteCount = 40
  static let magic = Array("SPLEDGER".utf8)
  static let version: UInt32 = 2

  var first: UInt64
  var ledger: LedgerIdentity

  enum Reading: Equatable {
    case header(SegmentHeader)
    /// The file was created, but its header never came to be.
    case unwritten
    case damaged(LedgerDamage)
  }

  func encoded() -> [UInt8] {
    var bytes = Self.magic
    append(Self.version, to: &bytes)
    append(UInt32(0), to: &bytes)
    append(first, to: &bytes)
    append(ledger.high, to: &bytes)
    append(ledger.low, to: &bytes)
    let checksum = bytes.withUnsafeBytes { Self.checksum($0) }
    withUnsafeBytes(of: checksum.littleEndian) { bytes.replaceSubrange(12..<16, with: $0) }
    return bytes
  }

  /// Reads the header at the start of a segment file: a file that is shorter than a header, or that
  /// has zeros in its place, is `.unwritten`.
  static func read(_ bytes: UnsafeRawBufferPointer) -> Reading {
    guard bytes.count >= byteCount, !bytes.prefix(byteCount).allSatisfy({ $0 == 0 }) else {
      return .unwritten
    }
    guard bytes.prefix(magic.count).elementsEqual(magic) else { return .damaged(.magic) }
    let version = bytes.littleEndian(UInt32.self, at: 8)
    guard version == Self.version else { return .damaged(.version(version)) }
    guard checksum(bytes) == bytes.littleEndian(UInt32.self, at: 12) else {
      return .damaged(.checksum)
    }
    return .header(
      SegmentHeader(
        first: bytes.littleEndian(UInt64.self, at: 16),
        ledger: LedgerIdentity(
          high: bytes.littleEndian(UInt64.self, at: 24),
          low: bytes.littleEndian(UInt64.self, at: 32))))
  }

  private func append<T: FixedWidthInteger & BitwiseCopyable>(_ value: T, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  private static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var checksum = Checksum()
    checksum.update(UnsafeRawBufferPointer(rebasing: bytes[0..<12]))
    checksum.update(UnsafeRawBufferPointer(rebasing: bytes[16..<byteCount]))
    return checksum.value
  }
}

/// 128 random bits that all segments of one ledger share.
struct LedgerIdentity: Equatable, Sendable {
  var high: UInt64
  var low: UInt64

  /// 32 hexadecimal digits.
  var hex: String {
    withUnsafeBytes(of: high.bigEndian) { Hex.encode(Array($0)) }
      + withUnsafeBytes(of: low.bigEndian) { Hex.encode(Array($0)) }
  }
}

/// A segment's file name: the sequence of its first record in twenty digits, and `.seg`.
struct SegmentName: Hashable, Comparable {
  static let suffix = ".seg"
  var first: UInt64

  init(first: UInt64) {
    self.first = first
  }

  init?(_ name: String) {
    let digits = name.utf8.dropLast(Self.suffix.utf8.count)
    guard name.hasSuffix(Self.suffix), digits.count == 20,
      digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let first = UInt64(name.dropLast(Self.suffix.count))
    else { return nil }
    self.first = first
  }

  var text: String {
    let digits = String(first)
    return String(repeating: "0", count: 20 - digits.utf8.count) + digits + Self.suffix
  }

  static func < (left: SegmentName, right: SegmentName) -> Bool { left.first < right.first }
}
