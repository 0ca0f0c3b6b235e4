import Testing
@testable import HTTP

@Suite("HTTP response heads")
struct HTTPResponseWriterTests {
  static func head(
    _ headers: HTTPHeaders, _ framing: HTTPResponseWriter.Framing = .length(5),
    _ persistence: HTTPResponseWriter.Persistence = .implied
  ) -> String {
    let date = Array("Date: d\r\n".utf8)
    return String(
      decoding: HTTPResponseWriter.head(
        status: 200, headers: headers, framing: framing, persistence: persistence, date: date,
        reserve: 0), as: UTF8.self)
  }

  @Test("writes status, date, fields and framing")
  func whole() {
    #expect(
      Self.head(["A": "b", "C": ""]) == """
        HTTP/1.1 200 OK\r\nDate: d\r\nA: b\r\nC: \r\nContent-Length: 5\r\n\r\n
        """)
    #expect(
      Self.head([:], .chunked, .close) == """
        HTTP/1.1 200 OK\r\nDate: d\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n
        """)
    #expect(
      Self.head([:], .none, .keepAlive)
        == "HTTP/1.1 200 OK\r\nDate: d\r\nConnection: keep-alive\r\n\r\n")
  }

  @Test("drops fields that are its own, and those that would break the head")
  func dropped() {
    let headers: HTTPHeaders = [
      "content-length": "7", "TRANSFER-ENCODING": "gzip", "Date": "now", "connection": "close",
      "A": "b\r\nC: d", "E\r\nF": "g", "": "h", "I J": "k", "L": "m\0", "N": "o",
    ]
    #expect(
      Self.head(headers) == "HTTP/1.1 200 OK\r\nDate: d\r\nN: o\r\nContent-Length: 5\r\n\r\n")
  }

  @Test(
    "dates are right in leap years and at the ends of centuries",
    arguments: [
      (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
      (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
      (951_868_799, "Tue, 29 Feb 2000 23:59:59 GMT"),
      (951_868_800, "Wed, 01 Mar 2000 00:00:00 GMT"),
      (1_709_164_800, "Thu, 29 Feb 2024 00:00:00 GMT"),
      (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
      (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
      (1_798_761_599, "Thu, 31 Dec 2026 23:59:59 GMT"),
    ])
  func dates(_ seconds: Int, _ text: String) {
    var bytes: [UInt8] = []
    HTTPDate.append(seconds, to: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == text)
  }
}
