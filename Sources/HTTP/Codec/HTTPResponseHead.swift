/// The head of a response: its status, and its fields still as bytes, looked up when somebody asks.
public struct HTTPResponseHead: Sendable, Hashable {
  /// The status code, 200 to 999.
  public let status: Int
  /// The minor version: 0 or 1.
  public let minorVersion: Int
  /// The head as it came, through the empty line.
  public let bytes: [UInt8]
  /// Where the first field line starts in `bytes`.
  let firstField: Int

  /// The first value of a field, nil without one; names ignore ASCII case.
  public subscript(name: String) -> String? {
    var name = name
    return name.withUTF8 { name in
      var cursor = HTTPFieldCursor(position: firstField)
      while let field = cursor.next(bytes.span) {
        guard field.name.count == name.count else { continue }
        if zip(field.name, name).allSatisfy({ ASCII.lowercase(bytes[$0]) == ASCII.lowercase($1) }) {
          return String(decoding: bytes[field.value], as: UTF8.self)
        }
      }
      return nil
    }
  }

  /// All fields in order.
  public var headers: HTTPHeaders {
    var fields: [HTTPField] = []
    var cursor = HTTPFieldCursor(position: firstField)
    while let field = cursor.next(bytes.span) {
      fields.append(
        HTTPField(
          name: String(decoding: bytes[field.name], as: UTF8.self),
          value: String(decoding: bytes[field.value], as: UTF8.self)))
    }
    return HTTPHeaders(fields)
  }
}

/// Walks the field lines of a head whose line ends were checked before.
struct HTTPFieldCursor {
  /// The start of the next line.
  var position: Int

  /// The ranges of the next field's name and value, without surrounding blanks; nil at the empty
  /// line. A line without a colon gives an empty name.
  mutating func next(_ bytes: Span<UInt8>) -> (name: Range<Int>, value: Range<Int>)? {
    let start = position
    guard start < bytes.count, bytes[start] != ASCII.carriageReturn else { return nil }
    var index = start
    var colon = -1
    while bytes[index] != ASCII.lineFeed {
      if colon < 0, bytes[index] == ASCII.colon { colon = index }
      index += 1
    }
    position = index + 1
    var end = index - 1
    guard colon >= 0 else { return (start..<start, start..<end) }
    var valueStart = colon + 1
    while valueStart < end, ASCII.isBlank(bytes[valueStart]) { valueStart += 1 }
    while end > valueStart, ASCII.isBlank(bytes[end - 1]) { end -= 1 }
    return (start..<colon, valueStart..<end)
  }
}
