internal import CMicrohttpd

extension HTTPExchange {
  /// A body up to this size is copied once into the response; a larger one is fed as it is sent.
  static let copiedBytes = 64 * 1024

  /// Answers the request with a whole body. Once per exchange. Does nothing when the client is
  /// gone. `Content-Length`, `Transfer-Encoding` and `Date` are set by the server and dropped from
  /// `headers`, as are fields that are not valid HTTP.
  public func respond(status: Int, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = []) {
    guard startResponse(status) else { return }
    if body.count > Self.copiedBytes {
      let stream = HTTPResponseStream(self)
      attach(stream)
      _ = stream.enqueue(body)
      stream.finish()
      submit(stream.makeResponse(size: UInt64(body.count), headers), status: status)
    } else {
      mustSend(body.count)
      let response = body.withUnsafeBytes {
        MHD_create_response_from_buffer(
          $0.count, UnsafeMutableRawPointer(mutating: $0.baseAddress),
          body.isEmpty ? mhd_persistent : mhd_must_copy)
      }
      response.map { addHeaders(headers, to: $0) }
      submit(response, status: status)
    }
  }

  /// Answers the request with a body that comes bit by bit: chunked, or until the connection closes
  /// for HTTP/1.0. Once per exchange.
  public func respondStream(
    status: Int, headers: HTTPHeaders = HTTPHeaders()
  ) -> HTTPResponseStream {
    let stream = HTTPResponseStream(self)
    guard startResponse(status) else {
      stream.end(.disconnected)
      return stream
    }
    attach(stream)
    submit(stream.makeResponse(size: mhd_size_unknown, headers), status: status)
    return stream
  }

  func addHeaders(_ headers: HTTPHeaders, to response: OpaquePointer) {
    for field in headers.fields where !Self.isSetByServer(field.name) {
      _ = field.name.withCString { name in
        field.value.withCString { MHD_add_response_header(response, name, $0) }
      }
    }
    if server.isDraining { _ = MHD_add_response_header(response, "Connection", "close") }
  }

  private static func isSetByServer(_ name: String) -> Bool {
    switch name.utf8.count {
    case 4: equalIgnoringASCIICase(name, "Date")
    case 14: equalIgnoringASCIICase(name, "Content-Length")
    case 17: equalIgnoringASCIICase(name, "Transfer-Encoding")
    default: false
    }
  }
}
