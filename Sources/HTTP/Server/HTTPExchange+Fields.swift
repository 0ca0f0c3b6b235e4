internal import CMicrohttpd

// The library keeps the bytes of a head until its exchange ends; only then is the head copied, if
// somebody still holds the exchange.
extension HTTPExchange {
  /// Hands each header field to `body` in order: the bytes of its name, and those of its value
  /// without surrounding white space. Nothing is copied; the cheapest way to look at a whole head.
  public func forEachField(_ body: (_ name: Span<UInt8>, _ value: Span<UInt8>) -> Void) {
    if let keptHeaders {
      for field in keptHeaders.fields { body(field.name.utf8Span.span, field.value.utf8Span.span) }
    } else if isHandled, let handle {
      FieldBytes.withAll(of: handle) { fields in
        for field in fields { body(field.name.span, field.value.span) }
      }
    }
  }

  /// The first value of a header field, nil without one. Names ignore ASCII case.
  public func header(_ name: String) -> String? {
    if let keptHeaders { return keptHeaders[name] }
    guard let handle else { return nil }
    var name = name
    return name.withUTF8 { name in
      name.withMemoryRebound(to: CChar.self) { name in
        var value: UnsafePointer<CChar>?
        var count = 0
        guard
          MHD_lookup_connection_value_n(
            handle, mhd_header, name.baseAddress, name.count, &value, &count) == mhd_yes
        else { return nil }
        return String(decoding: FieldBytes.trimmed(value, count), as: UTF8.self)
      }
    }
  }

  /// All values of a header field in order: more than one shows a duplicate.
  public func headerValues(_ name: String) -> [String] { headers.values(name) }

  /// All header fields in order.
  public var headers: HTTPHeaders {
    if let keptHeaders { return keptHeaders }
    keepHead()
    return keptHeaders ?? HTTPHeaders()
  }

  /// Copies the header fields while the library still has them.
  func keepHead() {
    guard keptHeaders == nil, isHandled, let handle else { return }
    keptHeaders = FieldBytes.withAll(of: handle) { fields in
      HTTPHeaders(
        fields.map {
          HTTPField(
            name: String(decoding: $0.name, as: UTF8.self),
            value: String(decoding: $0.value, as: UTF8.self))
        })
    }
  }
}

/// Where the library keeps one header field.
private struct FieldBytes {
  var name: UnsafeBufferPointer<UInt8>
  var value: UnsafeBufferPointer<UInt8>

  /// Hands all fields of a request to `body`, valid during the call.
  static func withAll<Result>(
    of handle: OpaquePointer, _ body: (UnsafeMutableBufferPointer<FieldBytes>) -> Result
  ) -> Result {
    let count = Int(MHD_get_connection_values_n(handle, mhd_header, nil, nil))
    return withUnsafeTemporaryAllocation(of: FieldBytes.self, capacity: count) { fields in
      var end = fields.baseAddress
      _ = withUnsafeMutablePointer(to: &end) {
        MHD_get_connection_values_n(handle, mhd_header, noteField, $0)
      }
      return body(fields)
    }
  }

  static func trimmed(_ start: UnsafePointer<CChar>?, _ count: Int) -> UnsafeBufferPointer<UInt8> {
    let bytes = bytes(start, count)
    var end = bytes.count
    while end > 0, ASCII.isBlank(bytes[end - 1]) { end -= 1 }
    return bytes.extracting(..<end)
  }

  static func bytes(
    _ start: UnsafePointer<CChar>?, _ count: Int
  ) -> UnsafeBufferPointer<UInt8> {
    guard let start else { return UnsafeBufferPointer(start: nil, count: 0) }
    return UnsafeBufferPointer(
      start: UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self), count: count)
  }
}

/// Writes where a field is kept to the place that `context` points to, and moves that on.
private let noteField:
  @convention(c) (
    UnsafeMutableRawPointer?, MHD_ValueKind, UnsafePointer<CChar>?, Int, UnsafePointer<CChar>?, Int
  ) -> MHD_Result = { context, _, name, nameCount, value, valueCount in
    guard let end = context?.assumingMemoryBound(to: UnsafeMutablePointer<FieldBytes>?.self),
      let place = end.pointee
    else { return mhd_no }
    let name = FieldBytes.bytes(name, nameCount)
    place.initialize(
      to: FieldBytes(name: name, value: FieldBytes.trimmed(value, valueCount)))
    end.pointee = place + 1
    return mhd_yes
  }
