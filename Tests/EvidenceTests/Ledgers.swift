import JSON

@testable import Evidence

/// Ledgers written by hand, and what a survey finds in them.
enum Ledgers {
  static let since: Int64 = 1_000
  static let until: Int64 = 2_000

  static func subject() -> EvidenceReport.Subject {
    EvidenceReport.Subject(
      ledger: "0123456789abcdef0123456789abcdef", since: since, until: until,
      made: 1_795_227_098_803_977, program: "1.2.3")
  }

  /// - Parameter records: JSON objects; those without a time get one in the period.
  static func report(_ records: [String], from first: UInt64 = 0) throws -> EvidenceReport {
    var survey = EvidenceSurvey(subject())
    for (index, text) in records.enumerated() {
      let timed: String =
        text.contains(#""time":"#)
        ? text : String(text.dropLast()) + #","time":\#(since + Int64(index))}"#
      let json = Array(timed.utf8)
      survey.examine(
        sequence: first + UInt64(index), json: json, root: try JSONDocument(parsing: json).root)
    }
    return survey.report()
  }

  static func allow(
    _ call: String, tool: String = "t", agent: String = "claude", digest: String = "d1",
    more: String = #","policies":["p"],"policy_version":"p1","entities_version":"e1""#
  ) -> String {
    #"{"kind":"decision","call":"\#(call)","decision":"allow","method":"tools/call","server":"s","#
      + #""tool":"\#(tool)","tool_digest":"\#(digest)","effect":"read","transport":"http","#
      + #""principal":{"agent":"\#(agent)","credential":"c-\#(agent)","human":"alice"},"#
      + #""arguments":{"bytes":2,"kept":"full"}\#(more)}"#
  }

  static func outcome(_ call: String) -> String {
    #"{"kind":"outcome","call":"\#(call)","server":"s","tool":"t","status":"ok"}"#
  }

  static let policies =
    #"{"kind":"policies","version":"p1","file":"a","part":0,"parts":1,"text":"x"}"#
  static let entities =
    #"{"kind":"entities","version":"e1","part":0,"parts":1,"entities":[{"uid":{"type":"Sallyport::Tool","id":"s__t"},"attrs":{},"parents":[]}]}"#
  static let agents =
    #"{"kind":"agents","version":"a1","part":0,"parts":1,"agents":[{"agent":"claude"}]}"#

  /// A day on which everything is right.
  static let good = [
    #"{"kind":"lifecycle","event":"started","configuration_version":"cv1","policy_version":"p1"}"#,
    policies, entities, agents, allow("c1"), outcome("c1"), allow("c2"), outcome("c2"),
  ]
}

extension EvidenceReport {
  func test(_ control: Int, _ index: Int) throws -> TestFinding {
    let finding = findings[control - 1]
    return finding.tests[index]
  }
}
