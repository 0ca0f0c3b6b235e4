import JSON
import Testing

@testable import sallyport

private func parse(_ line: String) throws(UsageError) -> Invocation {
  try ArgumentParser.parse(
    line.split(separator: " ").map(String.init), table: CommandTable.root)
}

@Suite("Approvals on the command line")
struct ApprovalTests {
  @Test(
    arguments: [
      ("approvals list", .approvals(.list(state: "pending"), .init())),
      ("approvals list --state all", .approvals(.list(state: nil), .init())),
      ("approvals list --state denied", .approvals(.list(state: "denied"), .init())),
      ("approvals show apr_1 --json", .approvals(.show(id: "apr_1"), .init(json: true))),
      (
        "approvals approve apr_1 --reason fine",
        .approvals(.answer(id: "apr_1", .approve, reason: "fine"), .init())
      ),
      ("approvals approve apr_1", .approvals(.answer(id: "apr_1", .approve, reason: nil), .init())),
      (
        "approvals deny apr_1 -r no",
        .approvals(.answer(id: "apr_1", .deny, reason: "no"), .init())
      ),
      ("approvals watch", .approvals(.watch, .init())),
    ] as [(String, Invocation)])
  func `what is typed is understood`(line: String, invocation: Invocation) throws {
    #expect(try parse(line) == invocation)
  }

  @Test(arguments: ["approvals deny apr_1", "approvals list --state open", "approvals show"])
  func `what cannot be meant is refused`(line: String) {
    #expect(throws: UsageError.self) { try parse(line) }
  }

  @Test func `an approval is shown in the order in which it should be read`() throws {
    let json = """
      {"id":"apr_1","state":"pending","tool":"db__drop","server":"db","effect":"destructive",
       "agent":"ci","human":"alice","remedies":["approval"],"requestedAt":100,"deadline":700,
       "link":"http://gate/console/approvals/apr_1",
       "what":{"risk":"high","summary":"can destroy data","arguments":{},"linesOmitted":2,
        "lines":[{"path":"/a","kind":"string","text":"x\\u001b[2J","bytesInAll":9000}]},
       "who":{"roles":["dev"],"transport":"http","call":"c1","client":"cli","clientVersion":"1"},
       "why":{"policies":[{"id":"drops"}],"advice":["Ask the owner."],"needsReason":false},
       "before":{"basis":"trace","omitted":0,
        "calls":[{"call":"c0","time":1000000,"subject":"db__list","decision":"allow",
         "outcome":"ok"}]},
       "irreversible":["It is gone."],"needed":["Somebody else approves it."],"answers":[]}
      """
    let text = ApprovalText(
      approval: try JSONDocument(parsing: Array(json.utf8)).root, terminal: .plain, now: 160)
    #expect(
      text.whole == """
        apr_1  pending  asked 1 min ago, 9 min left

        WHAT WILL HAPPEN
          db__drop of db: can destroy data (destructive, risk high)
          /a  "x\\u{1b}[2J" (cut; 9000 bytes in all)
          … and 2 more values; `--json` has them all

        WHO ASKS FOR WHOM
          ci, for alice, in the roles dev
          with the client cli 1, as it says
          over http, call c1

        WHY IT WAS FLAGGED
          policy drops
          “Ask the owner.”
          it takes: approval

        WHAT HAPPENED BEFORE
          in the same trace:
          1970-01-01T00:00:01.000Z  allow → ok  db__list

        WHAT CANNOT BE UNDONE
          It is gone.

        NEXT
          Somebody else approves it.
          sallyport approvals approve apr_1
          or http://gate/console/approvals/apr_1

        """)
    #expect(text.line == "apr_1  pending  ci for alice: db__drop (destructive)  9 min left")
  }
}
