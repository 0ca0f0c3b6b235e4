import Approvals
import Identity
import Testing

@Suite("One approval")
struct ApprovalTests {
  private func expect(
    _ word: String, sourceLocation: SourceLocation = #_sourceLocation,
    of body: () throws(ApprovalRefusal) -> Void
  ) {
    do throws(ApprovalRefusal) {
      try body()
      Issue.record("it was not refused", sourceLocation: sourceLocation)
    } catch {
      #expect(error.word == word, sourceLocation: sourceLocation)
    }
  }

  @Test func `a yes leaves it pending until it is enough, and then it counts once`() throws {
    var approval = Samples.approval()
    try approval.answer(Samples.answer())
    #expect(approval.state == .pending)
    try approval.approve(at: Samples.start + 11)
    #expect(approval.state == .approved)
    try approval.use(by: "c2", on: Samples.terms, at: Samples.start + 12)
    #expect(approval.state == .used)
    #expect(approval.usedBy == "c2")
    expect("used") { () throws(ApprovalRefusal) in
      try approval.use(by: "c3", on: Samples.terms, at: Samples.start + 13)
    }
  }

  @Test func `nothing is approved without a yes`() {
    var approval = Samples.approval()
    expect("unanswered") { () throws(ApprovalRefusal) in
      try approval.approve(at: Samples.start + 1)
    }
  }

  @Test(arguments: [
    ("requester", Samples.answer(by: "alice")),
    ("requester", Samples.answer(by: "Alice")),
    ("unknown", Samples.answer(tenant: "rival")),
    ("unknown", Samples.answer(tenant: nil)),
    ("expired", Samples.answer(at: Samples.start + 600)),
  ])
  func `an answer that does not count is refused`(word: String, answer: Answer) {
    var approval = Samples.approval()
    let before = approval
    expect(word) { () throws(ApprovalRefusal) in
      try approval.answer(answer)
    }
    #expect(approval == before)
  }

  @Test func `the same person does not answer twice, under any spelling`() throws {
    var approval = Samples.approval()
    try approval.answer(Samples.answer())
    expect("answered_already") { () throws(ApprovalRefusal) in
      try approval.answer(Samples.answer(by: "BOB"))
    }
  }

  @Test func `the person the agent acts for may say no`() throws {
    var approval = Samples.approval()
    try approval.answer(Samples.answer(.deny, by: "alice"))
    #expect(approval.state == .denied)
    #expect(approval.denial?.person.name == "alice")
  }

  @Test func `a step-up is confirmed by the requester's human alone, who signed in since`() throws {
    var approval = Samples.approval(remedies: ["step-up"])
    expect("not_requester") { () throws(ApprovalRefusal) in
      try approval.answer(Samples.answer(by: "bob"))
    }
    for time in [nil, Samples.start - 1, Samples.start] {
      expect("stale_sign_in") { () throws(ApprovalRefusal) in
        try approval.answer(Samples.answer(by: "alice", signedInAt: time))
      }
    }
    try approval.answer(Samples.answer(by: "alice", signedInAt: Samples.start + 1))
    #expect(approval.confirmation?.person.name == "alice")
    #expect(approval.approvers.isEmpty)
  }

  @Test func `a reason that is required is more than white space`() throws {
    var approval = Samples.approval(needsReason: true)
    for reason in [nil, "", " \n"] {
      expect("reason_required") { () throws(ApprovalRefusal) in
        try approval.answer(Samples.answer(reason: reason))
      }
    }
    try approval.answer(Samples.answer(reason: String(repeating: "é", count: 1000)))
    #expect(approval.answers.first?.reason?.utf8.count == Approval.reasonBytesMax)
  }

  static let others: [(String, @Sendable (inout ApprovalTerms) -> Void)] = [
    ("agent", { $0.agent = "cj" }), ("human", { $0.human = "alicf" }),
    ("no human", { $0.human = nil }), ("roles", { $0.roles = ["build", "dew"] }),
    ("no role", { $0.roles = ["build"] }), ("tenant", { $0.tenant = "acmf" }),
    ("no tenant", { $0.tenant = nil }), ("server", { $0.server = "dc" }),
    ("tool", { $0.tool = "db__drpp" }), ("arguments", { $0.argumentsDigest = "ab" }),
    ("pin", { $0.pin = "pq" }), ("no pin", { $0.pin = nil }),
    ("policies", { $0.policyVersion = "vw" }),
  ]

  @Test func `one byte of difference in what it is bound to is another call`() throws {
    var approval = Samples.approval()
    try approval.answer(Samples.answer())
    try approval.approve(at: Samples.start + 11)
    var digests = [Samples.terms.digest()]
    for (_, change) in Self.others {
      var terms = Samples.terms
      change(&terms)
      digests.append(terms.digest())
      expect("other_call") { () throws(ApprovalRefusal) in
        try approval.use(by: "c2", on: terms, at: Samples.start + 12)
      }
    }
    #expect(Set(digests).count == Self.others.count + 1)
    #expect(approval.state == .approved)
  }

  @Test func `parts of the terms do not run together`() {
    var one = Samples.terms
    var other = Samples.terms
    (one.server, one.tool) = ("ab", "c")
    (other.server, other.tool) = ("a", "bc")
    #expect(one.digest() != other.digest())
  }

  @Test func `after its deadline it is over, answered or not`() throws {
    var pending = Samples.approval()
    let isEarly = pending.expire(at: Samples.start + 599)
    let isOver = pending.expire(at: Samples.start + 600)
    #expect(!isEarly && isOver)
    #expect(pending.state == .expired)
    var approved = Samples.approval()
    try approved.answer(Samples.answer())
    try approved.approve(at: Samples.start + 11)
    expect("expired") { () throws(ApprovalRefusal) in
      try approved.use(by: "c2", on: Samples.terms, at: Samples.start + 600)
    }
    let isExpired = approved.expire(at: Samples.start + 600)
    let isExpiredAgain = approved.expire(at: Samples.start + 601)
    #expect(isExpired && !isExpiredAgain)
  }

  @Test func `what is void or denied stays so`() throws {
    var void = Samples.approval()
    try void.void("the policies changed", at: Samples.start + 1)
    #expect(void.voidedFor == "the policies changed")
    expect("voided") { () throws(ApprovalRefusal) in
      try void.answer(Samples.answer())
    }
    var denied = Samples.approval()
    try denied.answer(Samples.answer(.deny))
    expect("denied") { () throws(ApprovalRefusal) in
      try denied.approve(at: 0)
    }
    expect("denied") { () throws(ApprovalRefusal) in
      try denied.void("", at: 0)
    }
  }

  @Test func `a refusal quotes no more of a name than an approval's can have`() {
    let hostile = "apr_\u{1b}[31m\n" + String(repeating: "x", count: 1000)
    let text = ApprovalRefusal.unknown(hostile).description
    #expect(!text.contains("\u{1b}") && !text.contains("\n"))
    #expect(text.utf8.count < 200)
    #expect(!ApprovalID.isWellFormed(hostile))
    #expect(ApprovalID.isWellFormed(ApprovalID.make()))
  }
}
