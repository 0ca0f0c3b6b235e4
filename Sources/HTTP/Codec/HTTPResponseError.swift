/// Why the bytes of a response were refused.
public enum HTTPResponseError: Error, Sendable, Hashable {
  /// The status line is not `HTTP/1.0` or `HTTP/1.1`, a blank, three digits and a reason.
  case invalidStatusLine
  /// A status below 100, or 101 although no upgrade was asked for.
  case unexpectedStatus(Int)
  /// A line does not end with CR LF.
  case invalidLineEnd
  /// A field line that continues the one before.
  case foldedField
  /// A field name that is no token, or a value with control bytes.
  case invalidField
  /// The head is larger than the bound.
  case headTooLarge(limit: Int)
  /// More interim (1xx) responses than the bound.
  case tooManyInterimResponses
  /// `Content-Length` is not one decimal number, or differs between its fields.
  case invalidContentLength
  /// A transfer coding other than one `chunked`, or any under HTTP/1.0.
  case unsupportedTransferEncoding
  /// Both `Content-Length` and `Transfer-Encoding`.
  case conflictingLengths
  /// A chunk's size is not hexadecimal, is too large, or its line is.
  case invalidChunk
  /// The trailer section is larger than the bound.
  case trailerTooLarge(limit: Int)
  /// Bytes after the end of the response, which nobody asked for.
  case bytesAfterResponse
  /// The connection ended before the response did.
  case incomplete
}
