import JSON
import Testing

@testable import Evidence

@Suite struct SurveyTests {
  @Test func `there are twenty controls, each with mappings and questions`() {
    #expect(Control.all.map(\.number) == Array(1...20))
    for control in Control.all {
      #expect(!control.mappings.isEmpty && !control.title.isEmpty)
      #expect(control.statement.hasSuffix("."))
      #expect(!Questions.about(control.number).isEmpty)
      let frameworks = control.mappings.map(\.framework)
      #expect(Set(frameworks).count == frameworks.count)
    }
  }

  @Test func `an empty ledger passes nothing`() throws {
    let report = try Ledgers.report([])
    for finding in report.findings {
      #expect(finding.result == .notCovered, "\(finding.control.number)")
      for test in finding.tests { #expect(test.result == .notCovered && test.reason != nil) }
    }
    #expect(report.subject.first == nil)
  }

  @Test func `what is outside of the period does not count`() throws {
    let outside = Ledgers.good.map { String($0.dropLast()) + #","time":999}"# }
    let report = try Ledgers.report(outside)
    #expect(report.findings.allSatisfy { $0.result == .notCovered })
    #expect(report.subject.records == 0 && report.subject.examined == outside.count)
    // But it is known when the period begins.
    let later = try Ledgers.report(outside + [Ledgers.allow("c9"), Ledgers.outcome("c9")])
    #expect(try later.test(1, 0).result == .pass)
    #expect(try later.test(5, 0).result == .pass)
    #expect(later.versions.map(\.of) == ["configuration", "policies", "entities", "agents"])
  }

  @Test func `a good day passes what can be tested, and no control that cannot`() throws {
    let report = try Ledgers.report(Ledgers.good)
    let results = report.findings.map(\.result)
    #expect(!results.contains(.fail))
    let covered = report.findings.filter { $0.result == .partial }.map(\.control.number)
    #expect(covered == [1, 2, 3, 4, 5, 12, 15, 16])
    // Each control has something that the ledger cannot show.
    #expect(!results.contains(.pass))
    #expect(
      report.kinds == [
        "agents": 1, "decision": 2, "entities": 1, "lifecycle": 1, "outcome": 2, "policies": 1,
      ])
    #expect(report.subject.first == 0 && report.subject.last == 7)
    #expect(try report.test(12, 0).count == 8)
    #expect(try report.test(4, 0).count == 2)
  }

  @Test func `a change after a start follows what the start found`() throws {
    func change(_ before: String, _ after: String) -> String {
      #"{"kind":"change","of":"tools","event":"applied","before":"\#(before)","after":"\#(after)"}"#
    }
    let start = #"{"kind":"lifecycle","event":"started","policy_version":"p"}"#
    let right = try Ledgers.report([start, change("0", "1"), start, change("0", "2")])
    #expect(try right.test(5, 2).result == .pass)
    let wrong = try Ledgers.report([start, change("0", "1"), change("0", "2")])
    #expect(try wrong.test(5, 2).result == .fail)
  }

  @Test(
    arguments: [
      (1, 0, [Ledgers.agents, Ledgers.allow("c", agent: "mallory")], "mallory is not in"),
      (1, 1, [Ledgers.allow("c").replacing(#""effect":"read","#, with: "")], "no effect"),
      (2, 0, [Ledgers.entities, Ledgers.allow("c", tool: "other")], "s__other was never"),
      (3, 0, [Ledgers.allow("c").replacing(#""credential":"c-claude","#, with: "")], "fingerprint"),
      (
        3, 1,
        [
          Ledgers.allow("c"),
          Ledgers.allow("d", agent: "m").replacing("c-m", with: "c-claude"),
        ], "m shows the credential of claude"
      ),
      (4, 0, [Ledgers.allow("c", more: "")], "no policy"),
      (5, 0, [Ledgers.allow("c")], "p1 is not on record"),
      (
        5, 0, [Ledgers.policies.replacing(#""parts":1"#, with: #""parts":2"#), Ledgers.allow("c")],
        "parts of policy version p1"
      ),
      (5, 1, [#"{"kind":"change","of":"policies","event":"applied"}"#], "nobody"),
      (
        5, 2,
        [
          #"{"kind":"change","of":"policies","event":"applied","before":"1","after":"2"}"#,
          #"{"kind":"change","of":"policies","event":"applied","before":"3","after":"4"}"#,
        ], "another version"
      ),
      (
        6, 0, [#"{"kind":"approval","approval":"a","event":"used","arguments_digest":"x"}"#],
        "not in force"
      ),
      (
        6, 0,
        [
          #"{"kind":"approval","approval":"a","event":"approved","arguments_digest":"x"}"#,
          #"{"kind":"approval","approval":"a","event":"used","arguments_digest":"y"}"#,
        ], "other arguments"
      ),
      (
        6, 0,
        [
          #"{"kind":"approval","approval":"a","event":"approved","arguments_digest":"x","expires":1000}"#,
          #"{"kind":"approval","approval":"a","event":"used","arguments_digest":"x"}"#,
        ], "expired"
      ),
      (
        6, 1,
        [
          #"{"kind":"approval","approval":"a","event":"approved","approver":"alice","principal":{"human":"alice"}}"#
        ], "themselves"
      ),
      (
        10, 0,
        [#"{"kind":"pin","event":"quarantined","server":"s","tool":"t"}"#, Ledgers.allow("c")],
        "was quarantined"
      ),
      (
        10, 0,
        [
          #"{"kind":"pin","event":"approved","server":"s","tool":"t","after":"d0"}"#,
          Ledgers.allow("c"),
        ], "not the one"
      ),
      (12, 1, [Ledgers.allow("c")], "in doubt"),
      (
        12, 2, [#"{"kind":"lifecycle","event":"ledger_recovered","reason":"torn"}"#],
        "recovered: torn"
      ),
      (
        15, 0,
        [
          Ledgers.policies, Ledgers.entities,
          Ledgers.allow("c").replacing(#""kept":"full""#, with: #""kept":"none""#),
        ], "not kept in full"
      ),
      (16, 0, [#"{"kind":"decision","arguments":{"password":"x"}}"#], "in the record itself"),
      (16, 1, [#"{"kind":"erasure","actor":{"user":"a"}}"#], "no reason"),
      (16, 2, [#"{"kind":"retention","rule":"r"}"#], "no checkpoint"),
    ] as [(Int, Int, [String], String)])
  func `an exception is found`(control: Int, index: Int, records: [String], why: String) throws {
    let report = try Ledgers.report(records)
    let test = try report.test(control, index)
    #expect(test.result == .fail)
    #expect(test.exceptionCount == 1)
    let exception = try #require(test.exceptions.first)
    #expect(exception.reason.contains(why), "\(exception.reason)")
    let last = records.indices.last { records[$0].contains("\"") }
    #expect(exception.sequence == UInt64(last ?? 0))
    #expect(report.findings[control - 1].result == .fail)
    #expect(test.sample.contains { $0.isException && $0.sequence == exception.sequence })
  }

  @Test func `an approval that was given and used once passes`() throws {
    let approved =
      #"{"kind":"approval","approval":"a","event":"approved","arguments_digest":"x","approver":"bob","principal":{"human":"alice"}}"#
    let used = #"{"kind":"approval","approval":"a","event":"used","arguments_digest":"x"}"#
    #expect(try Ledgers.report([approved, used]).test(6, 0).result == .pass)
    #expect(try Ledgers.report([approved, used]).test(6, 1).result == .pass)
    #expect(try Ledgers.report([approved, used, used]).test(6, 0).exceptionCount == 1)
  }

  @Test func `a gap in the sequences is found`() throws {
    var survey = EvidenceSurvey(Ledgers.subject())
    for sequence: UInt64 in [3, 4, 9] {
      let json = Array(#"{"kind":"outcome","time":1500}"#.utf8)
      survey.examine(sequence: sequence, json: json, root: try JSONDocument(parsing: json).root)
    }
    let test = try survey.report().test(12, 0)
    #expect(
      test.exceptions == [EvidenceException(sequence: 9, reason: "5 to 8 are missing before it")])
  }

  @Test func `a sample is the smallest hashes, and exceptions are counted beyond what is shown`()
    throws
  {
    let records = (0..<300).map { Ledgers.allow("c\($0)", more: "") }
    let test = try Ledgers.report(records).test(4, 0)
    #expect(test.count == 300 && test.exceptionCount == 300)
    #expect(test.exceptions.count == 100)
    #expect(test.sample.count == 25)
    var hashes: [String] = []
    for (index, record) in records.enumerated() {
      let json = Array((String(record.dropLast()) + #","time":\#(1_000 + index)}"#).utf8)
      let root = try JSONDocument(parsing: json).root
      hashes.append(
        EvidenceRecord(sequence: 0, json: json, root: root, isInPeriod: true).leafHash)
    }
    #expect(test.sample.map(\.leafHash) == Array(hashes.sorted().prefix(25)))
  }
}
