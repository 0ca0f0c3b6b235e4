import MCP
import Testing

@Suite("The log of an upstream")
struct UpstreamLogTests {
  @Test func `lines keep their order, source and time`() {
    let log = UpstreamLog()
    log.append("one", from: .stderr, time: 1)
    log.append("two", from: .gateway, time: 2)
    let (lines, next) = log.lines()
    #expect(lines.map(\.text) == ["one", "two"])
    #expect(lines.map(\.sequence) == [0, 1])
    #expect(lines.map(\.source) == [.stderr, .gateway])
    #expect(lines.map(\.time) == [1, 2])
    #expect(next == 2)
    #expect(log.lines(from: 1).lines.map(\.text) == ["two"])
    #expect(log.lines(from: next).lines.isEmpty)
  }

  @Test(arguments: [0, 1, 100, 8192])
  func `the oldest lines make room, and the newest is always there`(length: Int) {
    let log = UpstreamLog()
    let text = String(repeating: "x", count: length)
    for number in 0..<10_000 { log.append(text, from: .stderr, time: Int64(number)) }
    let (lines, next) = log.lines()
    #expect(next == 10_000)
    #expect(lines.last?.sequence == 9_999)
    #expect(lines.first.map { $0.sequence + lines.count } == 10_000)
    #expect(lines.reduce(0) { $0 + $1.text.utf8.count } <= UpstreamLog.bytesMax)
    #expect(lines.allSatisfy { $0.text == text })
  }
}
