import Identity
import JSON
import Testing

@testable import Approvals

@Suite("What people are shown of an approval")
struct ApprovalViewTests {
  private func view(_ approval: Approval, earlier: EarlierCalls? = nil) -> ApprovalView {
    ApprovalView(
      approval, definition: nil, policies: [.init(id: "drops", text: "forbid (…);")],
      earlier: earlier, link: "https://gate.example/console/approvals/\(approval.id)")
  }

  @Test func `its JSON has the parts in the order in which they are read`() throws {
    let earlier = EarlierCalls(
      basis: .trace,
      calls: [.init(id: "c0", time: 1, subject: "db__list", decision: "allow", outcome: "ok")],
      omitted: 3)
    let root = try JSONDocument(
      parsing: view(Samples.approval(), earlier: earlier).json
    ).root
    let parts = ["what", "who", "why", "before", "irreversible", "needed"]
    #expect(root.members.map(\.name).filter(parts.contains) == parts)
    #expect(root.pointer("/what/arguments/table")?.string == "t")
    #expect(root.pointer("/what/lines/0/path")?.string == "/table")
    #expect(root.pointer("/why/policies/0/id")?.string == "drops")
    #expect(root.pointer("/why/advice/0")?.string == "Ask the owner.")
    #expect(root.pointer("/before/calls/0/outcome")?.string == "ok")
    #expect(root.pointer("/before/omitted")?.int64 == 3)
  }

  @Test func `what is needed follows the remedies and the answers so far`() throws {
    var approval = Samples.approval(remedies: ["approval", "step-up"])
    #expect(view(approval).needed.count == 2)
    try approval.answer(Samples.answer(by: "alice"))
    #expect(
      view(approval).needed == ["Somebody other than the one the agent acts for approves it."])
    try approval.answer(Samples.answer(by: "bob"))
    #expect(view(approval).needed == ["Policy wants more than the yes of bob."])
    try approval.approve(at: Samples.start + 20)
    #expect(view(approval).needed.isEmpty)
    #expect(view(approval).outcome.hasPrefix("It is approved."))
  }

  @Test func `an approval is for people of its tenant, and knows whom the agent acts for`() {
    let approval = Samples.approval()
    let bob = Samples.answer(by: "bob").person
    #expect(approval.isRequested(by: Samples.answer(by: "Alice").person))
    #expect(!approval.isRequested(by: bob))
    let stranger = Samples.answer(by: "eve", tenant: "other").person
    #expect(!approval.isVisible(to: stranger))
    #expect(approval.isVisible(to: bob))
  }

  @Test func `a notice says how it stands`() throws {
    var approval = Samples.approval()
    func notice() -> ApprovalNotice { ApprovalNotice(approval, link: "l") }
    #expect(notice().event == .requested)
    #expect(notice().time == Samples.start)
    try approval.answer(Samples.answer())
    #expect(notice().event == .answered)
    #expect(notice().id == "apr_00000000000000000000.answered.1")
    try approval.approve(at: Samples.start + 20)
    #expect(notice().event == .approved)
    try approval.use(by: "c2", on: Samples.terms, at: Samples.start + 30)
    #expect(notice().event == .used)
    #expect(notice().time == Samples.start + 30)
  }
}
