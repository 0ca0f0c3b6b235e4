import Configuration
import Identity
import JSON
import Ledger
import Reactor
import Testing

@testable import Gate
@testable import MCP

@Suite("Who is admitted, and what would help")
struct AdmissionTests {
  private typealias Requirement = Configuration.Requirement

  private static let now: Int64 = 1_000_000

  private func shortfall(
    _ requirement: Configuration.Requirement, human: String? = "alice",
    _ authentication: Authentication? = nil, binding: Principal.Binding? = nil
  ) -> Shortfall? {
    Shortfall(
      of: Principal(
        agent: "a", human: human, authentication: authentication, binding: binding),
      for: requirement, at: Self.now)
  }

  @Test func `an agent that acts for no person is none for people`() {
    #expect(shortfall(Requirement(human: true)) == nil)
    #expect(shortfall(Requirement(human: true), human: nil) == .human)
    #expect(shortfall(Requirement(), human: nil) == nil)
  }

  @Test(
    arguments: [
      (Configuration.Requirement.Proof.any, Principal.Binding.dpop, true),
      (.any, .mtls, true), (.any, nil, false), (.dpop, .dpop, true), (.dpop, .mtls, false),
      (.mtls, .mtls, true), (.mtls, .dpop, false), (.mtls, nil, false),
    ] as [(Configuration.Requirement.Proof, Principal.Binding?, Bool)])
  func `a token must be bound to what is required`(
    proof: Configuration.Requirement.Proof, binding: Principal.Binding?, isEnough: Bool
  ) {
    #expect((shortfall(Requirement(proof: proof), binding: binding) == nil) == isEnough)
  }

  @Test func `an authentication must be all that is required`() {
    let asked = Requirement.Authentication(
      maxAge: .seconds(300), contexts: ["urn:2", "urn:3"], methods: ["pwd", "otp"])
    func isEnough(_ methods: [String], _ context: String?, _ age: Int64?) -> Bool {
      let shown = Authentication(
        methods: methods, context: context, time: age.map { Self.now - $0 })
      return shortfall(Requirement(authentication: asked), shown) == nil
    }
    #expect(isEnough(["otp", "pwd", "user"], "urn:3", 300))
    #expect(!isEnough(["otp", "pwd"], "urn:3", 301))
    #expect(!isEnough(["otp", "pwd"], "urn:3", nil))
    #expect(!isEnough(["otp", "pwd"], "urn:1", 1))
    #expect(!isEnough(["otp", "pwd"], nil, 1))
    #expect(!isEnough(["otp"], "urn:2", 1))
    #expect(shortfall(Requirement(authentication: asked)) == .authentication(asked))
  }

  @Test func `what is required everywhere is required at a profile too`() async throws {
    let bench = try await GateBench(
      yaml: """
        require: {human: true}
        profiles: {strict: {require: {proof: dpop}}, open: {}}
        """)
    func admits(_ principal: Principal, _ endpoint: Endpoint) async -> Bool {
      await bench.loop.perform { [gate = bench.gate] in
        gate.admits(gate.caller(principal), at: endpoint)
      }
    }
    let alice = Principal(agent: "a", human: "alice")
    let bound = Principal(agent: "a", human: "alice", binding: .dpop)
    let machine = Principal(agent: "a", binding: .dpop)
    for endpoint in [Endpoint.everything, .profile("open"), .server("notes")] {
      #expect(await admits(alice, endpoint))
      #expect(await !admits(machine, endpoint))
    }
    #expect(await admits(bound, .profile("strict")))
    #expect(await !admits(alice, .profile("strict")))
    #expect(await !admits(machine, .profile("strict")))
    let failure = await bench.run { [gate = bench.gate] in
      await gate.turnAway(
        gate.caller(machine), at: .everything, transport: .http, peer: "192.0.2.1")
    }
    // There is no authorization server to go to.
    #expect(failure.error == .forbidden)
    #expect(failure.status == 403)
    let record = try #require(try bench.records([.refused]).last)
    #expect(record.text("reason") == "requirement: the agent acts for no person")
    #expect(record.text("refusal") == "authentication")
    bench.end()
  }

  @Test func `over stdio nobody gets past what is required`() async throws {
    let bench = try await GateBench(yaml: "require: {human: true}")
    let machine = await bench.caller(named: "machine")
    let params = try json(#"{"name":"notes__search","arguments":{}}"#)
    let response = await bench.run { [gate = bench.gate] in
      await gate.handle(
        MCPRequest(
          method: "tools/call", params: params,
          client: ClientDescription(transport: .stdio, version: .latest), messageBytes: 100),
        as: machine, notifying: .none)
    }
    guard case .failure(let error) = response else {
      Issue.record("\(response)")
      return
    }
    #expect(error.message.contains("act for a person"))
    #expect(bench.upstream.arrivals.isEmpty)
    bench.end()
  }

  // MARK: - Challenges

  @Test func `forbids that a step-up would cure say together what would do`() {
    var first = StepUpTerms()
    first.contexts = ["urn:2"]
    first.maxAge = 300
    var second = StepUpTerms()
    second.contexts = ["urn:2", "urn:3"]
    second.maxAge = 60
    second.scopes = ["a"]
    first.add(second)
    #expect(first.contexts == ["urn:2", "urn:3"])
    #expect(first.maxAge == 60)
    #expect(first.scopes == ["a"])
    var third = StepUpTerms()
    third.add(first)
    #expect(third == first)
  }

  @Test(
    arguments: [
      #"@acr("urn:2") forbid"#, #"@remedy("approval") @max_age("1") forbid"#,
      #"@remedy("step-up") @max_age("soon") forbid"#, #"@remedy("step-up") @max_age("-1") forbid"#,
      #"@remedy("step-up") @scope("") forbid"#, #"@remedy("step-up") @acr("é") forbid"#,
      #"@scope("a") permit"#,
    ])
  func `an annotation that says nothing useful is an error`(head: String) {
    #expect(throws: PolicyFilesError.self) {
      try policies("\(head) (principal, action, resource);")
    }
  }
}
