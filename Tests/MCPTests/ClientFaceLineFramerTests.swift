import MCP
import TestSupport
import Testing

@Suite("Lines out of a byte stream")
struct ClientFaceLineFramerTests {
  private func events(_ pieces: [[UInt8]], bound: Int = 64) -> [LineFramer.Event] {
    var framer = LineFramer(maxLineBytes: bound)
    var events: [LineFramer.Event] = []
    for piece in pieces { framer.push(piece) { events.append($0) } }
    framer.finish { events.append($0) }
    return events
  }

  private func line(_ text: String) -> LineFramer.Event { .line(Array(text.utf8)) }

  @Test("lines end with a newline, with or without a carriage return; blank ones are dropped")
  func lineEnds() {
    #expect(
      events([Array("a\nbb\r\n\n\r\nc".utf8)]) == [line("a"), line("bb"), line("c")])
  }

  @Test("a line of exactly the bound passes, one byte more does not, and the next line is whole")
  func bound() {
    let exact = String(repeating: "x", count: 64)
    #expect(events([Array("\(exact)\nz\n".utf8)]) == [line(exact), line("z")])
    #expect(events([Array("\(exact)\r\nz\n".utf8)]) == [line(exact), line("z")])
    #expect(events([Array("\(exact)y\nz\n".utf8)]) == [.overlong, line("z")])
  }

  @Test("splitting the stream at every byte changes nothing")
  func everySplit() {
    let exact = String(repeating: "x", count: 64)
    let text = Array("one\r\n\r\n\(exact)\r\n\(exact)!\r\n{\"a\":1}\n\(exact)!!!\nlast\r".utf8)
    let whole = events([text])
    #expect(
      whole == [
        line("one"), line(exact), .overlong, line("{\"a\":1}"), .overlong, line("last"),
      ])
    for cut in 0...text.count {
      #expect(events([Array(text[..<cut]), Array(text[cut...])]) == whole, "cut at \(cut)")
    }
  }

  @Test("random streams in random pieces give the same lines as whole", arguments: 0..<200)
  func randomPieces(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let alphabet: [UInt8] = [0x0A, 0x0D, 0x61, 0x62, 0x0A, 0x63]
    let text = (0..<Int.random(in: 0..<400, using: &random)).map { _ in
      alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
    }
    var pieces: [[UInt8]] = []
    var start = 0
    while start < text.count {
      let end = min(text.count, start + Int.random(in: 1...9, using: &random))
      pieces.append(Array(text[start..<end]))
      start = end
    }
    #expect(events(pieces, bound: 5) == events([text], bound: 5))
  }

  @Test("fifty megabytes without a newline are refused once, in bounded memory")
  func endless() {
    var framer = LineFramer(maxLineBytes: 1 << 20)
    let piece = [UInt8](repeating: 0x61, count: 1 << 16)
    var refused = 0
    for _ in 0..<800 {
      framer.push(piece) { if $0 == .overlong { refused += 1 } }
      #expect(framer.pendingBytes <= (1 << 20) + 1)
    }
    #expect(refused == 1)
    var lines: [LineFramer.Event] = []
    framer.push(Array("\nok\n".utf8)) { lines.append($0) }
    #expect(lines == [line("ok")])
  }
}
