/// Walks the field lines of a head whose line ends were checked before.
struct HTTPFieldCursor {
  /// The start of the next line.
  var position: Int

  /// The ranges of the next field's name and value, without surrounding blanks; nil at the empty
  /// line. A line without a colon gives an empty name.
  @inline(__always)
  mutating func next(_ bytes: Span<UInt8>) -> (name: Range<Int>, value: Range<Int>)? {
    let start = position
    guard start < bytes.count, bytes[start] != ASCII.carriageReturn else { return nil }
    var colon = start
    while bytes[colon] != ASCII.colon, bytes[colon] != ASCII.carriageReturn { colon += 1 }
    var end = colon
    while bytes[end] != ASCII.carriageReturn {
      end = ASCII.firstControl(bytes, from: end + 1, to: bytes.count)
    }
    position = end + 2
    guard bytes[colon] == ASCII.colon else { return (start..<start, start..<end) }
    return (start..<colon, ASCII.trimmed(bytes, colon + 1, end))
  }

  /// The first value of a name from here on, nil without one; names ignore ASCII case.
  mutating func value(of name: String, in bytes: [UInt8]) -> String? {
    range(of: name, in: bytes.span).map { String(decoding: bytes[$0], as: UTF8.self) }
  }

  /// Where the first value of a name from here on stands, nil without one.
  mutating func range(of name: String, in bytes: Span<UInt8>) -> Range<Int>? {
    let wanted = name.utf8Span.span
    while let field = next(bytes) {
      if ASCII.equalIgnoringCase(bytes, field.name, wanted) { return field.value }
    }
    return nil
  }

  /// All fields from here on, in order.
  mutating func headers(in bytes: [UInt8]) -> HTTPHeaders {
    var fields: [HTTPField] = []
    while let field = next(bytes.span) {
      fields.append(
        HTTPField(
          name: String(decoding: bytes[field.name], as: UTF8.self),
          value: String(decoding: bytes[field.value], as: UTF8.self)))
    }
    return HTTPHeaders(fields)
  }
}
