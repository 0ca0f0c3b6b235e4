/// What is known of a request's head after its lines that are complete. Each line is looked at
/// once, in whatever pieces it comes.
struct RequestLines: Sendable {
  private(set) var methodStart = 0
  private(set) var methodEnd = 0
  private(set) var targetEnd = 0
  private(set) var queryMark: Int?
  private(set) var minorVersion = 1
  /// Where the first field line starts; 0 while the request line is not complete.
  private(set) var firstField = 0
  /// True once the empty line was read.
  private(set) var isComplete = false
  private(set) var contentLength: Int?
  private(set) var isChunked = false
  private(set) var closes = false
  private(set) var keepsAlive = false
  private(set) var expectsContinue = false

  /// Where the fields are, in order.
  private(set) var fields: [HTTPFieldPlace] = []

  private var hasHost = false
  private var lineStart = 0
  private var scanned = 0

  /// The length of the head that `bytes` begin with; nil while its end is not among them. Called
  /// again with more bytes after the same ones, it goes on where it stopped.
  mutating func read(
    _ bytes: Span<UInt8>, requestLineBytes limit: Int
  ) throws(HTTPRequestFault) -> Int? {
    while let end = try lineEnd(bytes, limit) {
      let start = lineStart
      lineStart = end + 2
      scanned = lineStart
      if firstField > 0 {
        guard end > start else {
          try checkTogether()
          isComplete = true
          return lineStart
        }
        try readField(bytes, start, end)
      } else if end > 0 {
        try readRequestLine(bytes, start, end)
        firstField = lineStart
        fields.reserveCapacity(16)
      }
      // One empty line before the request line means nothing (RFC 9112 §2.2).
    }
    return nil
  }

  /// Where the CR LF of the next line is; nil when it is not there yet.
  @inline(__always)
  private mutating func lineEnd(
    _ bytes: Span<UInt8>, _ limit: Int
  ) throws(HTTPRequestFault) -> Int? {
    let isFirst = firstField == 0
    let bound = isFirst ? min(bytes.count, lineStart + limit + 1) : bytes.count
    while true {
      scanned = ASCII.firstControl(bytes, from: min(scanned, bound), to: bound)
      guard scanned < bound else {
        if isFirst, bound == lineStart + limit + 1 { throw .requestLineTooLong(limit: limit) }
        return nil
      }
      switch bytes[scanned] {
      case ASCII.tab where !isFirst: scanned += 1
      case ASCII.carriageReturn:
        guard scanned + 1 < bytes.count else { return nil }
        guard bytes[scanned + 1] == ASCII.lineFeed else { throw .invalidLineEnd }
        return scanned
      case ASCII.lineFeed: throw .invalidLineEnd
      default: throw isFirst ? .invalidRequestLine : .invalidField
      }
    }
  }

  // MARK: The request line

  private mutating func readRequestLine(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int
  ) throws(HTTPRequestFault) {
    var index = start
    while index < end, ASCII.isToken(bytes[index]) { index += 1 }
    guard index > start, index < end, bytes[index] == ASCII.space else { throw .invalidRequestLine }
    methodStart = start
    methodEnd = index
    let target = index + 1
    targetEnd = end - 9
    guard targetEnd > target, bytes[targetEnd] == ASCII.space else { throw .invalidRequestLine }
    try readVersion(bytes, targetEnd + 1)
    guard bytes[target] == 47 || isAsterisk(bytes, target) else { throw .invalidTarget }
    index = target
    while index < targetEnd {
      let byte = bytes[index]
      // Visible ASCII; no fragment, which some would cut off.
      guard byte > 32, byte < 127, byte != 35 else { throw .invalidTarget }
      if byte == 63, queryMark == nil { queryMark = index }
      index += 1
    }
  }

  /// The target that is no path: of OPTIONS alone (RFC 9112 §3.2.4).
  private func isAsterisk(_ bytes: Span<UInt8>, _ target: Int) -> Bool {
    bytes[target] == 42 && targetEnd == target + 1 && methodEnd - methodStart == 7
      && ASCII.equal(bytes, methodStart..<methodEnd, "options") && bytes[methodStart] == 79
  }

