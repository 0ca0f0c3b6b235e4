import JSON
import Testing

@testable import sallyport

@Suite("Upstreams as people read them")
struct UpstreamTextTests {
  private static let github = #"""
    {"name":"github","transport":"http","origin":"file","state":"ready",
     "protocolVersion":"2025-11-25","server":"mcp\u001b[2J","serverVersion":"1.2","waiting":3,
     "tools":42,"prompts":2,"resources":0,"restarts":1,"lastError":"the connection was lost",
     "health":{"circuit":"open","nextTryMs":3100,"calls":200,"toolErrors":2,"failures":5,
       "refusedByCircuit":7,"refusedByRate":1,"p50Ms":4.2,"p95Ms":1234.5,
       "lastFailure":"no answer within 60 seconds"},
     "problems":[{"list":"tools","name":"a b","reason":"its name has other characters"}]}
    """#
  private static let time = #"""
    {"name":"time","transport":"stdio","origin":"store","state":"ready",
     "protocolVersion":"2026-07-28","waiting":0,"tools":2,"prompts":0,"resources":0,"restarts":0,
     "health":{"circuit":"closed","calls":0,"toolErrors":0,"failures":0,"refusedByCircuit":0,
       "refusedByRate":0},"problems":[]}
    """#

  private func node(_ text: String) throws -> JSONNode {
    try JSONDocument(parsing: Array(text.utf8)).root
  }

  private func table(_ width: Int?) throws -> [String] {
    let terminal = Terminal(isTerminal: width != nil, width: width, usesColor: false)
    return UpstreamTable.of(try node("[\(Self.github),\(Self.time)]")).render(on: terminal)
      .split(separator: "\n").map(String.init)
  }

  @Test func `the table has latency and errors of servers that were called`() throws {
    let rows = try table(nil)
    #expect(
      rows[0].split(separator: " ").map(String.init) == [
        "NAME", "STATE", "ORIGIN", "TRANSPORT", "PROTOCOL", "TOOLS", "PROMPTS", "RESOURCES",
        "WAITING", "RESTARTS", "P95", "ERRORS", "NOTE",
      ])
    #expect(rows[1].contains("  1.2 s     4 %  no calls pass, tried again in 4 s: 5 of 200 calls"))
    #expect(rows[2].hasSuffix("        0") && !rows[2].contains("%"))
  }

  @Test(arguments: [100, 80])
  func `on a terminal the table fits, and what is measured stays`(width: Int) throws {
    let rows = try table(width)
    #expect(rows.allSatisfy { $0.count <= width }, "\(rows)")
    #expect(rows[0].contains("P95  ERRORS  NOTE") && !rows[0].contains("PROTOCOL"))
    #expect(rows[0].contains("TOOLS") && rows[0].contains("WAITING"))
    #expect(rows[1].contains("1.2 s     4 %  no calls pass"))
  }

  @Test func `columns yield one after the other, and only where there is no room`() {
    var table = TextTable([
      .init(title: "NAME"), .init(title: "FIRST", yields: 1), .init(title: "SECOND", yields: 2),
      .init(title: "ABOUT"),
    ])
    table.add([.init("x"), .init("1"), .init("2"), .init("abc")])
    func head(_ width: Int) -> String {
      let terminal = Terminal(isTerminal: true, width: width, usesColor: false)
      return String(table.render(on: terminal).prefix { $0 != "\n" })
    }
    #expect(head(26) == "NAME  FIRST  SECOND  ABOUT")
    #expect(head(25) == "NAME  SECOND  ABOUT")
    #expect(head(18) == "NAME  ABOUT")
  }

  @Test(
    arguments: [
      (0.0, "<0.1 ms"), (0.05, "0.1 ms"), (4.24, "4.2 ms"), (9.94, "9.9 ms"), (9.96, "10 ms"),
      (999.4, "999 ms"), (999.6, "1.0 s"), (9_949, "9.9 s"), (9_960, "10 s"), (61_000, "61 s"),
      (1e300, "86400 s"), (-1, "<0.1 ms"),
    ])
  func `a time is told in two or three digits`(milliseconds: Double, text: String) {
    #expect(CallFigures.time(milliseconds) == text)
  }

  @Test(
    arguments: [
      (10, 0, 0, "0 %"), (1_000, 1, 0, "<1 %"), (200, 2, 5, "4 %"), (1_000, 999, 0, "99 %"),
      (3, 1, 2, "100 %"),
    ])
  func `all and none are said of those alone`(
    calls: Int, toolErrors: Int, failures: Int, rate: String
  ) throws {
    let figures = CallFigures(
      of: try node(
        """
        {"health":{"calls":\(calls),"toolErrors":\(toolErrors),"failures":\(failures),"p50Ms":1,
         "p95Ms":2}}
        """))
    #expect(figures?.errorRate == rate)
  }

  @Test func `how a server is doing is told with what to do about it`() throws {
    let text = UpstreamStateText(terminal: .plain)
    #expect(
      text.text(of: try node(Self.github)) == """
        state         ready, http, file, 2025-11-25, mcp\\u{1b}[2J 1.2
        last error    the connection was lost
        restarts      1
        calls         200 in the last 5 minutes, half within 4.2 ms, 95 % within 1.2 s
        errors        4 %: 2 of tools or the server, 5 without answer
        last failure  no answer within 60 seconds
        circuit       open: no calls pass, tried again in 4 s, 7 turned away since the start
        rate          1 turned away since the start
        not offered   a b: its name has other characters

        """)
    #expect(
      text.text(of: try node(Self.time)) == """
        state         ready, stdio, store, 2026-07-28
        calls         none in the last 5 minutes
        circuit       closed

        """)
    #expect(
      text.text(
        of: try node(
          #"{"state":"waiting","lastError":"it ended","advice":"start it by hand","restarts":0}"#))
          == """
          state         waiting
          last error    it ended
          advice        start it by hand

          """)
  }

  @Test func `what a server lists is told by what one calls it, a line each`() throws {
    let listed = try node(
      #"""
      [{"list":"tools","name":"add","effect":"read","definition":{"description":"\n Adds.\nMore."}},
       {"list":"prompts","name":"greet","definition":{"title":"Greets"}},
       {"list":"resources","name":"x:\u202ey","definition":{}},
       {"list":"templates","name":"x:{y}","definition":{"description":""}}]
      """#)
    #expect(
      ListedText(terminal: .plain).text(of: listed) == """
        ITEM                  EFFECT  DESCRIPTION
        add                   read    Adds.
        prompt:greet                  Greets
        resource:x:\\u{202e}y
        template:x:{y}

        """)
  }
}
