/// Finds the empty line that ends a head, and refuses line ends other than CR LF on the way.
struct LineScanner: Sendable {
  private var length = 0
  private var afterReturn = false

  /// Moves `offset` past the empty line and returns true, or to `end` and returns false.
  mutating func scan(
    _ bytes: Span<UInt8>, _ offset: inout Int, upTo end: Int
  ) throws(HTTPResponseError) -> Bool {
    var length = self.length
    var afterReturn = self.afterReturn
    var index = offset
    while index < end {
      if !afterReturn {
        let control = ASCII.firstControl(bytes, from: index, to: end)
        length += control - index
        index = control
        if index == end { break }
      }
      let byte = bytes[index]
      index += 1
      if byte == ASCII.lineFeed {
        guard afterReturn else { throw .invalidLineEnd }
        if length == 0 {
          offset = index
          return true
        }
        afterReturn = false
        length = 0
      } else {
        guard !afterReturn else { throw .invalidLineEnd }
        if byte == ASCII.carriageReturn { afterReturn = true } else { length += 1 }
      }
    }
    offset = index
    self.length = length
    self.afterReturn = afterReturn
    return false
  }
}

/// The fields of a head that decide where its body ends; checks all the others on the way.
struct FramingFields {
  private(set) var contentLength: Int?
  private(set) var isChunked = false
  private(set) var closes = false
  private(set) var keepsAlive = false

  init(_ bytes: Span<UInt8>, _ start: Int) throws(HTTPResponseError) {
    var cursor = HTTPFieldCursor(position: start)
    var line = start
    while let field = cursor.next(bytes) {
      if ASCII.isBlank(bytes[line]) { throw .foldedField }
      line = cursor.position
      guard !field.name.isEmpty else { throw .invalidField }
      for index in field.name where !ASCII.isToken(bytes[index]) { throw .invalidField }
      guard ASCII.isText(bytes, field.value) else { throw .invalidField }
      switch field.name.count {
      case 10 where ASCII.equal(bytes, field.name, "connection"): connection(bytes, field.value)
      case 14 where ASCII.equal(bytes, field.name, "content-length"):
        guard let length = ASCII.decimal(bytes, field.value),
          contentLength == nil || contentLength == length
        else { throw .invalidContentLength }
        contentLength = length
      case 17 where ASCII.equal(bytes, field.name, "transfer-encoding"):
        guard !isChunked, ASCII.equal(bytes, field.value, "chunked") else {
          throw .unsupportedTransferEncoding
        }
        isChunked = true
      default: break
      }
    }
  }

  private mutating func connection(_ bytes: Span<UInt8>, _ value: Range<Int>) {
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

/// The size line of a chunk: hexadecimal digits, perhaps an extension, CR LF.
struct ChunkLine: Sendable {
  /// Bytes of the longest line without an extension.
  static let plainBytes = 17

  /// Bytes seen so far.
  private(set) var length = 0
  private var size = 0
  private var digits = 0
  private var isExtension = false
  private var afterReturn = false

  /// The size when the line is complete; nil when it needs more bytes.
  mutating func push(
    _ bytes: Span<UInt8>, _ offset: inout Int, limit: Int
  ) throws(HTTPResponseError) -> Int? {
    while offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      length += 1
      guard length <= limit else { throw .invalidChunk }
      if afterReturn {
        guard byte == ASCII.lineFeed else { throw .invalidChunk }
        return size
      }
      if byte == ASCII.carriageReturn {
        guard digits > 0 else { throw .invalidChunk }
        afterReturn = true
      } else if isExtension {
        guard ASCII.isText(byte) else { throw .invalidChunk }
      } else if let value = ASCII.hexValue(byte) {
        digits += 1
        guard digits <= 15 else { throw .invalidChunk }
        size = size << 4 | Int(value)
      } else {
        guard byte == ASCII.semicolon, digits > 0 else { throw .invalidChunk }
        isExtension = true
      }
    }
    return nil
  }
}

/// Checks trailer fields byte by byte and drops them: nothing here may change the response.
struct TrailerField: Sendable {
  private enum Place {
    case start, name, value, returned, emptyReturned
  }

  private var place = Place.start

  /// True at the end of the trailer section.
  mutating func push(_ byte: UInt8) throws(HTTPResponseError) -> Bool {
    switch place {
    case .start:
      if byte == ASCII.carriageReturn {
        place = .emptyReturned
      } else {
        if ASCII.isBlank(byte) { throw .foldedField }
        guard ASCII.isToken(byte) else { throw .invalidField }
        place = .name
      }
    case .name:
      if byte == ASCII.colon {
        place = .value
      } else {
        guard ASCII.isToken(byte) else { throw .invalidField }
      }
    case .value:
      if byte == ASCII.carriageReturn {
        place = .returned
      } else {
        guard ASCII.isText(byte) else { throw .invalidField }
      }
    case .returned:
      guard byte == ASCII.lineFeed else { throw .invalidLineEnd }
      place = .start
    case .emptyReturned:
      guard byte == ASCII.lineFeed else { throw .invalidLineEnd }
      return true
    }
    return false
  }
}
