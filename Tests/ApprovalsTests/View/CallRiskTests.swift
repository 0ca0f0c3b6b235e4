import Testing

@testable import Approvals

@Suite("What a call can do, in words")
struct CallRiskTests {
  @Test(
    arguments: [
      ("read", CallRisk.Grade.low), ("write", .medium), ("destructive", .high), ("egress", .high),
      ("admin", .high), ("what nobody knows", .high), ("", .high),
    ])
  func `the effect gives the grade, and what is unknown is grave`(
    effect: String, grade: CallRisk.Grade
  ) {
    let risk = CallRisk(effect: effect, server: "db", definition: nil)
    #expect(risk.grade == grade)
    #expect(!risk.irreversible.isEmpty)
  }

  @Test func `the server's annotations are told as its claims and take nothing away`() {
    let definition = Array(
      """
      {"annotations":{"destructiveHint":true,"idempotentHint":false,"openWorldHint":true,
       "readOnlyHint":true}}
      """.utf8)
    let risk = CallRisk(effect: "write", server: "db", definition: definition)
    #expect(risk.grade == .medium)
    #expect(risk.irreversible.count == 4)
    #expect(risk.irreversible.dropFirst().allSatisfy { $0.hasPrefix("db says of the tool") })
  }

  @Test(
    arguments: [
      (-5, "0 s"), (0, "0 s"), (59, "59 s"), (60, "1 min"), (61, "1 min 1 s"), (3600, "1 h"),
      (7_260, "2 h 1 min"), (90_000, "1 d 1 h"),
    ] as [(Int64, String)])
  func `a span has its two largest units`(seconds: Int64, text: String) {
    #expect(ApprovalAge.inWords(seconds) == text)
  }
}
