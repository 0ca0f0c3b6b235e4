import HTTP
import Testing

@Suite("Server-sent events")
struct SSETests {
  struct Row: Sendable, CustomTestStringConvertible {
    var name: String
    var text: String
    var events: [SSEEvent]
    var lastEventID = ""
    var testDescription: String { name }
    var bytes: [UInt8] { Array(text.utf8) }
  }

  static func event(
    _ data: String, _ event: String? = nil, id: String? = nil, retry: Int? = nil
  ) -> SSEEvent {
    SSEEvent(event: event, data: Array(data.utf8), id: id, retry: retry)
  }

  static let rows: [Row] = [
    Row(name: "one event", text: "data: a\n\n", events: [event("a")]),
    Row(name: "CR LF", text: "data: a\r\n\r\ndata: b\r\n\r\n", events: [event("a"), event("b")]),
    Row(name: "CR", text: "data: a\r\rdata: b\r\r", events: [event("a"), event("b")]),
    Row(name: "mixed ends", text: "data: a\r\ndata: b\rdata: c\n\r\n", events: [event("a\nb\nc")]),
    Row(name: "a mark at the start", text: "\u{feff}data: a\n\n", events: [event("a")]),
    Row(name: "a second mark", text: "\u{feff}\u{feff}data: a\n\n", events: []),
    Row(name: "half a mark", text: "\u{fee0}data: a\n\ndata: b\n\n", events: [event("b")]),
    Row(name: "several lines", text: "data: a\ndata\ndata:b\n\n", events: [event("a\n\nb")]),
    Row(name: "only one blank is dropped", text: "data:  a \n\n", events: [event(" a ")]),
    Row(name: "comments", text: ": x\ndata: a\n:\n: data: b\n\n", events: [event("a")]),
    Row(name: "a comment alone", text: ":\n\n", events: []),
    Row(name: "unknown fields", text: "foo: x\ndat: y\nDATA: z\ndata: a\n\n", events: [event("a")]),
    Row(
      name: "a type", text: "event: t\ndata: a\n\ndata: b\n\n",
      events: [event("a", "t"), event("b")]),
    Row(
      name: "the last type wins", text: "event: s\nevent: t\ndata: a\n\n", events: [event("a", "t")]
    ),
    Row(name: "a type without data", text: "event: t\n\ndata: a\n\n", events: [event("a")]),
    Row(
      name: "empty data", text: "id: 1\ndata:\n\n", events: [event("", id: "1")], lastEventID: "1"),
    Row(
      name: "an id", text: "id: 7\ndata: a\n\ndata: b\n\n",
      events: [event("a", id: "7"), event("b")], lastEventID: "7"),
    Row(name: "an id without data", text: "id: 7\n\n", events: [], lastEventID: "7"),
    Row(name: "an id with a zero byte", text: "id: 7\0\ndata: a\n\n", events: [event("a")]),
    Row(name: "an id of an event cut short", text: "id: 7\ndata: a\n", events: []),
    Row(name: "an id is reset", text: "id: 7\n\nid\ndata: a\n\n", events: [event("a", id: "")]),
    Row(name: "a retry", text: "retry: 250\ndata: a\n\n", events: [event("a", retry: 250)]),
    Row(
      name: "a retry with other characters", text: "retry: 2s\nretry: -1\nretry:\ndata: a\n\n",
      events: [event("a")]),
    Row(name: "UTF-8", text: "data: ä€😀\nevent: ü\n\n", events: [event("ä€😀", "ü")]),
    Row(name: "no end", text: "data: a\n\ndata: b", events: [event("a")]),
    Row(name: "empty lines", text: "\n\n\r\n\rdata: a\n\n\n\n", events: [event("a")]),
    Row(name: "a colon in the data", text: "data: a: b\n\n", events: [event("a: b")]),
  ]

  static func parse(_ pieces: [[UInt8]], max: Int = 1000) throws -> (events: [SSEEvent], id: String)
  {
    var parser = SSEParser(maxEventBytes: max)
    var events: [SSEEvent] = []
    for piece in pieces { try parser.push(piece) { events.append($0) } }
    parser.finish()
    return (events, parser.lastEventID)
  }

  @Test("reads streams of every shape, however they are cut", arguments: rows)
  func reads(_ row: Row) throws {
    for pieces in [[row.bytes]] + HTTPResponseParserTests.splits(row.bytes) {
      let (events, id) = try Self.parse(pieces)
      #expect(events == row.events, "\(pieces.map(\.count))")
      #expect(id == row.lastEventID)
    }
  }

  @Test("an event above the bound is refused, in one line or many, but comments are free")
  func bound() throws {
    let long = String(repeating: "x", count: 200)
    #expect(throws: SSEError.eventTooLarge(limit: 100)) {
      try Self.parse([Array("data: \(long)".utf8)], max: 100)
    }
    let lines = String(repeating: "data: x\n", count: 50)
    #expect(throws: SSEError.eventTooLarge(limit: 100)) {
      try Self.parse([Array(lines.utf8)], max: 100)
    }
    let separate = String(repeating: "data: x\n\n: \(long)\n", count: 50)
    #expect(try Self.parse([Array(separate.utf8)], max: 100).events.count == 50)
  }

  @Test(
    "what is written is read again",
    arguments: [
      event(""), event("a"), event("a\nb\n\nc\n"), event(" a"), event("a", "t", id: "1", retry: 5),
      event("{\"a\":\"b\"}", "message"), event("ä\n€"), event("a", id: ""),
    ])
  func roundTrip(_ event: SSEEvent) throws {
    let bytes = SSEWriter.comment("hello\nworld") + SSEWriter.encode(event)
    for pieces in [[bytes]] + HTTPResponseParserTests.splits(bytes) {
      #expect(try Self.parse(pieces).events == [event])
    }
  }

  @Test("a line end in data, id or type cannot forge a field")
  func injection() throws {
    let forged = Self.event("a\r\ndata: b\rid: 9\n\nevent: x", "t\nid: 8", id: "1\r\nretry: 1")
    let (events, id) = try Self.parse([SSEWriter.encode(forged)])
    #expect(
      events == [Self.event("a\ndata: b\nid: 9\n\nevent: x", "tid: 8", id: "1retry: 1")])
    #expect(id == "1retry: 1")
  }
}
