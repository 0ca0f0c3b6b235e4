import Approvals
import Identity
import Testing

@testable import Console

@Suite("The page of an approval")
struct ApprovalPageTests {
  private static let start: Int64 = 1_800_000_000

  private func approval(
    remedies: [String] = ["approval"], arguments: String = #"{"table":"<b>x</b>"}"#,
    needsReason: Bool = false
  ) -> Approval {
    Approval(
      id: "apr_00000000000000000000",
      terms: ApprovalTerms(
        agent: "ci", human: "alice", roles: [], tenant: nil, server: "db", tool: "db__drop",
        argumentsDigest: "aa", pin: nil, policyVersion: "vv"),
      ask: ApprovalAsk(
        call: "c1", arguments: Array(arguments.utf8), effect: "destructive", remedies: remedies,
        policies: ["drops"], advice: ["Ask the owner."], transport: "http",
        needsReason: needsReason),
      requestedAt: Self.start, deadline: Self.start + 600)
  }

  private func html(
    _ approval: Approval, for name: String = "bob", at now: Int64 = start,
    noToYes: ApprovalRefusal? = nil, noToNo: ApprovalRefusal? = nil,
    refusal: ApprovalRefusal? = nil, fromNowOn: LocalPath? = nil
  ) -> String {
    let page = ApprovalPage(
      view: ApprovalView(
        approval, definition: nil, policies: [.init(id: "drops", text: nil)],
        earlier: EarlierCalls(basis: .trace, calls: [], omitted: 0), link: "l"),
      isRequester: name == "alice", noToYes: noToYes, noToNo: noToNo, fromNowOn: fromNowOn,
      now: now, formToken: "T",
      refusal: refusal, reason: "typed")
    let frame = PageFrame(
      sections: [ApprovalPages.section], person: nil, token: "", path: "/console/approvals")
    return String(decoding: frame.render(page.page), as: UTF8.self)
  }

  @Test func `its parts stand in the order in which they should be read`() throws {
    let html = html(approval())
    let titles = html.split(separator: "<h2>").dropFirst().map { $0.prefix { $0 != "<" } }
    #expect(
      titles == [
        "What will happen", "Who asks, for whom", "Why this was flagged", "What happened before",
        "What cannot be undone", "Your answer",
      ])
  }

  @Test func `arguments are text, and line ends and hidden characters are drawn`() {
    let html = html(approval(arguments: "{\"q\":\"<b>\\n\u{202E}x\"}"))
    #expect(html.contains("&lt;b&gt;⏎\n⟨U+202E⟩x"))
    #expect(!html.contains("<b>"))
  }

  @Test func `another person can say yes and no`() {
    let html = html(approval())
    #expect(html.contains(#"value="approve">Approve this call, once<"#))
    #expect(html.contains(#"value="deny""#))
    #expect(html.contains(#"name="csrf" value="T""#))
    #expect(!html.contains("required"))
  }

  @Test func `the one the agent acts for is offered no, and told why not yes`() {
    let html = html(approval(), for: "alice", noToYes: .requester("apr_1"))
    #expect(!html.contains(#"value="approve""#))
    #expect(html.contains(#"value="deny""#))
    #expect(html.contains("another person must approve it"))
  }

  @Test func `a step-up leads the one the agent acts for to a new sign-in`() {
    let stepUp = approval(remedies: ["step-up"])
    let stale = html(stepUp, for: "alice", noToYes: .staleSignIn("apr_1"))
    #expect(!stale.contains(#"value="approve""#))
    #expect(
      stale.contains(
        "/console/sign-in?next=%2Fconsole%2Fapprovals%2Fapr_00000000000000000000&amp;fresh=1"))
    let fresh = html(stepUp, for: "alice")
    #expect(fresh.contains(#"value="approve">Confirm, once<"#))
  }

  @Test func `over is over: nothing is offered`() {
    let over = ApprovalRefusal.over("apr_1", .expired)
    let html = html(approval(), at: Self.start + 600, noToYes: over, noToNo: over)
    #expect(!html.contains("<button"))
  }

  @Test func `a reason that is needed is asked for, and what was typed stays`() {
    let page = html(approval(needsReason: true), refusal: .reasonRequired("apr_1"))
    #expect(page.contains("required"))
    #expect(page.contains(">typed</textarea>"))
    #expect(page.contains(#"role="alert""#))
  }

  @Test func `a queue shows state, age, and what is asked`() {
    let frame = PageFrame(
      sections: [ApprovalPages.section], person: nil, token: "", path: "/console/approvals")
    let page = ApprovalQueuePage(approvals: [approval()], isOpen: true, now: Self.start + 301)
    let html = String(decoding: frame.render(page.page), as: UTF8.self)
    #expect(html.contains(#"<a href="/console/approvals/apr_00000000000000000000">db__drop</a>"#))
    #expect(html.contains(#"<span class="tag wait">asked 5 min 1 s ago</span>"#))
    #expect(html.contains("4 min 59 s left"))
    #expect(html.contains("ci for alice"))
    let empty = ApprovalQueuePage(approvals: [], isOpen: true, now: Self.start)
    #expect(
      String(decoding: frame.render(empty.page), as: UTF8.self).contains("No call waits"))
  }
}
