import Glibc
import Ledger

/// Segments with checksums that fit, so that what lies behind them is reached.
enum Segment {
  /// The only file of the directory.
  static let name = "00000000000000000000.seg"

  /// Where segments lie; the fuzzer runs with a `TMPDIR` of its own.
  static let directory: String? = {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? P_tmpdir
    var template = Array("\(parent)/fuzz-ledger-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { return nil }
    return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }()

  static func header() -> [UInt8] {
    var bytes = Array("SPLEDGER".utf8) + [2, 0, 0, 0]
    let rest = [UInt8](repeating: 0, count: 24)
    bytes += number(crc32(bytes + rest), count: 4) + rest
    return bytes
  }

  /// Each frame of the input: the count of the record's bytes and that of its payloads, two bytes
  /// each, a byte whose lowest bit says that the payloads are erased, and both.
  static func framed(_ input: ArraySlice<UInt8>) -> [UInt8] {
    var segment = header()
    var rest = input
    var sequence: UInt64 = 0
    while rest.count > 5 {
      let head = Array(rest.prefix(5))
      let wanted = (Int(head[0]) << 8 + Int(head[1]), Int(head[2]) << 8 + Int(head[3]))
      let record = Array(rest.dropFirst(5).prefix(wanted.0))
      let payloads = Array(rest.dropFirst(5 + record.count).prefix(wanted.1))
      rest = rest.dropFirst(5 + record.count + payloads.count)
      guard !record.isEmpty else { continue }
      let counts =
        number(UInt32(record.count), count: 4) + number(UInt32(payloads.count), count: 4)
      let marks = number(sequence, count: 8) + number(UInt64(0), count: 8)
      let isErased = head[4] & 1 == 1 || payloads.isEmpty
      segment += counts + number(crc32(record + marks + counts), count: 4)
      segment += number(isErased ? 0 : max(1, crc32(payloads)), count: 4) + marks
      segment += record + payloads
      sequence += 1
    }
    return segment
  }

  private static func number(_ value: some FixedWidthInteger, count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private static func crc32(_ bytes: [UInt8]) -> UInt32 {
    var value: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      value ^= UInt32(byte)
      for _ in 0..<8 { value = value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
    return ~value
  }
}

/// Reads a segment in every way: as records with payloads, by place, and for verification.
func readSegment(_ segment: [UInt8]) {
  guard let directory = Segment.directory else { preconditionFailure("no temporary directory") }
  let file = open("\(directory)/\(Segment.name)", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
  precondition(file >= 0 && write(file, segment, segment.count) == segment.count, "no space")
  close(file)
  var read: UInt64 = 0
  do {
    var reader = try LedgerReader(directory: directory)
    while let entry = try reader.next() {
      precondition(entry.position.sequence == read, "a sequence is left out")
      for role in LedgerPayload.Role.allCases {
        if case .unreadable = entry.payload(role) { sink &+= 1 }
      }
      sink &+= entry.line.count
      read += 1
    }
  } catch { sink &+= 1 }
  if read > 0, let last = try? LedgerTiles(directory: directory).entry(at: read - 1) {
    precondition(last.position.sequence == read - 1, "another record is found")
  }
  if let report = try? LedgerVerification(directory: directory).run() {
    precondition(report.records >= read, "the verification reads less than the reader")
    precondition(!report.isSound, "a ledger without keys is sound")
  }
}
