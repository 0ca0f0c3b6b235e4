import JSON
import Testing
import TestSupport

@testable import Audit

@Suite("Questions about the ledger")
struct QuestionTests {
  @Test func `who did something is told with person, skill digest and counts`() throws {
    let journal = try Journal()
    let skill =
      #","claims":{"skill":{"name":"fix","version":"1.2","digest":"\#(Journal.digest("s"))"}}"#
    journal.decide(1, more: skill)
    journal.end(1)
    journal.decide(2, "deny", policies: [], more: skill)
    journal.decide(3, "ask", agent: "ops", human: nil)
    journal.decide(4, tool: "time__now", effect: "read")
    let answer = try journal.ask(WhoQuestion.self, ["tool": "github__create_issue"])
    #expect(answer.rows.count == 2 && answer.omitted == 0)
    let ops = try #require(answer.rows.first)
    #expect(ops.agent == "ops" && ops.human == nil && ops.asked == 1 && ops.allowed == 0)
    let triage = answer.rows[1]
    #expect(triage.agent == "triage" && triage.human == "ana")
    #expect(triage.skill == SkillName(name: "fix", version: "1.2", digest: Journal.digest("s")))
    #expect(triage.allowed == 1 && triage.denied == 1)
    #expect(triage.first == Journal.time(0) && triage.last == Journal.time(2))
    #expect(triage.lastCall == Journal.id(2))
    #expect(try journal.ask(WhoQuestion.self, ["tool": "create_issue"]).rows.count == 2)
    for name in ["fix", "fix@1.2", Journal.digest("s"), String(Journal.digest("s").prefix(8))] {
      #expect(try journal.ask(WhoQuestion.self, ["skill": name]).rows.count == 1, "\(name)")
    }
    #expect(try journal.ask(WhoQuestion.self, ["skill": "fi"]).rows.isEmpty)
    #expect(try journal.ask(WhoQuestion.self, ["agent": "nobody"]).rows.isEmpty)
    #expect(try journal.ask(WhoQuestion.self, ["decision": "deny"]).rows.map(\.denied) == [1])
    let cut = try journal.ask(WhoQuestion.self, ["limit": "1"])
    #expect(cut.rows.count == 1 && cut.omitted == 2)
  }

  @Test func `since is the first moment and until the first one after`() throws {
    let journal = try Journal()
    for call in 0..<10 { journal.decide(call, agent: "a\(call)") }
    func agents(_ values: [String: String]) throws -> [String] {
      try journal.ask(WhoQuestion.self, values).rows.compactMap(\.agent).reversed()
    }
    let times = ["since": "2026-11-21T10:00:03Z", "until": "2026-11-21T10:00:06Z"]
    #expect(try agents(times) == ["a3", "a4", "a5"])
    #expect(try agents(["since": "66s"]) == ["a4", "a5", "a6", "a7", "a8", "a9"])
    #expect(try agents(["until": "2026-11-21T10:00:01Z"]) == ["a0"])
    #expect(try agents(["since": "2030-01-01"]).isEmpty)
    #expect(try agents(["until": "2020-01-01"]).isEmpty)
  }

