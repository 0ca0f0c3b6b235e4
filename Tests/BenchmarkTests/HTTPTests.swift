import BenchmarkSupport
import Testing

@testable import bench_load

@Suite struct HTTPTests {
  static let head =
    "HTTP/1.1 200 OK\r\ncontent-TYPE: text/event-stream; charset=utf-8\r\nMcp-Session-Id:  s-1\r\n"
    + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"

  @Test func `a head is read whatever the case of its names`() {
    withBytes(Self.head) { bytes in
      guard let head = HTTPHead(bytes) else {
        Issue.record("no head")
        return
      }
      #expect(head.firstLine.text == "HTTP/1.1 200 OK")
      #expect(head.length == bytes.count)
      #expect(head.isEventStream && head.isChunked && head.closes)
      #expect(head.sessionID?.text == "s-1")
      #expect(head.contentLength == nil)
    }
  }

  @Test func `a head without its end is not read`() {
    for length in 0..<Self.head.utf8.count {
      #expect(withBytes(String(Self.head.utf8.prefix(length)) ?? "") { HTTPHead($0) == nil })
    }
  }

  @Test(arguments: [1, 2, 3, 7, 1000])
  func `a chunked body is the same however it arrives`(step: Int) {
    let coded = Array("4;x=y\r\nWiki\r\n5\r\npedia\r\n0\r\nTrailer: t\r\n\r\nrest".utf8)
    var input = ByteBuffer(capacity: 8)
    var body = ByteBuffer(capacity: 8)
    var decoder = ChunkedBody()
    for start in stride(from: 0, to: coded.count, by: step) {
      coded[start..<min(start + step, coded.count)].withUnsafeBytes { input.append($0) }
      #expect(decoder.decode(&input, into: &body))
    }
    #expect(decoder.isComplete)
    #expect(body.readable.text == "Wikipedia")
    #expect(input.readable.text == "rest")
  }

  @Test(arguments: ["x\r\n", "4\r\nWikix\r\n", "4\n", "12345678\r\n", "-1\r\n"])
  func `a broken chunked body is refused`(coded: String) {
    var input = ByteBuffer(capacity: 8)
    var body = ByteBuffer(capacity: 8)
    var decoder = ChunkedBody()
    input.append(text: coded)
    #expect(!decoder.decode(&input, into: &body))
  }
}
