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
    var cursor = HTTPFieldCursor(position: firstField)
    return cursor.value(of: name, in: bytes)
  }

  /// Lends the first value of a field to `body`; nil without one. Names ignore ASCII case.
  func withValue<Result>(of name: String, _ body: (Span<UInt8>) -> Result) -> Result? {
    var cursor = HTTPFieldCursor(position: firstField)
    guard let range = cursor.range(of: name, in: bytes.span) else { return nil }
    return body(bytes.span.extracting(range))
  }

  /// All fields in order.
  public var headers: HTTPHeaders {
    var cursor = HTTPFieldCursor(position: firstField)
    return cursor.headers(in: bytes)
  }
}
