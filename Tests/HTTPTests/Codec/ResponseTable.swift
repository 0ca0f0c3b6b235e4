import Testing
@testable import HTTP

/// Responses and what the codec must make of them.
enum ResponseTable {
  struct Row: Sendable, CustomTestStringConvertible {
    var name: String
    var text: String
    var error: HTTPResponseError
    var bytes: [UInt8] { Array(text.utf8) }
    var testDescription: String { name }

    init(_ name: String, _ text: String, _ error: HTTPResponseError) {
      self.name = name
      self.text = text
      self.error = error
    }
  }

  static let malformed: [Row] = [
    Row(
      "both lengths", head("Content-Length: 3\r\nTransfer-Encoding: chunked") + "abc",
      .conflictingLengths),
    Row(
      "both lengths, other order", head("Transfer-Encoding: chunked\r\nContent-Length: 3") + "abc",
      .conflictingLengths),
    Row(
      "differing lengths", head("Content-Length: 3\r\nContent-Length: 4") + "abcd",
      .invalidContentLength),
    Row("a list of lengths", head("Content-Length: 3, 3") + "abc", .invalidContentLength),
    Row("a signed length", head("Content-Length: +3") + "abc", .invalidContentLength),
    Row("an empty length", head("Content-Length: ") + "abc", .invalidContentLength),
    Row(
      "a huge length", head("Content-Length: 9999999999999999999") + "abc",
      .invalidContentLength),
    Row("another encoding", head("Transfer-Encoding: gzip") + "abc", .unsupportedTransferEncoding),
    Row(
      "two encodings", head("Transfer-Encoding: gzip, chunked") + "abc",
      .unsupportedTransferEncoding),
    Row(
      "chunked twice", head("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked") + "abc",
      .unsupportedTransferEncoding),
    Row(
      "chunked in 1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      .unsupportedTransferEncoding),
    Row("a folded field", head("A: b\r\n c"), .foldedField),
    Row("a blank before the colon", head("A : b"), .invalidField),
    Row("no colon", head("A"), .invalidField),
    Row("an empty name", head(": b"), .invalidField),
    Row("a zero byte", head("A: b\0c"), .invalidField),
    Row("a control byte", head("A: b\u{7}c"), .invalidField),
    Row("line feeds alone", "HTTP/1.1 200 OK\nContent-Length: 0\n\n", .invalidLineEnd),
    Row(
      "a line feed alone in the fields", "HTTP/1.1 200 OK\r\nA: b\nC: d\r\n\r\n", .invalidLineEnd),
    Row("a carriage return alone", "HTTP/1.1 200 OK\r\nA: b\rC: d\r\n\r\n", .invalidLineEnd),
    Row("version 2", "HTTP/2.0 200 OK\r\n\r\n", .invalidStatusLine),
    Row("version 1.2", "HTTP/1.2 200 OK\r\n\r\n", .invalidStatusLine),
    Row("a lower-case version", "http/1.1 200 OK\r\n\r\n", .invalidStatusLine),
    Row("no version", "200 OK\r\nContent-Length: 0\r\n\r\n", .invalidStatusLine),
    Row("an empty first line", "\r\nHTTP/1.1 200 OK\r\n\r\n", .invalidStatusLine),
    Row("two digits", "HTTP/1.1 20 OK\r\nAAAA: b\r\n\r\n", .invalidStatusLine),
    Row("four digits", "HTTP/1.1 2000 OK\r\n\r\n", .invalidStatusLine),
    Row("a status below 100", "HTTP/1.1 099 OK\r\n\r\n", .unexpectedStatus(99)),
    Row("an upgrade nobody asked for", "HTTP/1.1 101 Switching\r\n\r\n", .unexpectedStatus(101)),
    Row("a control byte in the reason", "HTTP/1.1 200 O\u{1}K\r\n\r\n", .invalidStatusLine),
    Row(
      "endless interim responses",
      String(repeating: "HTTP/1.1 102 Processing\r\n\r\n", count: 9), .tooManyInterimResponses),
    Row(
      "an endless head", "HTTP/1.1 200 OK\r\nA: " + String(repeating: "b", count: 70_000),
      .headTooLarge(limit: 65536)),
    Row(
      "endless fields", "HTTP/1.1 200 OK\r\n" + String(repeating: "a: b\r\n", count: 20_000),
      .headTooLarge(limit: 65536)),
    Row("a chunk without a size", chunked("\r\nabc\r\n"), .invalidChunk),
    Row("a chunk size with a sign", chunked("-3\r\nabc\r\n"), .invalidChunk),
    Row("a chunk size with 0x", chunked("0x3\r\nabc\r\n"), .invalidChunk),
    Row("a chunk size with a blank", chunked("3 \r\nabc\r\n"), .invalidChunk),
    Row("a huge chunk size", chunked("1000000000000000\r\nabc"), .invalidChunk),
    Row("a chunk size line without CR", chunked("3\nabc\r\n"), .invalidChunk),
    Row("a chunk longer than its size", chunked("3\r\nabcd\r\n"), .invalidChunk),
    Row("a chunk ended by LF", chunked("3\r\nabc\n0\r\n\r\n"), .invalidChunk),
    Row("an endless extension", chunked("3;" + String(repeating: "x", count: 2000)), .invalidChunk),
    Row("a control byte in an extension", chunked("3;\u{1}\r\nabc\r\n"), .invalidChunk),
    Row("a malformed trailer", chunked("0\r\nA b\r\n\r\n"), .invalidField),
    Row("a folded trailer", chunked("0\r\nA: b\r\n c\r\n\r\n"), .foldedField),
    Row("a trailer with LF alone", chunked("0\r\nA: b\n\r\n"), .invalidField),
    Row(
      "an endless trailer", chunked("0\r\nA: " + String(repeating: "b", count: 9000)),
      .trailerTooLarge(limit: 8192)),
    Row("a body cut short", head("Content-Length: 9") + "abc", .incomplete),
    Row("chunks cut short", chunked("3\r\nabc\r\n"), .incomplete),
    Row("a trailer cut short", chunked("0\r\n"), .incomplete),
    Row("a head cut short", "HTTP/1.1 200 OK\r\nA: b\r\n", .incomplete),
  ]

  struct Accepted: Sendable, CustomTestStringConvertible {
    var name: String
    var text: String
    var method = "GET"
    var status = 200
    var body = ""
    var isReusable = true
    var endsWithConnection = false
    var bytes: [UInt8] { Array(text.utf8) }
    var testDescription: String { name }
  }

  static let accepted: [Accepted] = [
    Accepted(name: "a length", text: head("Content-Length: 3") + "abc", body: "abc"),
    Accepted(name: "no body", text: head("Content-Length: 0")),
    Accepted(
      name: "the same length twice", text: head("Content-Length: 3\r\ncontent-length:  3 ") + "abc",
      body: "abc"),
    Accepted(
      name: "chunks", text: chunked("3\r\nabc\r\n0A;x=\"y\"\r\n0123456789\r\n0\r\n\r\n"),
      body: "abc0123456789"),
    Accepted(
      name: "chunks with a trailer", text: chunked("1\r\nx\r\n000\r\nA: b\r\nC:\r\n\r\n"), body: "x"
    ),
    Accepted(
      name: "a reason of many words",
      text: "HTTP/1.1 404 Not \u{e9} Found\r\nContent-Length: 0\r\n\r\n", status: 404),
    Accepted(name: "no reason", text: "HTTP/1.1 204\r\n\r\n", status: 204),
    Accepted(
      name: "204 with a length", text: "HTTP/1.1 204 No\r\nContent-Length: 3\r\n\r\n", status: 204,
      isReusable: false),
    Accepted(
      name: "304 with a length", text: "HTTP/1.1 304 Not\r\nContent-Length: 3\r\n\r\n", status: 304),
    Accepted(name: "HEAD with a length", text: head("Content-Length: 3"), method: "HEAD"),
    Accepted(name: "HEAD with chunks", text: head("Transfer-Encoding: chunked"), method: "HEAD"),
    Accepted(
      name: "interim responses",
      text: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nA: b\r\n\r\n"
        + head("Content-Length: 1") + "x", body: "x"),
    Accepted(
      name: "close", text: head("Connection: Foo , CLOSE\r\nContent-Length: 1") + "x", body: "x",
      isReusable: false),
    Accepted(
      name: "version 1.0", text: "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", body: "x",
      isReusable: false),
    Accepted(
      name: "version 1.0 kept",
      text: "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx", body: "x"),
    Accepted(
      name: "until the end", text: head("A: b") + "all of it", body: "all of it", isReusable: false,
      endsWithConnection: true),
    Accepted(
      name: "until the end without fields", text: "HTTP/1.1 200 OK\r\n\r\n", isReusable: false,
      endsWithConnection: true),
  ]

  static func head(_ fields: String) -> String { "HTTP/1.1 200 OK\r\n\(fields)\r\n\r\n" }
  static func chunked(_ body: String) -> String { head("Transfer-Encoding: chunked") + body }
}
