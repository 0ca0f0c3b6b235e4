import JSON
import Testing

@testable import sallyport

@Suite("Items as a person reads them before deciding")
struct ReviewTextTests {
  private func text(_ item: String, terminal: Terminal = .plain) throws -> String {
    let node = try JSONDocument(parsing: Array(item.utf8)).root
    return ReviewText(terminal: terminal).text(of: try #require(ReviewedServer.Item(node)))
  }

  private func tool(_ state: String, effect: String, more: String = "") -> String {
    """
    {"item":"add","kind":"tool","name":"add","state":"\(state)","digest":"d",
     "effect":\(effect),"signals":[]\(more)}
    """
  }

  private func change(_ members: String) throws -> String {
    ChangeText(terminal: .plain).text(of: try JSONDocument(parsing: Array(members.utf8)).root)
  }

  @Test func `a new tool is shown whole, with its draft and what is suspicious`() throws {
    let shown = try text(
      """
      {"item":"add","kind":"tool","name":"add","state":"pending","digest":"d",
       "effect":{"proposed":"destructive","draft":"read","draftRises":false,"reason":"it says so"},
       "signals":[{"rule":"secrecy","severity":"block","place":"/description",
        "excerpt":"do not tell","reason":"It hides."},
        {"rule":"address","severity":"review","place":"","excerpt":"","reason":"It sends."}],
       "definition":{"name":"add","description":"Adds.\\nA lot.\\u001b[2J",
        "inputSchema":{"type":"object"}}}
      """)
    #expect(
      shown == """
        add  pending  effect destructive; looks like read: it says so
          STOP secrecy /description: It hides.
               do not tell
          look address : It sends.
          Adds.
          A lot.\\u{1b}[2J
          inputSchema {"type":"object"}

        """)
  }

  @Test(
    arguments: [
      (
        "changed",
        #"{"approved":"read","proposed":"write","draft":"write","draftRises":true,"reason":"why"}"#,
        "effect write, was read: the new definition is drafted write (why)"
      ),
      (
        "changed", #"{"proposed":"admin","draft":"admin","draftRises":true,"reason":"why"}"#,
        "effect admin, was destructive: the new definition is drafted admin (why)"
      ),
      (
        "changed",
        #"""
        {"approved":"destructive","proposed":"destructive","draft":"write","draftRises":true,
        "reason":"why"}
        """#,
        "effect destructive as before: the new definition is drafted write (why)"
      ),
      (
        "changed",
        #"{"approved":"read","proposed":"read","draft":"read","draftRises":false,"reason":"why"}"#,
        "effect read as before"
      ),
      (
        "changed",
        #"""
        {"approved":"read","proposed":"read","draft":"destructive","draftRises":false,
        "reason":"why"}
        """#,
        "effect read as before; looks like destructive: why"
      ),
      (
        "changed",
        #"""
        {"configured":"read","approved":"read","proposed":"read","draft":"write",
        "draftRises":true,"reason":"why"}
        """#,
        "effect read (configured): the new definition is drafted write (why)"
      ),
      (
        "pending",
        #"""
        {"revoked":"read","proposed":"destructive","draft":"write","draftRises":true,
        "reason":"why"}
        """#,
        "effect destructive, was read: the new definition is drafted write (why)"
      ),
      (
        "pending",
        #"""
        {"revoked":"admin","proposed":"admin","draft":"read","draftRises":false,"reason":"why"}
        """#,
        "effect admin as before; looks like read: why"
      ),
      (
        "pending",
        #"{"configured":"read","proposed":"read","draft":"write","draftRises":false}"#,
        "effect read (configured)"
      ),
      (
        "approved",
        #"{"approved":"read","proposed":"read","draft":"write","draftRises":false}"#,
        "effect read"
      ),
    ])
  func `what a tool counts as is told with what it seems to do`(
    state: String, effect: String, line: String
  ) throws {
    #expect(try text(tool(state, effect: effect)) == "add  \(state)  \(line)\n")
  }

  @Test func `of a text that changed the words are shown with what stands around them`() throws {
    let shown = try change(
      """
      {"kind":"text","widens":true,"place":"/description","before":"b","after":"a",
       "meaning":"The model reads another description.",
       "words":[{"kind":"same","text":"It is written that in the beginning there was a "},
        {"kind":"removed","text":"file"},{"kind":"added","text":"secret⟨U+200B⟩"},
        {"kind":"same","text":" of "},{"kind":"added","text":"the "},
        {"kind":"same","text":"user, and after that nothing came for a long, long time; then "},
        {"kind":"removed","text":"all "},{"kind":"same","text":"ended."}]}
      """)
    #expect(
      shown == """
          text /description: The model reads another description.
            - … that in the beginning there was a file of user, and after that nothing came for \
        a …
            + … that in the beginning there was a secret⟨U+200B⟩ of the user, and after that \
        nothing came for a …
            - … came for a long, long time; then all ended.
            + … came for a long, long time; then ended.

        """)
  }

  @Test func `words that differ are in colour where there is any`() throws {
    let node = try JSONDocument(
      parsing: Array(
        #"""
        {"kind":"text","place":"","meaning":"m","words":[{"kind":"same","text":"a "},
        {"kind":"removed","text":"b"},{"kind":"added","text":"c"}]}
        """#.utf8)
    ).root
    let terminal = Terminal(isTerminal: true, width: 80, usesColor: true)
    let shown = ChangeText(terminal: terminal).text(of: node)
    #expect(shown.contains("a \u{1b}[31mb\u{1b}[0m\n"))
    #expect(shown.contains("a \u{1b}[32mc\u{1b}[0m\n"))
  }

  @Test(
    arguments: [
      ("schema", true, "schema wider /p"), ("output", true, "output wider /p"),
      ("schema", false, "schema /p"), ("annotation", true, "annotation /p"),
      ("server", true, "server /p"),
    ])
  func `a schema that takes more is called wider`(
    kind: String, widens: Bool, head: String
  ) throws {
    let shown = try change(
      """
      {"kind":"\(kind)","widens":\(widens),"place":"/p","before":"1","after":"2","meaning":"M."}
      """)
    #expect(shown == "  \(head): M.\n    - 1\n    + 2\n")
  }

  @Test func `a value that is cut says where it is whole`() throws {
    let shown = try change(#"{"kind":"other","place":"/x","after":"\"ab…","meaning":"M."}"#)
    #expect(
      shown == """
          other /x: M.
            + "ab…
              (cut; `--json` has the whole definition)

        """)
  }

  @Test func `what was revoked says by whom`() throws {
    let pin = #"{"digest":"e","by":"ana","reason":"why","time":"2026-01-01T00:00:00.000Z"}"#
    let shown = try text(
      tool(
        "pending", effect: #"{"proposed":"destructive"}"#, more: #","changes":[],"revoked":\#(pin)"#
      ))
    #expect(
      shown == "add  pending  effect destructive\n"
        + "  revoked 2026-01-01T00:00:00.000Z by ana: why\n")
  }
}
