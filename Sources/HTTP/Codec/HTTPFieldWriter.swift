/// Writes field lines.
enum HTTPFieldWriter {
  /// Appends a field line. False, and nothing is appended, when its name is no token or its value
  /// has control bytes: it would be read as something else.
  static func append(_ field: HTTPField, to bytes: inout [UInt8]) -> Bool {
    let start = bytes.count
    bytes += field.name.utf8
    let colon = bytes.count
    bytes.append(ASCII.colon)
    bytes.append(ASCII.space)
    bytes += field.value.utf8
    guard isField(bytes.span, start, colon) else {
      bytes.removeLast(bytes.count - start)
      return false
    }
    bytes.append(ASCII.carriageReturn)
    bytes.append(ASCII.lineFeed)
    return true
  }

  @inline(__always)
  private static func isField(_ bytes: Span<UInt8>, _ start: Int, _ colon: Int) -> Bool {
    guard start < colon else { return false }
    for index in start..<colon where !ASCII.isToken(bytes[index]) { return false }
    return ASCII.isText(bytes, (colon + 2)..<bytes.count)
  }
}
