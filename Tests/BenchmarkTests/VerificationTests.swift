import BenchmarkSupport
import Testing

@testable import bench_load
@testable import bench_upstream

/// The load generator must find what is wrong with an answer, so it gets the upstream's own answers
/// and spoilt ones.
@Suite struct VerificationTests {
  static func request(_ method: String, _ params: String, id: String) -> String {
    #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":\#(params)}"#
  }

  static func answer(
    to request: String, by responder: Responder = Responder()
  ) -> (status: Reply.Status, body: String) {
    withBytes(request) { bytes in
      let reply = responder.reply(to: bytes)
      var body = ByteBuffer(capacity: 64)
      reply.appendStart(to: &body)
      body.append(reply.payload)
      body.append(reply.end)
      #expect(body.count == reply.bodyLength || !reply.hasBody)
      return (reply.status, reply.hasBody ? body.readable.text : "")
    }
  }

  static func complaint(
    about body: String, status: Int = 200, isEventStream: Bool = false, progress: Int = 0
  ) -> String? {
    let head = ResponseReader.Head(
      status: status, framing: .length(body.utf8.count), isEventStream: isEventStream,
      closes: false, sessionID: nil)
    return withBytes(body) { bytes in
      withBytes("1000000007") {
        Verification.complaint(
          about: bytes, head: head, id: $0, payloadBytes: 100,
          progress: progress)
      }
    }
  }

  static let good = answer(
    to: request("tools/call", #"{"name":"payload","arguments":{"bytes":100}}"#, id: "1000000007")
  ).body

  @Test func `the upstream's own answer is right, also as an event`() {
    #expect(Self.complaint(about: Self.good) == nil)
    let events = ": hello\n\nevent: message\ndata: {\"method\":\"x\"}\n\ndata:\(Self.good)\r\n\r\n"
    #expect(Self.complaint(about: events, isEventStream: true) == nil)
  }

  @Test func `progress is counted, and that of another call is none`() {
    let told = #"data: {"method":"notifications/progress","params":{"progressToken":"bench-load"}}"#
    let other = told.replacing("bench-load", with: "another")
    let answer = "data: \(Self.good)\n\n"
    func complaint(_ events: String...) -> String? {
      let stream = events.map { $0 + "\n\n" }.joined() + answer
      return Self.complaint(about: stream, isEventStream: true, progress: 2)
    }
    #expect(complaint(told, told) == nil)
    #expect(complaint(told) != nil)
    #expect(complaint(told, other) != nil)
    #expect(complaint(told, told, told) != nil)
    #expect(Self.complaint(about: Self.good, progress: 2) != nil)
  }

  @Test func `the upstream tells progress to who asks for it`() {
    for (meta, expected) in [(#","_meta":{"progressToken":"t"}"#, #""t""#), ("", nil)] {
      let text = Self.request("tools/call", #"{"name":"progress"\#(meta)}"#, id: "1")
      let token = withBytes(text) { Responder().reply(to: $0).progressToken?.text }
      #expect(token == expected)
    }
    var told = ByteBuffer(capacity: 64)
    withBytes(#""t""#) { Reply.appendProgress(1, $0, to: &told) }
    #expect(
      told.readable.text
        == #"{"jsonrpc":"2.0","method":"notifications/progress","params":"#
        + #"{"progressToken":"t","progress":1,"total":2}}"#)
  }

  @Test func `an upstream of one era refuses the other`() {
    let meta = #"{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}"#
    let discover = Self.request("server/discover", meta, id: "1")
    let initialize = Self.request("initialize", #"{"protocolVersion":"2025-11-25"}"#, id: "1")
    #expect(Self.answer(to: discover, by: Responder(.session)).body.contains("-32601"))
    #expect(Self.answer(to: initialize, by: Responder(.session)).body.contains("2025-11-25"))
    #expect(Self.answer(to: initialize, by: Responder(.stateless)).status == .badRequest)
    #expect(Self.answer(to: discover, by: Responder(.stateless)).body.contains("2026-07-28"))
  }

  @Test func `each wrong answer is found`() throws {
    #expect(Self.complaint(about: Self.good, status: 403) != nil)
    #expect(Self.complaint(about: "") != nil)
    #expect(Self.complaint(about: Self.good, isEventStream: true) != nil)
    for (from, to) in [
      ("1000000007", "1000000008"), ("1000000007", #""1000000007""#), ("All work", "all work"),
      (#""isError":false"#, #""isError":true"#), ("result", "error"), ("through. ", ""),
    ] {
      let range = try #require(Self.good.firstRange(of: from))
      let spoilt = Self.good.replacingCharacters(of: range, with: to)
      #expect(Self.complaint(about: spoilt) != nil, "\(from) → \(to)")
    }
  }

  @Test(arguments: ["7", "\"7\"", #""a\"b""#, "9007199254740993", "1.50", "null"])
  func `an id comes back byte for byte`(id: String) {
    let answer = Self.answer(to: Self.request("tools/list", "{}", id: id))
    #expect(answer.body.hasPrefix(#"{"jsonrpc":"2.0","id":\#(id),"result":{"tools":["#))
  }

  @Test func `each era gets its own answers`() {
    let meta = #"{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}"#
    let discovered = Self.answer(to: Self.request("server/discover", meta, id: "1"))
    #expect(discovered.body.contains(#""resultType":"complete","supportedVersions""#))
    #expect(Self.answer(to: Self.request("initialize", meta, id: "1")).status == .notFound)
    let handshake = Self.answer(
      to: Self.request("initialize", #"{"protocolVersion":"2025-06-18"}"#, id: "1"))
    #expect(handshake.body.contains(#""protocolVersion":"2025-06-18""#))
    #expect(Self.answer(to: #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#).body == "")
    #expect(!Self.good.contains("resultType"))
  }
}

extension String {
  fileprivate func replacingCharacters(of range: Range<Index>, with text: String) -> String {
    String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
  }
}
