import JSON
import MCP
import Testing

@testable import Gate

@Suite("What a denied call says")
struct DenialTests {
  private func denial(_ reason: Denial.Reason) -> Denial {
    Denial(reason: reason, tool: "notes__add", server: "notes", callID: "c0ffee")
  }

  @Test func `a denial by policy is a complete tool result`() throws {
    let response = denial(.policy(policies: ["no-writes"], advice: ["Ask the notes team."]))
      .answer
    #expect(
      response.result?.description == """
        {"resultType":"complete","content":[{"type":"text","text":"The call to notes__add was \
        denied: forbidden by policy no-writes. Ask the notes team. (call c0ffee)"}],\
        "isError":true,"_meta":{"dev.sallyport/decision":{"decision":"deny","reason":"denied",\
        "tool":"notes__add","callId":"c0ffee","policies":["no-writes"]}}}
        """)
  }

  @Test func `an ask says to machines which remedies it needs`() throws {
    let response = denial(
      .ask(policies: ["pay"], remedies: [.approval, .stepUp], advice: ["Ask finance."])
    ).answer
    #expect(response.result?[member: "isError"]?.bool == true)
    #expect(
      response.result?[member: "_meta"]?.description == """
        {"dev.sallyport/decision":{"decision":"ask","reason":"remedy_needed","tool":"notes__add",\
        "callId":"c0ffee","policies":["pay"],"remedies":["approval","step-up"]}}
        """)
  }

  @Test(
    arguments: [
      (
        Denial.Reason.policy(policies: [], advice: []), "denied",
        """
        The call to notes__add was denied: no policy permits it. Repeating it will not help. A \
        person who administers this gateway can change the policy. (call c0ffee)
        """
      ),
      (
        .ask(policies: ["a", "b"], remedies: [.approval, .stepUp], advice: []), "remedy_needed",
        """
        The call to notes__add was not made: policy a, b forbids it without the approval of a \
        person and a step-up login of the person you act for, which this gateway cannot obtain \
        for it. Repeating it will not help. Tell the person you act for what it needs. (call c0ffee)
        """
      ),
      (
        .policyError(policies: ["a", "b"]), "policy_error",
        """
        The call to notes__add was denied: policy a, b could not be evaluated for it. A person who \
        administers this gateway must correct the policy. (call c0ffee)
        """
      ),
      (
        .arguments(violations: ["/n: must be a number", "/x: is not allowed"]), "invalid_arguments",
        """
        The arguments for notes__add do not fit its input schema, so the call was not made:
        - /n: must be a number
        - /x: is not allowed
        Correct the arguments and call again.
        """
      ),
      (
        .ledger, "ledger_unavailable",
        """
        The call to notes__add was not made: this gateway cannot record it at the moment. A person \
        who administers it must look at its ledger. (call c0ffee)
        """
      ),
      (
        .upstream(.unavailable(reason: "notes is starting")), "upstream_failed",
        """
        The server notes did not answer the call to notes__add: not available: notes is starting. \
        It was not sent; it can be repeated later. (call c0ffee)
        """
      ),
      (
        .upstream(.timedOut(after: .seconds(5))), "upstream_timeout",
        """
        The server notes did not answer the call to notes__add: no answer within 5.0 seconds. It \
        may or may not have run; check before you repeat it. (call c0ffee)
        """
      ),
      (
        .upstream(.cancelled), "cancelled",
        """
        The server notes did not answer the call to notes__add: cancelled by the client. It may or \
        may not have run; check before you repeat it. (call c0ffee)
        """
      ),
    ])
  func `each reason has a word for machines and a text for models`(
    reason: Denial.Reason, word: String, text: String
  ) {
    let denial = denial(reason)
    #expect(denial.text == text)
    #expect(denial.answer.denial == word)
    #expect(denial.answer.result?[member: "isError"]?.bool == true)
  }

  @Test func `a call that is one too many is told to the client, which can wait`() throws {
    let denial = denial(.throttled(limit: 4))
    #expect(
      denial.text == """
        The call to notes__add was not made: 4 calls of this agent are under way already. Wait for \
        one to finish and call again.
        """)
    let error = try #require(denial.answer.failure)
    #expect(error.code == JSONRPCError.Code.throttled)
    #expect(error.message == denial.text)
    #expect(error.retryAfter == 1)
    #expect(denial.answer.denial == "throttled")
    #expect(denial.answer.decision?[member: "tool"]?.string == "notes__add")
  }

  @Test func `what is wrong with arguments stands in the result for machines too`() {
    let result = denial(.arguments(violations: ["/n: must be a number"])).answer.result
    let violations = result?[member: "_meta"]?[member: MetaKey.decision]?[member: "violations"]
    #expect(violations?.description == #"["/n: must be a number"]"#)
  }

  @Test func `names of hostile tools and policies cannot break the result`() {
    let denial = Denial(
      reason: .policy(policies: ["\"},\u{0}"], advice: []), tool: "t\"\n", server: "s", callID: "c")
    #expect(denial.answer.result?[member: "isError"]?.bool == true)
  }
}

@Suite("Calls under way")
struct InFlightCallsTests {
  @Test func `each agent has its own bound, and an end makes room`() {
    let calls = InFlightCalls()
    let (first, second) = (calls.counter(of: "a"), calls.counter(of: "b"))
    #expect(first.begin(limit: 2))
    #expect(calls.counter(of: "a").begin(limit: 2))
    #expect(!first.begin(limit: 2))
    #expect(second.begin(limit: 2))
    #expect(calls.total == 3)
    first.end()
    #expect(first.begin(limit: 2))
    for counter in [first, first, second] { counter.end() }
    #expect(calls.total == 0)
  }

  @Test func `a counter is the agent's as long as anyone holds it`() {
    let calls = InFlightCalls()
    let held = calls.counter(of: "held")
    #expect(held.begin(limit: 1))
    for number in 0..<100 { _ = calls.counter(of: "agent \(number)") }
    #expect(calls.counter(of: "held") === held)
    #expect(calls.total == 1)
  }

  @Test func `ids of calls are 32 hexadecimal digits and differ`() {
    var source = CallIDSource()
    var other = CallIDSource()
    let ids = (0..<100).flatMap { _ in [source.next(), other.next()] }
    #expect(Set(ids).count == 200)
    #expect(ids.allSatisfy { $0.count == 32 && $0.allSatisfy(\.isHexDigit) })
  }
}
