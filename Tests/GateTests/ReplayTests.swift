import Catalog
import Cedar
import Configuration
import Identity
import JSON
import Ledger
import Testing

@testable import Gate

@Suite("Making recorded decisions again")
struct ReplayTests {
  private static let policy = """
    @id("readers") permit (principal in Sallyport::Role::"developer", action, resource);
    @id("cap") @remedy("approval")
    forbid (principal, action == Sallyport::Action::"notes__add", resource)
    when { context.input has n && context.input.n > 100 };
    @id("client") forbid (principal, action, resource)
    when { context.client.name == "other" || context.environment == "test" };
    @id("never") forbid (principal, action in Sallyport::Action::"destructive", resource)
    unless { context.input.text like "please *" };
    """

  /// Calls of every kind of answer, on a bench whose snapshot is on record.
  private func recorded(_ yaml: String = "environment: prod") async throws -> GateBench {
    let bench = try await GateBench(policy: Self.policy, yaml: yaml)
    try SnapshotRecorder(ledger: bench.ledger).record(bench.gate.snapshot)
    for (tool, arguments) in [
      ("notes__search", "{ }"), ("notes__add", #"{"n": 100,"text":"é \u00e9"}"#),
      ("notes__add", #"{"n":101.0}"#), ("notes__add", #"{"n":1.5}"#), ("notes__wipe", "{}"),
      ("notes__wipe", "{\n \"text\" : \"please do\" }"), ("notes__wipe", #"{"text":"do"}"#),
    ] {
      _ = try await bench.call(tool, arguments)
    }
    return bench
  }

  @Test func `every decision comes out the same, with policies and errors`() async throws {
    let bench = try await recorded()
    var history = DecisionHistory()
    var replays: [Replay] = []
    for entry in try bench.records() {
      if let replay = try history.replay(entry) { replays.append(replay) }
    }
    #expect(replays.map(\.differences) == [[String]](repeating: [], count: 7))
    #expect(
      replays.map(\.verdict.decision) == [.allow, .allow, .ask, .deny, .deny, .allow, .deny])
    #expect(
      replays.map(\.verdict.policies) == [
        ["readers"], ["readers"], ["cap"], ["cap"], ["never"], ["readers"], ["never"],
      ])
    #expect(replays[3].verdict.errors.count == 1)
    #expect(replays[2].verdict.remedies == ["approval"])
    bench.end()
  }

  @Test func `decisions about prompts, resources and completions come out the same`() async throws {
    let bench = try await GateBench(
      policy: """
        @id("all") permit (principal, action, resource);
        @id("mime") forbid (principal, action == Sallyport::Action::"readResource", resource)
        when { resource has mimeType && resource.mimeType == "text/plain" };
        @id("name") forbid (principal, action == Sallyport::Action::"getPrompt", resource)
        unless { resource.name == "greet" };
        @id("server") forbid (principal, action == Sallyport::Action::"complete",
          resource is Sallyport::Resource in Sallyport::Server::"notes");
        """)
    try SnapshotRecorder(ledger: bench.ledger).record(bench.gate.snapshot)
    let argument = #""argument":{"name":"a","value":"b"}"#
    for (method, params) in [
      ("resources/read", #"{"uri":"notes+note://1"}"#),
      ("resources/read", #"{"uri":"notes+note://2"}"#),
      ("prompts/get", #"{"name":"notes__greet"}"#),
      ("completion/complete", #"{"ref":{"type":"ref/prompt","name":"notes__greet"},\#(argument)}"#),
      (
        "completion/complete",
        #"{"ref":{"type":"ref/resource","uri":"notes+note://{id}"},\#(argument)}"#
      ),
    ] {
      _ = try await bench.ask(method, params)
    }
    var history = DecisionHistory()
    var replays: [Replay] = []
    for entry in try bench.records() {
      if let replay = try history.replay(entry) { replays.append(replay) }
    }
    #expect(replays.map(\.differences) == [[String]](repeating: [], count: 5))
    #expect(
      replays.map(\.verdict.policies) == [["mime"], ["all"], ["all"], ["all"], ["server"]])
    #expect(
      replays.map(\.recorded.request.subject.publicID) == [
        "notes+note://1", "notes+note://2", "notes__greet", "notes__greet", "notes+note://{id}",
      ])
    bench.end()
  }

  @Test func `a recorded decision can be explained from the ledger alone`() async throws {
    let bench = try await recorded()
    var history = DecisionHistory()
    var decisions: [RecordedDecision] = []
    for entry in try bench.records() {
      try history.add(entry)
      if let decision = try RecordedDecision(entry) { decisions.append(decision) }
    }
    let explanations = try decisions.map {
      try $0.request.explain(
        with: try history.policies(of: $0), entities: try history.entities(of: $0))
    }
    // `{"n":101.0}` for `notes__add`
    let cap = try #require(explanations[2].forbidsInTheWay.first)
    #expect(cap.policy.name == "cap")
    #expect(
      history.newestPolicies?.set[cap.policy]?.annotation("remedy") == Remedy.approval.rawValue)
    #expect(
      cap.conditions[0].parts.map(\.text) == [
        "context.input has n", "context.input.n > 100",
      ])
    #expect(cap.conditions[0].parts[1].readings.map(\.value) == [101])
    #expect(explanations[3].candidates.first { $0.policy.name == "cap" }?.outcome != .satisfied)
    let stranger = PolicyRequest(
      principal: Principal(agent: "x"), action: .call(arguments: try json("{}")),
      subject: .tool("notes__search"))
    let denied = try stranger.explain(
      with: try #require(history.newestPolicies), entities: try #require(history.newestEntities))
    #expect(
      denied.nearestPermit?.scopeMismatches.map(\.constraint)
        == [#"principal in Sallyport::Role::"developer""#])
    bench.end()
  }

  @Test func `a decision made with other policies says what differs`() async throws {
    let bench = try await recorded()
    let others = try policies(
      #"@id("all") permit (principal, action, resource) when { context.environment == "prod" };"#)
    var history = DecisionHistory()
    var changed: [String] = []
    for entry in try bench.records() {
      if let replay = try history.replay(entry, with: others), !replay.isSame {
        changed.append(replay.differences[0])
      }
    }
    #expect(
      changed == [
        "policies: readers, now all", "policies: readers, now all", "decision: ask, now allow",
        "decision: deny, now allow", "decision: deny, now allow", "policies: readers, now all",
        "decision: deny, now allow",
      ])
    bench.end()
  }

  @Test func `what is not wholly on record is not made again, and why is said`() async throws {
    let bench = try await recorded("audit: {arguments: none}")
    var history = DecisionHistory()
    for entry in try bench.records() {
      do {
        #expect(try history.replay(entry) == nil)
      } catch {
        #expect(error == .argumentsOmitted("configuration"))
      }
    }
    bench.end()

    let other = try await recorded()
    let decisions = try other.records([.decision])
    var empty = DecisionHistory()
    let version = other.gate.snapshot.policies.version
    #expect(throws: ReplayError.unknownPolicies(version: version)) {
      _ = try empty.replay(decisions[0])
    }
    other.end()
  }

  @Test func `a forged piece is found by its digest`() async throws {
    let bench = try await GateBench()
    let version = bench.gate.snapshot.policies.version
    for piece in PoliciesRecord.pieces(
      version: version, files: [("test.cedar", "permit (principal, action, resource);")])
    {
      try bench.ledger.append(LedgerRecord(.policies(piece)))
    }
    try bench.ledger.flush()
    let entry = try #require(try bench.records([.policies]).first)
    var history = DecisionHistory()
    #expect(throws: ReplayError.wrongDigest(version: version)) { try history.add(entry) }
    bench.end()
  }

  @Test func `policies of many pieces come back whole, also after a writer that died in between`()
    async throws
  {
    let text =
      "// \(String(repeating: "é\u{7}", count: 80_000))\n" + GateBench.permitAll
      + #" @id("b") forbid (principal, action, resource) when { context.input has "\n" };"#
    let bench = try await GateBench(policy: text)
    let version = bench.gate.snapshot.policies.version
    let pieces = PoliciesRecord.pieces(version: version, files: [("test.cedar", text)])
    #expect(pieces.count > 3)
    for piece in pieces.dropLast() { try bench.ledger.append(LedgerRecord(.policies(piece))) }
    try SnapshotRecorder(ledger: bench.ledger).record(bench.gate.snapshot)
    _ = try await bench.call("notes__add", #"{"text":"x"}"#)
    var history = DecisionHistory()
    var replays = 0
    for entry in try bench.records() {
      guard let replay = try history.replay(entry) else { continue }
      #expect(replay.isSame)
      replays += 1
    }
    #expect(replays == 1)
    bench.end()
  }

  @Test func `a snapshot is recorded once, and again when others came between`() async throws {
    let bench = try await GateBench()
    let recorder = SnapshotRecorder(ledger: bench.ledger)
    for _ in 0..<3 { try recorder.record(bench.gate.snapshot) }
    try bench.ledger.flush()
    #expect(try bench.records([.policies]).count == 1)
    #expect(try bench.records([.entities]).count == 1)
    let configuration = try configuration("listen: 127.0.0.1:0")
    for number in 0..<SnapshotRecorder.remembered {
      try recorder.record(
        GateSnapshot(
          catalog: bench.gate.snapshot.catalog,
          directory: AgentDirectory(configuration, localUser: 1000),
          policies: policies("@id(\"\(number)\") permit (principal, action, resource);"),
          configuration: configuration))
    }
    try recorder.record(bench.gate.snapshot)
    try bench.ledger.flush()
    #expect(try bench.records([.policies]).count == SnapshotRecorder.remembered + 2)
    #expect(try bench.records([.entities]).count == 1)
    bench.end()
  }

  @Test func `without a ledger a snapshot is not recorded, and trying again records it`()
    async throws
  {
    let bench = try await GateBench()
    let recorder = SnapshotRecorder(ledger: bench.ledger)
    bench.ledger.close()
    for _ in 0..<2 {
      #expect(throws: LedgerError.self) { try recorder.record(bench.gate.snapshot) }
    }
    bench.end()
  }

  @Test(
    arguments: [
      (["a"], ["a"], true), (["a"], ["b"], false), (["ab…"], ["abc"], true),
      (["ab…"], ["xbc"], false), ([], ["a"], false), (["a", "… 2 more"], ["a", "b", "c"], true),
      (["a", "… 3 more"], ["a", "b", "c"], false), (["e\u{301}"], ["\u{e9}"], false),
    ] as [([String], [String], Bool)])
  func `a cut text or list matches what it was cut from`(
    recorded: [String], full: [String], matches: Bool
  ) {
    #expect(RecordedTexts.match(recorded, full, countMax: 2) == matches)
  }
}