  @Test func `what left the boundary is counted by server, agent and effect`() throws {
    let journal = try Journal()
    journal.decide(1, sent: 100)
    journal.end(1, received: 1000)
    journal.decide(2, sent: 50)
    journal.decide(3, "deny", sent: 999)
    journal.decide(4, tool: "time__now", effect: "read", sent: 7)
    journal.end(4, "tool_error", received: 3)
    journal.add(
      """
      "kind":"export","format":"jsonl","destination":"/srv/siem","first":0,"last":3,\
      "actor":{"user":"root","via":"command"}
      """)
    let answer = try journal.ask(BoundaryQuestion.self)
    #expect(answer.rows.map(\.server) == ["github", "time"])
    let github = try #require(answer.rows.first)
    #expect(github.sent == 150 && github.received == 1000 && github.calls == 2)
    #expect(github.inDoubt == 1 && github.effect == "write" && github.agent == "triage")
    #expect(answer.rows[1].sent == 7 && answer.rows[1].received == 3)
    #expect(answer.exports.map(\.destination) == ["/srv/siem"])
    #expect(answer.exports.first?.last == 3 && answer.exports.first?.user == "root")
    #expect(
      try journal.ask(BoundaryQuestion.self, ["until": "2026-11-21T10:00:05Z"]).exports.isEmpty)
  }

  @Test func `what a server touched goes on through sessions, traces, runs and parts`() throws {
    let journal = try Journal()
    let trace = #","traceparent":"00-\#(String(repeating: "b", count: 32))-00f067aa0ba902b7-01""#
    journal.decide(0, agent: "early", tool: "mail__send", more: #","session":"s1""#)
    journal.decide(1, agent: "a", tool: "weather__get", more: #","session":"s1""#)
    journal.decide(2, agent: "a", tool: "mail__send", more: #","session":"s1"\#(trace)"#)
    journal.decide(3, agent: "b", tool: "files__write", more: trace)
    journal.decide(4, agent: "c", tool: "chat__post", more: #","parent":"\#(Journal.id(3))""#)
    journal.decide(5, agent: "d", tool: "chat__post")
    journal.decide(6, "deny", agent: "e", tool: "weather__get")
    let answer = try journal.ask(TouchedQuestion.self, ["server": "weather"])
    #expect(answer.direct == 1 && answer.reached == 3 && answer.denied == 1)
    func names(_ kind: TouchedAnswer.Kind) -> Set<String> {
      Set(answer.rows.filter { $0.kind == kind }.map(\.name))
    }
    #expect(names(.agent) == ["a", "b", "c"])
    #expect(names(.tool) == ["weather__get", "mail__send", "files__write", "chat__post"])
    let mail = answer.rows.first { $0.kind == .tool && $0.name == "mail__send" }
    #expect(mail?.tally.reached == 1 && mail?.tally.direct == 0)
    #expect(answer.sessions == 1)
    // By time: what was before cannot have been led to.
    let late = try journal.ask(
      TouchedQuestion.self, ["server": "weather", "since": "2026-11-21T10:00:02Z"])
    #expect(late.direct == 0 && late.reached == 0)
  }

  @Test func `what a credential touched has its refused requests beside it`() throws {
    let journal = try Journal()
    journal.decide(1)
    journal.add(
      """
      "kind":"refused","refusal":"unknown_tool","reason":"x",\
      "principal":{"agent":"triage","credential":"cafe000000000000"}
      """)
    let answer = try journal.ask(TouchedQuestion.self, ["credential": "cafe000000000000"])
    #expect(answer.direct == 1 && answer.refused == 1)
    #expect(answer.rows.contains { $0.kind == .human && $0.name == "ana" })
    #expect(throws: QuestionError.self) { try TouchedQuestion([:]) }
    #expect(throws: QuestionError.self) { try TouchedQuestion(["agent": "a", "tool": "b"]) }
  }

  @Test func `answers of approvers are counted with median, p90 and the fast ones`() throws {
    let journal = try Journal()
    for (number, seconds) in [1, 2, 3, 4, 5, 6, 7, 8, 9, 60].enumerated() {
      journal.add(#""kind":"approval","event":"requested","approval":"a\#(number)""#)
      journal.add(
        """
        "kind":"approval","event":"\(number == 9 ? "denied" : "approved")",\
        "approval":"a\(number)","approver":"bo","waited_us":\(seconds)000000
        """)
    }
    journal.add(#""kind":"approval","event":"approved","approver":"cy","waited_us":90000000"#)
    journal.add(#""kind":"approval","event":"expired","approval":"z""#)
    let answer = try journal.ask(ApprovalsQuestion.self)
    #expect(answer.rows.map(\.approver) == ["bo", "cy"])
    let bo = try #require(answer.rows.first)
    #expect(bo.approved == 9 && bo.denied == 1 && bo.answered == 10)
    #expect(bo.medianWaited == 5_000_000 && bo.p90Waited == 9_000_000)
    #expect(bo.fast == 4 && bo.busiestHour == 10 && bo.perDay == 10)
    #expect(answer.events == ["requested": 10, "approved": 10, "denied": 1, "expired": 1])
    let slow = try journal.ask(ApprovalsQuestion.self, ["fast": "100", "approver": "cy"])
    #expect(slow.rows.map(\.fast) == [1])
  }

  @Test func `permits in force that determined no allow are unused`() throws {
    let journal = try Journal()
    let policies = """
      @id(\\"old\\") permit (principal, action, resource);\\n@id(\\"used\\") permit (principal, \
      action, resource);\\n@id(\\"never\\") permit (principal, action, resource);\\n@id(\\"no\\") \
      forbid (principal, action, resource) when { false };\\n@id(\\"list\\") permit (principal, \
      action == Sallyport::Action::\\"list\\", resource);
      """
    journal.add(
      """
      "kind":"policies","version":"v1","file":"all.cedar","part":0,"parts":1,"text":"\(policies)"
      """)
    journal.add(#""kind":"change","of":"policies","event":"applied","after":"v1""#)
    journal.decide(1, policies: ["old"])
    journal.decide(2, policies: ["old", "used"])
    journal.decide(3, "deny", policies: ["never"])
    let since = ["since": "2026-11-21T10:00:03Z"]
    let answer = try journal.ask(UnusedQuestion.self, since)
    #expect(answer.permits == 3 && answer.policyVersion == "v1")
    #expect(answer.rows.map(\.policy) == ["never"])
    #expect(answer.rows.first?.lastUsed == nil && answer.rows.first?.file == "all.cedar")
    #expect(answer.isWhole && answer.listPermits == ["list"])
    journal.decide(4, policies: ["used"])
    let later = try journal.ask(UnusedQuestion.self, ["since": "2026-11-21T10:00:04Z"])
    #expect(later.rows.map(\.policy) == ["old", "never"])
    #expect(later.rows.first?.lastUsed == Journal.time(3) && later.rows.first?.uses == 2)
    #expect(try !journal.ask(UnusedQuestion.self).isWhole)
  }

  @Test func `changes come with a diff of files and the tools that are different`() throws {
    let journal = try Journal()
    func policies(_ version: String, _ files: [(String, String)]) {
      for (part, file) in files.enumerated() {
        journal.add(
          """
          "kind":"policies","version":"\(version)","file":"\(file.0)","part":\(part),\
          "parts":\(files.count),"text":"\(file.1)"
          """)
      }
    }
    func tools(_ version: String, _ tools: [(String, String)]) {
      let list = tools.map {
        """
        {"attrs":{"effect":"\($0.1)"},"parents":[],"uid":{"id":"\($0.0)","type":"Sallyport::Tool"}}
        """
      }.joined(separator: ",")
      journal.add(
        #""kind":"entities","version":"\#(version)","part":0,"parts":1,"entities":[\#(list)]"#)
    }
    // A file in two pieces.
    policies("p1", [("a.cedar", "one\\ntwo\\n"), ("a.cedar", "three\\n"), ("b.cedar", "gone\\n")])
    tools("e1", [("s__x", "read"), ("s__y", "read")])
    journal.add(#""kind":"change","of":"policies","event":"applied","after":"p1""#)
    policies("p2", [("a.cedar", "one\\n2\\nthree\\n")])
    journal.add(
      """
      "kind":"change","of":"policies","event":"applied","before":"p1","after":"p2",\
      "actor":{"user":"ana","via":"signal"}
      """)
    tools("e2", [("s__x", "write"), ("s__z", "read")])
    journal.add(#""kind":"change","of":"tools","event":"applied","before":"e1","after":"e2""#)
    journal.add(
      """
      "kind":"pin","event":"changed","server":"s","tool":"x","before":"d1","after":"d2",\
      "reason":"its description is another"
      """)
    let rows = try journal.ask(ChangesQuestion.self).rows
    #expect(rows.map(\.part) == ["policies", "policies", "tools", "pins"])
    #expect(rows[0].items.map(\.name) == ["a.cedar", "b.cedar"])
    #expect(rows[0].items.allSatisfy { $0.change == .added })
    #expect(rows[1].user == "ana" && rows[1].via == "signal" && rows[1].before == "p1")
    #expect(rows[1].items.map(\.change) == [.changed, .removed])
    #expect(rows[1].items[0].lines == ["@@ -1,3 +1,3 @@", " one", "-two", "+2", " three"])
    #expect(rows[2].items.map(\.name) == ["s__x", "s__y", "s__z"])
    #expect(rows[2].items.map(\.change) == [.changed, .removed, .added])
    #expect(rows[3].definition == "s__x" && rows[3].before == "d1")
    #expect(try journal.ask(ChangesQuestion.self, ["of": "tools"]).rows.count == 1)
    let newest = try journal.ask(ChangesQuestion.self, ["limit": "1"])
    #expect(newest.rows.map(\.part) == ["pins"] && newest.omitted == 3)
  }

  @Test func `a start with other policies than before is a change while nothing ran`() throws {
    let journal = try Journal()
    func start(_ policies: String) {
      journal.add(
        """
        "kind":"lifecycle","event":"started","configuration_version":"c1",\
        "policy_version":"\(policies)"
        """)
    }
    start("p1")
    journal.add(#""kind":"change","of":"policies","event":"applied","before":"p1","after":"p2""#)
    journal.add(#""kind":"lifecycle","event":"stopped""#)
    start("p2")
    start("p3")
    let rows = try journal.ask(ChangesQuestion.self).rows
    #expect(rows.map(\.event) == ["applied", "started_with"])
    #expect(rows[1].before == "p2" && rows[1].after == "p3" && rows[1].sequence == 4)
  }

  @Test func `gaps are calls in doubt, deaths, cuts, clock steps and what cannot be read`() throws {
    let journal = try Journal()
    journal.add(#""kind":"lifecycle","event":"started""#)
    journal.decide(1)
    journal.decide(2)
    journal.end(2)
    journal.add(#""kind":"lifecycle","event":"started""#)
    journal.add(#""kind":"lifecycle","event":"ledger_recovered","reason":"12 bytes cut""#)
    journal.add(#""kind":"outcome","call":"not an id","status":"ok""#)
    journal.add(#""kind":"novelty""#)
    journal.add(
      #""kind":"lifecycle","event":"upstream_state","time":\#(Journal.start - 5_000_000)"#)
    journal.add(
      """
      "kind":"decision","call":"\(Journal.id(9))","decision":"allow","method":"tools/list",\
      "shown":3,"time":\(Journal.start - 4_000_000)
      """)
    journal.decide(3)
    let answer = try journal.ask(GapsQuestion.self)
    #expect(
      answer.rows.map(\.kind) == [
        .inDoubt, .notStopped, .recovered, .unreadable, .unreadable, .clock, .underWay,
      ])
    #expect(answer.rows.map(\.sequence) == [1, 4, 5, 6, 7, 8, 10])
    #expect(answer.rows[0].call == Journal.id(1))
    #expect(answer.rows[0].detail == "github__create_issue by triage, write")
    #expect(answer.rows[2].detail == "12 bytes cut")
    #expect(answer.records == 11 && answer.hasFaults)
  }

  @Test func `a ledger that is whole has no gaps, and letting records go is none`() throws {
    let journal = try Journal()
    journal.add(#""kind":"lifecycle","event":"started""#)
    journal.decide(1)
    journal.end(1)
    journal.add(#""kind":"lifecycle","event":"stopped""#)
    let answer = try journal.ask(GapsQuestion.self)
    #expect(answer.rows.isEmpty && !answer.hasFaults && answer.records == 4)

    let directory = TemporaryDirectory()
    let index = try AuditIndex(path: directory.path + "/index.sqlite")
    let lines = [
      #"{"kind":"retention","of":"records","first":0,"last":9,"rule":"older than 90d","time":1}"#,
      #"{"kind":"lifecycle","event":"started","time":2}"#,
    ]
    let places: [Int64] = [10, 15]
    try index.take(
      zip(places, lines).map {
        IndexedRecord(sequence: $0, node: try JSONDocument(parsing: Array($1.utf8)).root)
      })
    let cut = try GapsQuestion([:]).answer(from: index, now: 0)
    #expect(cut.rows.map(\.kind) == [.retained, .missing])
    #expect(cut.rows[0].last == 9 && cut.rows[1].sequence == 11 && cut.rows[1].last == 14)
  }

  @Test func `parameters that a question does not have or cannot read are refused`() throws {
    #expect(throws: QuestionError.self) { try WhoQuestion(["nobody": "x"]) }
    #expect(throws: QuestionError.self) { try WhoQuestion(["since": "yesterday"]) }
    #expect(throws: QuestionError.self) { try WhoQuestion(["limit": "0"]) }
    #expect(throws: QuestionError.self) { try WhoQuestion(["decision": "maybe"]) }
    #expect(throws: QuestionError.self) { try GraphQuestion(["call": "xyz"]) }
    #expect(throws: QuestionError.self) { try GraphQuestion([:]) }
    #expect(try AuditQuestion("nothing", [:]) == nil)
    for name in AuditQuestion.names where name != "graph" && name != "touched" {
      #expect(try AuditQuestion(name, [:]) != nil)
    }
  }

  @Test func `answers for programs are JSON, whatever the names hold`() throws {
    let journal = try Journal()
    let hostile = #"\" \\ \u0000 \u202e </script> '; DROP TABLE calls; --"#
    journal.decide(1, agent: hostile, human: hostile, policies: [hostile])
    journal.end(1)
    let index = try journal.caughtUp()
    for name in AuditQuestion.names {
      let values =
        name == "graph" || name == "touched"
        ? ["agent": "\" \\ \0 \u{202e} </script> '; DROP TABLE calls; --"] : [:]
      let question = try #require(try AuditQuestion(name, values))
      let root = try JSONDocument(parsing: question.json(from: index, now: journal.now)).root
      #expect(root.kind == .object, "\(name)")
    }
    #expect(try journal.ask(WhoQuestion.self).rows.first?.agent?.contains("\0") == true)
  }
}
