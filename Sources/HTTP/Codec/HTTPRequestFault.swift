/// Why the bytes of a request were refused.
public enum HTTPRequestFault: Error, Sendable, Hashable {
  /// The first line is not a token, a blank, a target, a blank and `HTTP/1.0` or `HTTP/1.1`.
  case invalidRequestLine
  /// A version of HTTP other than 1.0 and 1.1.
  case unsupportedVersion
  /// The target is neither a path, with or without a query, nor the `*` of OPTIONS.
  case invalidTarget
  /// The request line is longer than the bound.
  case requestLineTooLong(limit: Int)
  /// The head is larger than the bound.
  case headTooLarge(limit: Int)
  /// A line does not end with CR LF.
  case invalidLineEnd
  /// A field line that continues the one before.
  case foldedField
  /// A field name that is no token, or a value with control bytes.
  case invalidField
  /// `Host` is missing under HTTP/1.1, stands twice, or is no host with an optional port.
  case invalidHost
  /// `Content-Length` is not one decimal number, or stands twice.
  case invalidContentLength
  /// A transfer coding other than one `chunked`, or any under HTTP/1.0.
  case unsupportedTransferEncoding
  /// Both `Content-Length` and `Transfer-Encoding`.
  case conflictingLengths
  /// A chunk's size is not hexadecimal, is too large, or its line is.
  case invalidChunk
  /// A trailer field that is not well-formed.
  case invalidTrailer
  /// The trailer section is larger than the bound.
  case trailerTooLarge(limit: Int)

  /// The status that says so (RFC 9110 §15, RFC 6585 §5).
  public var status: Int {
    switch self {
    case .requestLineTooLong: 414
    case .headTooLarge: 431
    case .unsupportedVersion: 505
    default: 400
    }
  }
}