  private mutating func readVersion(
    _ bytes: Span<UInt8>, _ start: Int
  ) throws(HTTPRequestFault) {
    let name: StaticString = "HTTP/"
    for index in 0..<5 where bytes[start + index] != name.utf8Start[index] {
      throw .invalidRequestLine
    }
    let (major, minor) = (bytes[start + 5], bytes[start + 7])
    guard ASCII.isDigit(major), bytes[start + 6] == 46, ASCII.isDigit(minor) else {
      throw .invalidRequestLine
    }
    guard major == 49, minor == 48 || minor == 49 else { throw .unsupportedVersion }
    minorVersion = Int(minor - 48)
  }

  // MARK: Fields

  private mutating func readField(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int
  ) throws(HTTPRequestFault) {
    var colon = start
    while colon < end, ASCII.isToken(bytes[colon]) { colon += 1 }
    guard colon > start, colon < end, bytes[colon] == ASCII.colon else {
      throw ASCII.isBlank(bytes[start]) ? .foldedField : .invalidField
    }
    let name = start..<colon
    let value = ASCII.trimmed(bytes, colon + 1, end)
    fields.append(HTTPFieldPlace(name: name, value: value))
    switch colon - start {
    case 4 where ASCII.equal(bytes, name, "host"): try readHost(bytes, value)
    case 6 where ASCII.equal(bytes, name, "expect"):
      if ASCII.equal(bytes, value, "100-continue") { expectsContinue = true }
    case 10 where ASCII.equal(bytes, name, "connection"): readConnection(bytes, value)
    case 14 where ASCII.equal(bytes, name, "content-length"):
      guard contentLength == nil, let length = ASCII.decimal(bytes, value) else {
        throw .invalidContentLength
      }
      contentLength = length
    case 17 where ASCII.equal(bytes, name, "transfer-encoding"):
      // A blank after it is read by some as another coding.
      guard !isChunked, value.upperBound == end, ASCII.equal(bytes, value, "chunked") else {
        throw .unsupportedTransferEncoding
      }
      isChunked = true
    default: break
    }
  }

  private func checkTogether() throws(HTTPRequestFault) {
    if !hasHost, minorVersion == 1 { throw .invalidHost }
    guard isChunked else { return }
    if contentLength != nil { throw .conflictingLengths }
    if minorVersion == 0 { throw .unsupportedTransferEncoding }
  }

  private mutating func readHost(
    _ bytes: Span<UInt8>, _ value: Range<Int>
  ) throws(HTTPRequestFault) {
    guard !hasHost else { throw .invalidHost }
    hasHost = true
    for index in value where !Self.isHostByte(bytes[index]) { throw .invalidHost }
  }

  /// Letters, digits and what stands in addresses, registered names and ports (RFC 3986 §3.2.2)
  /// but for the comma, which some read as a list.
  private static func isHostByte(_ byte: UInt8) -> Bool {
    guard byte < 128 else { return false }
    let bits: UInt64 = byte < 64 ? 0x2fff_6ff2_0000_0000 : 0x47ff_fffe_afff_fffe
    return bits >> UInt64(byte & 63) & 1 == 1
  }

  private mutating func readConnection(_ bytes: Span<UInt8>, _ value: Range<Int>) {
    var start = value.lowerBound
    while start < value.upperBound {
      var end = start
      while end < value.upperBound, bytes[end] != ASCII.comma { end += 1 }
      let option = ASCII.trimmed(bytes, start, end)
      if ASCII.equal(bytes, option, "close") { closes = true }
      if ASCII.equal(bytes, option, "keep-alive") { keepsAlive = true }
      start = end + 1
    }
  }
}

/// Where a field's name and value are in its head.
struct HTTPFieldPlace: Sendable, Hashable {
  private let nameStart: UInt32
  private let nameEnd: UInt32
  private let valueStart: UInt32
  private let valueEnd: UInt32

  /// Ranges within the first 4 GB of a head, which its bound is far below.
  init(name: Range<Int>, value: Range<Int>) {
    nameStart = UInt32(truncatingIfNeeded: name.lowerBound)
    nameEnd = UInt32(truncatingIfNeeded: name.upperBound)
    valueStart = UInt32(truncatingIfNeeded: value.lowerBound)
    valueEnd = UInt32(truncatingIfNeeded: value.upperBound)
  }

  var name: Range<Int> { Int(nameStart)..<Int(nameEnd) }
  var value: Range<Int> { Int(valueStart)..<Int(valueEnd) }
}
