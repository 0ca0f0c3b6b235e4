import Testing
@testable import HTTP

/// Requests and what the codec must make of them.
enum RequestTable {
  struct Refused: Sendable, CustomTestStringConvertible {
    var name: String
    var text: String
    var fault: HTTPRequestFault
    var bytes: [UInt8] { Array(text.utf8) }
    var testDescription: String { name }

    init(_ name: String, _ text: String, _ fault: HTTPRequestFault) {
      self.name = name
      self.text = text
      self.fault = fault
    }
  }

  static let lines: [Refused] = [
    Refused("two blanks", line("GET  / HTTP/1.1"), .invalidTarget),
    Refused("a blank at the end", line("GET / HTTP/1.1 "), .invalidRequestLine),
    Refused("a blank in the target", line("GET /a b HTTP/1.1"), .invalidTarget),
    Refused("a tab for a blank", line("GET\t/ HTTP/1.1"), .invalidRequestLine),
    Refused("a blank before the method", line(" GET / HTTP/1.1"), .invalidRequestLine),
    Refused("a method that is no token", line("G(T / HTTP/1.1"), .invalidRequestLine),
    Refused("no method", line("/ HTTP/1.1"), .invalidRequestLine),
    Refused("no version", line("GET /"), .invalidRequestLine),
    Refused("nothing but a method", line("GET"), .invalidRequestLine),
    Refused("no target", line("GET HTTP/1.1"), .invalidRequestLine),
    Refused("an empty target", line("GET  HTTP/1.1"), .invalidRequestLine),
    Refused("a lower-case version", line("GET / http/1.1"), .invalidRequestLine),
    Refused("a version with a digit more", line("GET / HTTP/1.10"), .invalidRequestLine),
    Refused("version 1.2", line("GET / HTTP/1.2"), .unsupportedVersion),
    Refused("version 2.0", line("GET / HTTP/2.0"), .unsupportedVersion),
    Refused("version 0.9", line("GET / HTTP/0.9"), .unsupportedVersion),
    Refused("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .unsupportedVersion),
    Refused("an absolute target", line("GET http://h/ HTTP/1.1"), .invalidTarget),
    Refused("an authority as target", line("CONNECT h:443 HTTP/1.1"), .invalidTarget),
    Refused("an asterisk for GET", line("GET * HTTP/1.1"), .invalidTarget),
    Refused("an asterisk for another options", line("options * HTTP/1.1"), .invalidTarget),
    Refused("a fragment", line("GET /a#b HTTP/1.1"), .invalidTarget),
    Refused("a target beyond ASCII", line("GET /\u{e9} HTTP/1.1"), .invalidTarget),
    Refused("a control byte in the target", line("GET /\u{1} HTTP/1.1"), .invalidRequestLine),
    Refused("a zero byte in the target", line("GET /\0 HTTP/1.1"), .invalidRequestLine),
    Refused("a zero byte in the method", line("G\0T / HTTP/1.1"), .invalidRequestLine),
    Refused(
      "two empty lines first", "\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", .invalidRequestLine),
    Refused("an empty line of LF first", "\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", .invalidLineEnd),
    Refused("line feeds alone", "GET / HTTP/1.1\nHost: h\n\n", .invalidLineEnd),
    Refused("a carriage return alone", "GET / HTTP/1.1\rHost: h\r\n\r\n", .invalidLineEnd),
    Refused("two carriage returns", "GET / HTTP/1.1\r\r\nHost: h\r\n\r\n", .invalidLineEnd),
    Refused(
      "an endless line", "GET /" + String(repeating: "a", count: 9000),
      .requestLineTooLong(limit: 8192)),
    Refused(
      "a long line", line("GET /" + String(repeating: "a", count: 8192) + " HTTP/1.1"),
      .requestLineTooLong(limit: 8192)),
    Refused("a TLS handshake", "\u{16}\u{3}\u{1}\u{2}\0\u{1}", .invalidRequestLine),
  ]

  static let fields: [Refused] = [
    Refused("no host", "GET / HTTP/1.1\r\nA: b\r\n\r\n", .invalidHost),
    Refused("no field", "GET / HTTP/1.1\r\n\r\n", .invalidHost),
    Refused("two hosts", post("Host: other"), .invalidHost),
    Refused("the same host twice", post("host: h"), .invalidHost),
    Refused("a list of hosts", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", .invalidHost),
    Refused("a host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", .invalidHost),
    Refused("a host with a user", "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", .invalidHost),
    Refused("both lengths", post(length(3) + "\r\n" + chunkedField), .conflictingLengths),
    Refused("both, other order", post(chunkedField + "\r\n" + length(3)), .conflictingLengths),
    Refused("two lengths", post("\(length(3))\r\n\(length(3))"), .invalidContentLength),
    Refused("two unequal lengths", post("\(length(3))\r\n\(length(4))"), .invalidContentLength),
    Refused("a list of lengths", post("Content-Length: 3, 3"), .invalidContentLength),
    Refused("a signed length", post("Content-Length: +3"), .invalidContentLength),
    Refused("a negative length", post("Content-Length: -3"), .invalidContentLength),
    Refused("a hexadecimal length", post("Content-Length: 0x3"), .invalidContentLength),
    Refused("a length with letters", post("Content-Length: 3a"), .invalidContentLength),
    Refused("a length with a blank", post("Content-Length: 1 1"), .invalidContentLength),
    Refused("an empty length", post("Content-Length: "), .invalidContentLength),
    Refused("a huge length", post("Content-Length: 9999999999999999999"), .invalidContentLength),
    Refused("another coding", post("Transfer-Encoding: gzip"), .unsupportedTransferEncoding),
    Refused("two codings", post("Transfer-Encoding: gzip, chunked"), .unsupportedTransferEncoding),
    Refused(
      "chunked and more", post("Transfer-Encoding: chunked, x"), .unsupportedTransferEncoding),
    Refused("identity", post("Transfer-Encoding: identity"), .unsupportedTransferEncoding),
    Refused("no coding", post("Transfer-Encoding:"), .unsupportedTransferEncoding),
    Refused(
      "two coding fields", post("\(chunkedField)\r\n\(chunkedField)"),
      .unsupportedTransferEncoding),
    Refused("a coding with a blank", post("\(chunkedField) "), .unsupportedTransferEncoding),
    Refused("a coding with a tab", post("\(chunkedField)\t"), .unsupportedTransferEncoding),
    Refused(
      "a coding in quotes", post("Transfer-Encoding: \"chunked\""), .unsupportedTransferEncoding),
    Refused(
      "a vertical tab before a coding", post("Transfer-Encoding: \u{b}chunked"), .invalidField),
    Refused(
      "chunks in 1.0", "POST / HTTP/1.0\r\n\(chunkedField)\r\n\r\n0\r\n\r\n",
      .unsupportedTransferEncoding),
    Refused("a blank before the colon", post("Content-Length : 3"), .invalidField),
    Refused("a tab before the colon", post("Transfer-Encoding\t: chunked"), .invalidField),
    Refused("a folded field", post("X-A: b\r\n c"), .foldedField),
    Refused("a field folded by a tab", post("X-A: b\r\n\tc"), .foldedField),
    Refused("a field folded at the start", "GET / HTTP/1.1\r\n Host: h\r\n\r\n", .foldedField),
    Refused("a line feed alone", post("X-A: b\nX-B: c"), .invalidLineEnd),
    Refused("a carriage return alone", post("X-A: b\rX-B: c"), .invalidLineEnd),
    Refused("a zero byte in a value", post("X-A: b\0c"), .invalidField),
    Refused("a zero byte in a name", post("X-\0A: b"), .invalidField),
    Refused("a control byte in a value", post("X-A: b\u{1}c"), .invalidField),
    Refused("a deleted byte in a value", post("X-A: b\u{7f}c"), .invalidField),
    Refused("no colon", post("X-A"), .invalidField),
    Refused("an empty name", post(": b"), .invalidField),
    Refused("a name beyond ASCII", post("X-\u{e9}: b"), .invalidField),
    Refused("a name in brackets", post("X[A]: b"), .invalidField),
    Refused(
      "an endless field", "GET / HTTP/1.1\r\nA: " + String(repeating: "b", count: 20_000),
      .headTooLarge(limit: 16384)),
    Refused(
      "endless fields", "GET / HTTP/1.1\r\n" + String(repeating: "a: b\r\n", count: 4000),
      .headTooLarge(limit: 16384)),
  ]

  static let bodies: [Refused] = [
    Refused("a chunk without a size", chunked("\r\nabc\r\n"), .invalidChunk),
    Refused("a chunk size with a sign", chunked("-3\r\nabc\r\n"), .invalidChunk),
    Refused("a chunk size with 0x", chunked("0x3\r\nabc\r\n"), .invalidChunk),
    Refused("a chunk size with a blank", chunked("3 \r\nabc\r\n"), .invalidChunk),
    Refused("a chunk size after a blank", chunked(" 3\r\nabc\r\n"), .invalidChunk),
    Refused("a huge chunk size", chunked("ffffffffffffffff\r\nabc"), .invalidChunk),
    Refused("a chunk size line without CR", chunked("3\nabc\r\n"), .invalidChunk),
    Refused("a chunk longer than its size", chunked("3\r\nabcd\r\n"), .invalidChunk),
    Refused("a chunk ended by LF", chunked("3\r\nabc\n0\r\n\r\n"), .invalidChunk),
    Refused(
      "an endless extension", chunked("3;" + String(repeating: "x", count: 300)), .invalidChunk),
    Refused("an extension with a line feed", chunked("3;x\nabc\r\n"), .invalidChunk),
    Refused("a control byte in an extension", chunked("3;\u{1}\r\nabc\r\n"), .invalidChunk),
    Refused(
      "extensions without end",
      chunked(String(repeating: "1;\(String(repeating: "x", count: 250))\r\na\r\n", count: 80)),
      .invalidChunk),
    Refused("a malformed trailer", chunked("0\r\nA b\r\n\r\n"), .invalidTrailer),
    Refused("a folded trailer", chunked("0\r\nA: b\r\n c\r\n\r\n"), .invalidTrailer),
    Refused("a trailer with LF alone", chunked("0\r\nA: b\n\r\n"), .invalidTrailer),
    Refused(
      "an endless trailer", chunked("0\r\nA: " + String(repeating: "b", count: 9000)),
      .trailerTooLarge(limit: 8192)),
    Refused("a request in a second head", get + "GET /\r\n\r\n", .invalidRequestLine),
    Refused("a body that was not announced", get + "abc\r\n\r\n", .invalidRequestLine),
  ]

  struct Accepted: Sendable, CustomTestStringConvertible {
    var name: String
    var text: String
    /// Method, target, body and whether the connection is kept, of each request.
    var requests: [String]
    var bytes: [UInt8] { Array(text.utf8) }
    var testDescription: String { name }

    init(_ name: String, _ text: String, _ requests: String...) {
      self.name = name
      self.text = text
      self.requests = requests
    }
  }

  static let accepted: [Accepted] = [
    Accepted("a request", get, "GET / kept"),
    Accepted("an empty line first", "\r\n" + get, "GET / kept"),
    Accepted(
      "a query", "GET /a%2Fb?c=%20&d=?e HTTP/1.1\r\nHost: h\r\n\r\n", "GET /a%2Fb?c=%20&d=?e kept"),
    Accepted("OPTIONS of the server", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", "OPTIONS * kept"),
    Accepted("an unknown method", "BREW!# /pot HTTP/1.1\r\nHost: h\r\n\r\n", "BREW!# /pot kept"),
    Accepted("an empty host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", "GET / kept"),
    Accepted("a numeric host", "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", "GET / kept"),
    Accepted("a body", post(length(3)) + "abc", "POST / kept abc"),
    Accepted("an empty body", post("content-length:  0 "), "POST / kept"),
    Accepted("leading zeros", post("Content-Length: 003") + "abc", "POST / kept abc"),
    Accepted(
      "chunks", chunked("3\r\nabc\r\n0A;x=\"y\"\r\n0123456789\r\n0\r\n\r\n"),
      "POST / kept abc0123456789"),
    Accepted("a trailer", chunked("1\r\nx\r\n000\r\nA: b\r\nC:\r\n\r\n"), "POST / kept x"),
    Accepted(
      "chunks with blanks before", post("Transfer-Encoding:  Chunked") + "0\r\n\r\n",
      "POST / kept"),
    Accepted(
      "one after the other", get + post(length(2)) + "ab" + chunked("1\r\nc\r\n0\r\n\r\n") + get,
      "GET / kept", "POST / kept ab", "POST / kept c", "GET / kept"),
    Accepted("close", "GET / HTTP/1.1\r\nHost: h\r\nConnection: x , CLOSE\r\n\r\n", "GET / closed"),
    Accepted("version 1.0", "GET / HTTP/1.0\r\n\r\n", "GET / closed"),
    Accepted(
      "version 1.0 kept", "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", "GET / kept"),
    Accepted("bytes above ASCII in a value", post("X-A: \u{e9}\t\u{4e2d}"), "POST / kept"),
    Accepted(
      "a line as long as may be",
      "GET /\(String(repeating: "a", count: 8178)) HTTP/1.1\r\nHost: h\r\n\r\n",
      "GET /\(String(repeating: "a", count: 8178)) kept"),
  ]

  static let get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"
  static let chunkedField = "Transfer-Encoding: chunked"
  static func line(_ line: String) -> String { "\(line)\r\nHost: h\r\n\r\n" }
  static func length(_ count: Int) -> String { "Content-Length: \(count)" }
  static func post(_ fields: String) -> String { "POST / HTTP/1.1\r\nHost: h\r\n\(fields)\r\n\r\n" }
  static func chunked(_ body: String) -> String { post(chunkedField) + body }
}
