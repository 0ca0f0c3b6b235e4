import HTTP
import Testing

@Suite("HTTP request codec")
struct HTTPRequestParserTests {
  struct Outcome: Equatable {
    var heads: [HTTPIncomingHead] = []
    var bodies: [[UInt8]] = []
    var ends = 0
    var isIdle = false
    var fault: HTTPRequestFault?

    var texts: [String] {
      zip(heads, bodies).map { head, body in
        let target = head.query.map { "\(head.path)?\($0)" } ?? head.path
        let words =
          [head.method, target, head.keepsAlive ? "kept" : "closed"]
          + (body.isEmpty ? [] : [String(decoding: body, as: UTF8.self)])
        return words.joined(separator: " ")
      }
    }
  }

  static func parse(_ pieces: [[UInt8]]) -> Outcome {
    var parser = HTTPRequestParser()
    var outcome = Outcome()
    do throws(HTTPRequestFault) {
      for piece in pieces {
        var offset = 0
        while let event = try parser.next(piece.span, &offset) {
          switch event {
          case .head(let head):
            outcome.heads.append(head)
            outcome.bodies.append([])
          case .body(let range): outcome.bodies[outcome.bodies.count - 1] += piece[range]
          case .end: outcome.ends += 1
          }
        }
      }
      outcome.isIdle = parser.isIdle
    } catch {
      outcome.fault = error
    }
    return outcome
  }

  @Test("accepts what is a request, however it is cut", arguments: RequestTable.accepted)
  func accepted(_ row: RequestTable.Accepted) {
    let whole = Self.parse([row.bytes])
    #expect(whole.fault == nil)
    #expect(whole.texts == row.requests)
    #expect(whole.ends == row.requests.count)
    #expect(whole.isIdle)
    for pieces in HTTPResponseParserTests.splits(row.bytes) {
      guard Self.parse(pieces) == whole else {
        Issue.record("\(row.name) in \(pieces.map(\.count))")
        return
      }
    }
  }

  @Test(
    "refuses what is not, however it is cut",
    arguments: RequestTable.lines + RequestTable.fields + RequestTable.bodies)
  func refused(_ row: RequestTable.Refused) {
    let whole = Self.parse([row.bytes])
    #expect(whole.fault == row.fault)
    #expect(400..<506 ~= row.fault.status)
    for pieces in HTTPResponseParserTests.splits(row.bytes) {
      let outcome = Self.parse(pieces)
      guard outcome == whole else {
        Issue.record("\(row.name) in \(pieces.map(\.count)): \(outcome)")
        return
      }
    }
  }

  @Test("every byte that is no field text is refused in a value, wherever it stands")
  func controlBytes() {
    for byte in UInt8.min...UInt8.max {
      for place in 0..<18 {
        var value = [UInt8](repeating: 97, count: 18)
        value[place] = byte
        let bytes =
          Array("GET / HTTP/1.1\r\nHost: h\r\nA: b".utf8) + value + Array("c\r\n\r\n".utf8)
        let isText = byte == 9 || (byte >= 32 && byte != 127)
        guard (Self.parse([bytes]).fault == nil) == isText else {
          Issue.record("byte \(byte) at \(place)")
          return
        }
      }
    }
  }

  @Test("a name has the bytes of a token and no others")
  func nameBytes() {
    for byte in UInt8.min...UInt8.max where byte != 58 {
      let bytes = Array("GET / HTTP/1.1\r\nHost: h\r\nA".utf8) + [byte] + Array("B: c\r\n\r\n".utf8)
      let isToken =
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        || "!#$%&'*+-.^_`|~".utf8.contains(byte)
      #expect((Self.parse([bytes]).fault == nil) == isToken, "byte \(byte)")
    }
  }

  @Test("what waits for a word says so, but not under HTTP/1.0")
  func expectation() {
    let fields = "Host: h\r\nContent-Length: 3\r\nExpect: 100-Continue\r\n\r\nabc"
    #expect(Self.parse([Array("POST / HTTP/1.1\r\n\(fields)".utf8)]).heads[0].expectsContinue)
    #expect(!Self.parse([Array("POST / HTTP/1.0\r\n\(fields)".utf8)]).heads[0].expectsContinue)
  }

  @Test("fields are found without regard to case, blanks around values dropped")
  func fields() {
    let text = "GET / HTTP/1.1\r\nHost: h\r\nX-One:1\r\nx-two: \t 2\t3 \t\r\nX-ONE: 4\r\nE:\r\n\r\n"
    let head = Self.parse([Array(text.utf8)]).heads[0]
    #expect(head["x-one"] == "1")
    #expect(head["X-Two"] == "2\t3")
    #expect(head["e"] == "")
    #expect(head["x-three"] == nil)
    #expect(head.headers.values("x-one") == ["1", "4"])
    #expect(head.headers.fields.count == 5)
  }
}
