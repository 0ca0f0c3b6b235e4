/// Writes the heads of HTTP/1.1 responses and the framing of their bodies.
enum HTTPResponseWriter {
  /// How the client finds the end of the body.
  enum Framing: Sendable, Equatable {
    /// There is none, and nothing is said of one.
    case none
    /// As long as said; for HEAD the length the body would have.
    case length(Int)
    case chunked
    /// It ends with the connection.
    case untilClose
  }

  /// What the head says of the connection's future.
  enum Persistence: Sendable {
    /// Nothing: HTTP/1.1 goes on.
    case implied
    case keepAlive
    case close
  }

  /// A head, with room for `reserve` bytes after it. Fields that are set here and those that are
  /// not valid HTTP are dropped from `headers`.
  /// - Parameter date: the whole `Date` line.
  ///
  /// Source: RFC 9112 §4, §6; RFC 9110 §5.5, §6.6.1, §8.6.
  static func head(
    status: Int, headers: HTTPHeaders, framing: Framing, persistence: Persistence, date: [UInt8],
    reserve: Int
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    var room = 160 + reserve
    for field in headers.fields { room += field.name.utf8.count + field.value.utf8.count + 4 }
    bytes.reserveCapacity(room)
    append("HTTP/1.1 ", to: &bytes)
    HTTPFieldWriter.append(decimal: status, to: &bytes)
    bytes.append(ASCII.space)
    append(reason(status), to: &bytes)
    append("\r\n", to: &bytes)
    bytes += date
    switch persistence {
    case .implied: break
    case .keepAlive: append("Connection: keep-alive\r\n", to: &bytes)
    case .close: append("Connection: close\r\n", to: &bytes)
    }
    for field in headers.fields where !isSetHere(field.name) {
      _ = HTTPFieldWriter.append(field, to: &bytes)
    }
    switch framing {
    case .none, .untilClose: break
    case .length(let count):
      append("Content-Length: ", to: &bytes)
      HTTPFieldWriter.append(decimal: count, to: &bytes)
      append("\r\n", to: &bytes)
    case .chunked: append("Transfer-Encoding: chunked\r\n", to: &bytes)
    }
    append("\r\n", to: &bytes)
    return bytes
  }

  /// Appends a chunk of at least one byte.
  static func append(chunk: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
    bytes.reserveCapacity(bytes.count + chunk.count + 20)
    bytes += String(chunk.count, radix: 16).utf8
    append("\r\n", to: &bytes)
    bytes += chunk
    append("\r\n", to: &bytes)
  }

  /// Appends the end of a chunked body.
  static func appendLastChunk(to bytes: inout [UInt8]) { append("0\r\n\r\n", to: &bytes) }

  /// Tells a client that waits with its body to send it.
  static let goOn = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

  private static func append(_ text: StaticString, to bytes: inout [UInt8]) {
    bytes.append(
      contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  private static func isSetHere(_ name: String) -> Bool {
    switch name.utf8.count {
    case 4: equalIgnoringASCIICase(name, "Date")
    case 10: equalIgnoringASCIICase(name, "Connection")
    case 14: equalIgnoringASCIICase(name, "Content-Length")
    case 17: equalIgnoringASCIICase(name, "Transfer-Encoding")
    default: false
    }
  }

  /// The words for a status; they mean nothing to a program.
  private static func reason(_ status: Int) -> StaticString {
    switch status {
    case 200: "OK"
    case 201: "Created"
    case 202: "Accepted"
    case 204: "No Content"
    case 301: "Moved Permanently"
    case 302: "Found"
    case 304: "Not Modified"
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 406: "Not Acceptable"
    case 408: "Request Timeout"
    case 409: "Conflict"
    case 410: "Gone"
    case 413: "Content Too Large"
    case 414: "URI Too Long"
    case 415: "Unsupported Media Type"
    case 421: "Misdirected Request"
    case 422: "Unprocessable Content"
    case 429: "Too Many Requests"
    case 431: "Request Header Fields Too Large"
    case 500: "Internal Server Error"
    case 501: "Not Implemented"
    case 502: "Bad Gateway"
    case 503: "Service Unavailable"
    case 504: "Gateway Timeout"
    case 505: "HTTP Version Not Supported"
    default: "Status"
    }
  }
}
