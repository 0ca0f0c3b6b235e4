/// The head of a request: how it is framed, and its fields still as bytes, looked up when somebody
/// asks.
public struct HTTPIncomingHead: Sendable, Hashable {
  /// The head as it came, through the empty line.
  public let bytes: [UInt8]
  /// The minor version: 0 or 1.
  public let minorVersion: Int
  /// Bytes of the body; nil when it is chunked.
  public let contentLength: Int?
  /// The client waits for a word before it sends its body.
  public let expectsContinue: Bool
  /// The client would send another request on this connection.
  public let keepsAlive: Bool
  private let methodStart: Int
  private let methodEnd: Int
  private let targetEnd: Int
  private let queryMark: Int?
  private let fields: [HTTPFieldPlace]

  init(_ bytes: [UInt8], _ lines: RequestLines) {
    self.bytes = bytes
    minorVersion = lines.minorVersion
    contentLength = lines.isChunked ? nil : lines.contentLength ?? 0
    expectsContinue = lines.expectsContinue && lines.minorVersion == 1
    keepsAlive = !lines.closes && (lines.minorVersion == 1 || lines.keepsAlive)
    methodStart = lines.methodStart
    methodEnd = lines.methodEnd
    targetEnd = lines.targetEnd
    queryMark = lines.queryMark
    fields = lines.fields
  }

  /// True when a body follows.
  public var hasBody: Bool { contentLength != 0 }

  /// The method as sent.
  public var method: String { String(decoding: bytes[methodStart..<methodEnd], as: UTF8.self) }

  /// True for HEAD, whose response has no body.
  public var isHead: Bool {
    methodEnd - methodStart == 4 && bytes[methodStart] == 72 && bytes[methodStart + 1] == 69
      && bytes[methodStart + 2] == 65 && bytes[methodStart + 3] == 68
  }

  /// The target as sent up to the first `?`, escapes kept.
  public var path: String {
    String(decoding: bytes[(methodEnd + 1)..<(queryMark ?? targetEnd)], as: UTF8.self)
  }

  /// The target as sent after the first `?`; nil without one.
  public var query: String? {
    queryMark.map { String(decoding: bytes[($0 + 1)..<targetEnd], as: UTF8.self) }
  }

  /// Hands each field to `body` in order: the bytes of its name, and those of its value without
  /// surrounding white space. Nothing is copied.
  public func forEachField(_ body: (_ name: Span<UInt8>, _ value: Span<UInt8>) -> Void) {
    let span = bytes.span
    for field in fields { body(span.extracting(field.name), span.extracting(field.value)) }
  }

  /// The first value of a field, nil without one; names ignore ASCII case.
  public subscript(name: String) -> String? {
    let wanted = name.utf8Span.span
    let field = fields.first { ASCII.equalIgnoringCase(bytes.span, $0.name, wanted) }
    return field.map { String(decoding: bytes[$0.value], as: UTF8.self) }
  }

  /// All fields in order.
  public var headers: HTTPHeaders {
    HTTPHeaders(
      fields.map {
        HTTPField(
          name: String(decoding: bytes[$0.name], as: UTF8.self),
          value: String(decoding: bytes[$0.value], as: UTF8.self))
      })
  }
}
