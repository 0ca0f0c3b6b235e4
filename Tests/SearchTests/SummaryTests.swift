import Testing

@testable import Search

@Suite("Summaries")
struct SummaryTests {
  @Test(
    arguments: [
      ("Lists files. Needs a path.", "Lists files."),
      (
        "Works with lists, e.g. of files, and more. Second.",
        "Works with lists, e.g. of files, and more."
      ),
      ("One line\n\nAnother paragraph", "One line"),
      ("  Spaces\n and breaks  ", "Spaces and breaks"),
      ("Version 1.5 of it", "Version 1.5 of it"), ("A. B. C is a plan. D", "A. B. C is a plan."),
      ("", ""),
    ])
  func `the purpose is the first sentence`(description: String, purpose: String) {
    #expect(tool("t", description).purpose == purpose)
  }

  @Test func `a purpose is cut at a character, and a line names what a call must have`() {
    var tool = tool("s__t", String(repeating: "👩‍👩‍👧", count: 300))
    tool.parameters = [
      .init(name: "a", type: "string", isRequired: true), .init(name: "b", isRequired: true),
      .init(name: "c", type: "integer"), .init(name: "d", isRequired: true, depth: 1),
    ]
    let summary = ToolSummary(tool)
    #expect(summary.purpose.count == ToolSummary.purposeCharactersMax)
    #expect(summary.purpose.hasSuffix("👩‍👩‍👧…"))
    #expect(summary.line.hasPrefix("s__t(a: string, b, …) – 👩‍👩‍👧"))
    #expect(summary.optional == 1)
  }

  @Test func `a budget takes the best and says how many are left out`() {
    let tools = ["a", "b", "c"].map { tool($0, "Does what \($0) says and more.") }
    let whole = ToolSummary.lines(of: tools, tokens: .max)
    #expect(whole.lines.count == 3 && whole.omitted == 0)
    let cost = TokenEstimate.tokens(whole.lines[0]) + 1
    #expect(ToolSummary.lines(of: tools, tokens: 2 * cost).omitted == 1)
    #expect(ToolSummary.lines(of: tools, tokens: cost - 1).lines.isEmpty)
    #expect(TokenEstimate.tokens("abcde") == 2)
    #expect(TokenEstimate.tokens("日本") == 2)
  }
}
