import HTTP
import Testing

@Suite("HTTP response codec")
struct HTTPResponseParserTests {
  struct Outcome: Equatable {
    var head: HTTPResponseHead?
    var body: [UInt8] = []
    var isComplete = false
    var isReusable = false
    var error: HTTPResponseError?
  }

  /// Feeds pieces one after the other, then the end of the connection.
  static func parse(_ pieces: [[UInt8]], method: String = "GET") -> Outcome {
    var parser = HTTPResponseParser(method: method)
    var outcome = Outcome()
    do throws(HTTPResponseError) {
      for piece in pieces {
        var offset = 0
        while let event = try parser.next(piece.span, &offset) {
          switch event {
          case .head(let head): outcome.head = head
          case .body(let range): outcome.body += piece[range]
          case .end:
            outcome.isComplete = true
            outcome.isReusable = parser.isReusable
          }
        }
      }
      if try parser.finish() != nil {
        outcome.isComplete = true
        outcome.isReusable = parser.isReusable
      }
    } catch {
      outcome.error = error
    }
    return outcome
  }

  /// All ways to cut the bytes into two, and all single bytes.
  static func splits(_ bytes: [UInt8]) -> [[[UInt8]]] {
    var all = [bytes.map { [$0] }]
    // Long inputs are cut where it matters: near their ends.
    let cuts =
      bytes.count <= 600
      ? Array(0...bytes.count) : Array(0...300) + Array((bytes.count - 300)...bytes.count)
    for cut in cuts { all.append([Array(bytes[..<cut]), Array(bytes[cut...])]) }
    return all
  }

  @Test("accepts what is one response, however it is cut", arguments: ResponseTable.accepted)
  func accepted(_ row: ResponseTable.Accepted) {
    let whole = Self.parse([row.bytes], method: row.method)
    #expect(whole.error == nil)
    #expect(whole.head?.status == row.status)
    #expect(whole.body == Array(row.body.utf8))
    #expect(whole.isComplete)
    #expect(whole.isReusable == row.isReusable)
    for pieces in Self.splits(row.bytes) {
      #expect(Self.parse(pieces, method: row.method) == whole)
    }
  }

  @Test("refuses what is not, however it is cut", arguments: ResponseTable.malformed)
  func malformed(_ row: ResponseTable.Row) {
    for pieces in [[row.bytes]] + Self.splits(row.bytes) {
      let outcome = Self.parse(pieces)
      guard outcome.error == row.error, !outcome.isComplete else {
        Issue.record("\(row.name) in \(pieces.map(\.count)): \(outcome)")
        return
      }
    }
  }

  @Test("bytes after the response are an error of their own")
  func bytesAfter() {
    let outcome = Self.parse([Array((ResponseTable.head("Content-Length: 1") + "xy").utf8)])
    #expect(outcome.error == .bytesAfterResponse)
    #expect(outcome.isComplete)
  }

  @Test("fields are found without regard to case, blanks around values dropped")
  func fields() {
    let text =
      "HTTP/1.1 200 OK\r\nX-One:1\r\nx-two: \t 2 3 \t\r\nX-ONE: 4\r\nEmpty:\r\nContent-Length: 0\r\n\r\n"
    let head = Self.parse([Array(text.utf8)]).head
    #expect(head?["x-one"] == "1")
    #expect(head?["X-Two"] == "2 3")
    #expect(head?["EMPTY"] == "")
    #expect(head?["x-three"] == nil)
    #expect(head?.headers.values("x-one") == ["1", "4"])
    #expect(head?.headers.fields.count == 5)
  }
}
