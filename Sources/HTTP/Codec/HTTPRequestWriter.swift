/// Why a request cannot be written.
public enum HTTPRequestError: Error, Sendable, Hashable {
  /// The method is no token.
  case invalidMethod(String)
  /// The target is empty or has bytes outside visible ASCII.
  case invalidTarget(String)
  /// A field's name is no token, or its value has control bytes.
  case invalidField(name: String)
}

/// Writes HTTP/1.1 requests.
public enum HTTPRequestWriter {
  /// The head of a request, and its body if that is small enough to be sent in one piece.
  ///
  /// `Host`, `Content-Length` and what concerns only one connection (`Connection`, `Keep-Alive`,
  /// `Proxy-Connection`, `TE`, `Transfer-Encoding`, `Upgrade`, `Expect`) are set here and dropped
  /// from `headers`.
  /// - Parameter authority: host and port as they belong into `Host`.
  /// - Throws: what cannot be sent without being read differently.
  ///
  /// Source: RFC 9112 §3; RFC 9110 §7.2, §7.6.1, §8.6.
  public static func encode(
    method: String, target: String, authority: String, headers: HTTPHeaders, body: [UInt8]
  ) throws(HTTPRequestError) -> [UInt8] {
    var bytes = try begin(method: method, target: target, authority: authority, headers: headers)
    end(&bytes, method: method, body: body)
    return bytes
  }

  /// As `encode`, with a beginning that was written before.
  static func encode(
    after beginning: [UInt8], method: String, headers: HTTPHeaders, body: [UInt8]
  ) throws(HTTPRequestError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(
      beginning.count + headers.fields.count * 64 + 64 + min(body.count, inlineBodyBytes))
    bytes += beginning
    try append(headers, to: &bytes)
    end(&bytes, method: method, body: body)
    return bytes
  }

  /// Request line, `Host` and fields.
  static func begin(
    method: String, target: String, authority: String, headers: HTTPHeaders
  ) throws(HTTPRequestError) -> [UInt8] {
    guard isToken(method) else { throw .invalidMethod(method) }
    guard isVisible(target) else { throw .invalidTarget(target) }
    guard isVisible(authority) else { throw .invalidField(name: "Host") }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(256 + headers.fields.count * 48)
    bytes += method.utf8
    bytes.append(ASCII.space)
    bytes += target.utf8
    append(" HTTP/1.1\r\nHost: ", to: &bytes)
    bytes += authority.utf8
    append("\r\n", to: &bytes)
    try append(headers, to: &bytes)
    return bytes
  }

  private static func end(_ bytes: inout [UInt8], method: String, body: [UInt8]) {
    if !body.isEmpty || method == "POST" || method == "PUT" || method == "PATCH" {
      append("Content-Length: ", to: &bytes)
      HTTPFieldWriter.append(decimal: body.count, to: &bytes)
      append("\r\n", to: &bytes)
    }
    append("\r\n", to: &bytes)
    if body.count <= inlineBodyBytes { bytes += body }
  }

  /// Appends the fields that are not ours to set.
  private static func append(
    _ headers: HTTPHeaders, to bytes: inout [UInt8]
  ) throws(HTTPRequestError) {
    for field in headers.fields {
      if isOwn(field.name) { continue }
      guard HTTPFieldWriter.append(field, to: &bytes) else {
        throw .invalidField(name: field.name)
      }
    }
  }

  /// A body up to this size is part of what `encode` returns.
  public static let inlineBodyBytes = 16 * 1024

  private static func append(_ text: StaticString, to bytes: inout [UInt8]) {
    bytes.append(
      contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  static func isToken(_ text: String) -> Bool {
    !text.isEmpty && every(text) { ASCII.isToken($0) }
  }

  private static func isVisible(_ text: String) -> Bool {
    !text.isEmpty && every(text) { $0 > 32 && $0 < 127 }
  }

  @inline(__always)
  private static func every(_ text: String, _ isGood: (UInt8) -> Bool) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      for byte in bytes where !isGood(byte) { return false }
      return true
    }
  }

  /// Fields that belong to one connection, or are set here.
  static func isOwn(_ name: String) -> Bool {
    switch name.utf8.count {
    case 2: equalIgnoringASCIICase(name, "TE")
    case 4: equalIgnoringASCIICase(name, "Host")
    case 6: equalIgnoringASCIICase(name, "Expect")
    case 7: equalIgnoringASCIICase(name, "Upgrade")
    case 10:
      equalIgnoringASCIICase(name, "Connection") || equalIgnoringASCIICase(name, "Keep-Alive")
    case 14: equalIgnoringASCIICase(name, "Content-Length")
    case 16: equalIgnoringASCIICase(name, "Proxy-Connection")
    case 17: equalIgnoringASCIICase(name, "Transfer-Encoding")
    default: false
    }
  }
}
