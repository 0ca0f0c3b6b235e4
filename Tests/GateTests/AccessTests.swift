import Cedar
import Configuration
import Identity
import JSON
import Ledger
import Testing

@testable import Gate

@Suite("Who could call a tool")
struct AccessTests {
  private static let claude = Principal(agent: "claude", human: "alice", roles: ["developer"])
  private static let guest = Principal(agent: "guest")

  private func snapshot(
    _ policy: String, agents: [Principal] = [claude],
    environment: RecordedSnapshot.Environment = .unknown
  ) throws -> RecordedSnapshot {
    RecordedSnapshot(
      policies: try policies(policy),
      entities: try Entities(PolicyVocabulary.entities(of: notesCatalog(SilentUpstream()))),
      agents: agents, environment: environment)
  }

  /// One row of the table: policies, arguments if they are known, and what is said of `claude`.
  struct Case: Sendable, CustomTestStringConvertible {
    var policies: [String]
    var arguments: String?
    var answer: Access.Answer
    var because: [String] = []
    var remedies: [String] = []
    var residuals: [String] = []
    /// Whether a policy fails whatever the call is.
    var fails = false

    var testDescription: String { "\(policies.joined(separator: " ")) \(arguments ?? "")" }
  }

  private static let all = #"@id("all") permit (principal, action, resource);"#
  private static let developers =
    #"@id("dev") permit (principal in Sallyport::Role::"developer", action, resource);"#
  private static let others =
    #"@id("ops") permit (principal in Sallyport::Role::"operator", action, resource);"#
  private static let small =
    #"@id("small") permit (principal, action, resource) when { context.input.n < 10 };"#
  private static let never =
    #"@id("never") forbid (principal, action == Sallyport::Action::"notes__add", resource);"#
  private static let cap =
    #"@id("cap") forbid (principal, action, resource) when { context.input.n > 100 };"#
  private static let approved =
    #"@id("ask") @remedy("approval") forbid (principal, action, resource);"#
  private static let stepUp =
    #"@id("login") @remedy("step-up") forbid (principal, action, resource);"#
  private static let approvedBig =
    #"@id("big") @remedy("approval") forbid (principal, action, resource) "#
    + #"when { context.input has n && context.input.n > 100 };"#
  private static let fails =
    #"@id("fails") forbid (principal, action, resource) when { resource.size > 1 };"#
  private static let client =
    #"@id("client") permit (principal, action, resource) "#
    + #"when { context.client.transport == "http" };"#
  private static let production =
    #"@id("prod") permit (principal, action, resource) when { context.environment == "prod" };"#

  static let cases = [
    Case(policies: [], answer: .no),
    Case(policies: [others], answer: .no),
    Case(policies: [developers], answer: .yes, because: ["dev"]),
    Case(policies: [all, developers], answer: .yes, because: ["all", "dev"]),
    Case(policies: [all, never], answer: .no, because: ["never"]),
    Case(policies: [small], answer: .depends, residuals: ["small"]),
    Case(policies: [small], arguments: #"{"n":3}"#, answer: .yes, because: ["small"]),
    Case(policies: [small], arguments: #"{"n":30}"#, answer: .no),
    Case(policies: [small], arguments: "{}", answer: .no, fails: true),
    Case(policies: [all, cap], answer: .depends, because: ["all"], residuals: ["cap"]),
    Case(policies: [all, cap], arguments: #"{"n":5}"#, answer: .yes, because: ["all"]),
    Case(policies: [all, cap], arguments: #"{"n":500}"#, answer: .no, because: ["cap"]),
    // A forbid that fails denies.
    Case(
      policies: [all, cap], arguments: "{}", answer: .no, because: ["cap"], fails: true),
    Case(policies: [all, fails], answer: .no, because: ["fails"], fails: true),
    Case(policies: [small, fails], answer: .no, because: ["fails"], fails: true),
    Case(policies: [all, approved], answer: .ask, because: ["ask"], remedies: ["approval"]),
    Case(
      policies: [all, stepUp, approved], answer: .ask, because: ["login", "ask"],
      remedies: ["approval", "step-up"]),
    Case(policies: [all, approved, never], answer: .no, because: ["ask", "never"]),
    Case(policies: [all, approved, fails], answer: .no, because: ["fails"], fails: true),
    Case(policies: [approved], answer: .no),
    Case(policies: [never, approved], answer: .no, because: ["never", "ask"]),
    Case(
      policies: [small, approved], answer: .depends, because: ["ask"], remedies: ["approval"],
      residuals: ["small"]),
    Case(policies: [all, approvedBig], answer: .depends, because: ["all"], residuals: ["big"]),
    Case(
      policies: [all, approvedBig], arguments: #"{"n":500}"#, answer: .ask, because: ["big"],
      remedies: ["approval"]),
    // It needs the one anyway; the other may come to it, or fail and deny.
    Case(
      policies: [all, stepUp, approvedBig], answer: .depends, because: ["all", "login"],
      remedies: ["step-up"], residuals: ["big"]),
    Case(
      policies: [all, stepUp, approvedBig], arguments: #"{"n":5}"#, answer: .ask,
      because: ["login"], remedies: ["step-up"]),
    Case(policies: [client], answer: .depends, residuals: ["client"]),
    Case(policies: [production], answer: .depends, residuals: ["prod"]),
  ]

  @Test(arguments: cases)
  func `each answer names the policies that it rests on`(_ row: Case) throws {
    let snapshot = try snapshot(row.policies.joined(separator: "\n"))
    let found = try snapshot.access(
      to: "notes__add", arguments: row.arguments.map { try json($0) })
    let access = try #require(found.first)
    #expect(found.count == 1)
    #expect(access.answer == row.answer)
    #expect(access.policies == row.because)
    #expect(access.remedies == row.remedies)
    #expect(access.residuals.map(\.policy) == row.residuals)
    #expect(access.errors.isEmpty == !row.fails)
  }

  /// What is told of a call of which little is known must be right for every call.
  @Test(arguments: cases)
  func `the gate answers every such call so`(_ row: Case) throws {
    let text = row.policies.joined(separator: "\n")
    let snapshot = try snapshot(text)
    let access = try #require(
      try snapshot.access(to: "notes__add", arguments: row.arguments.map { try json($0) }).first)
    var seen: Set<DecisionRecord.Decision> = []
    let arguments =
      row.arguments.map { [$0] } ?? ["{}", #"{"n":5}"#, #"{"n":50}"#, #"{"n":500}"#, #"{"n":"x"}"#]
    for arguments in arguments {
      for transport in ["http", "stdio"] {
        for environment in [nil, "prod", "test"] {
          let request = PolicyRequest(
            principal: Self.claude, action: .call(arguments: try json(arguments)),
            subject: .tool("notes__add"), client: LedgerClient(name: "c", version: nil),
            transport: transport, environment: environment)
          let verdict = try request.decide(
            with: snapshot.policies, entities: snapshot.entities)
          seen.insert(verdict.decision)
          if access.answer == .ask { #expect(verdict.remedies == access.remedies) }
        }
      }
    }
    switch access.answer {
    case .yes: #expect(seen == [.allow])
    case .no: #expect(seen == [.deny])
    case .ask: #expect(seen == [.ask])
    case .depends: #expect(seen.count > 1)
    }
  }

  @Test func `each agent has its own answer, in the order of the records`() throws {
    let snapshot = try snapshot(Self.developers, agents: [Self.guest, Self.claude])
    let found = try snapshot.access(to: "notes__add")
    #expect(found.map(\.principal) == [Self.guest, Self.claude])
    #expect(found.map(\.answer) == [.no, .yes])
  }

  @Test func `what remains of a policy is Cedar, without what is known`() throws {
    let snapshot = try snapshot(
      #"@id("own") permit (principal in Sallyport::Role::"developer", action, resource) "#
        + #"when { resource.effect == "write" && context.input.path like "/home/*" };"#)
    let access = try #require(try snapshot.access(to: "notes__add").first)
    let residual = try #require(access.residuals.first)
    #expect(residual.effect == "permit")
    #expect(residual.text.contains(#"context.input.path like "/home/*""#))
    #expect(!residual.text.contains("developer") && !residual.text.contains("effect"))
    #expect(try snapshot.access(to: "notes__search").first?.answer == .no)
  }

  @Test(
    arguments: [
      (.known("prod"), .yes), (.known("test"), .no), (.known(nil), .no), (.unknown, .depends),
    ] as [(RecordedSnapshot.Environment, Access.Answer)])
  func `the environment counts as far as it is on record`(
    environment: RecordedSnapshot.Environment, answer: Access.Answer
  ) throws {
    let snapshot = try snapshot(Self.production, environment: environment)
    #expect(try snapshot.access(to: "notes__add").map(\.answer) == [answer])
  }

  @Test func `a tool that there was not is refused, with the nearest name`() throws {
    let snapshot = try snapshot(Self.all)
    #expect(throws: AccessError.unknownTool("notes__ad", suggestion: "notes__add")) {
      try snapshot.access(to: "notes__ad")
    }
    #expect(throws: AccessError.unknownTool("mail__send", suggestion: nil)) {
      try snapshot.access(to: "mail__send")
    }
  }

  // MARK: From a ledger

  private func places(_ bench: GateBench) throws -> SnapshotPlaces {
    func place(_ kind: LedgerRecord.Kind) throws -> SnapshotPlaces.Place {
      let first = try #require(try bench.records([kind]).first)
      return SnapshotPlaces.Place(
        version: try #require(first.text("version")), sequence: first.position.sequence)
    }
    let decision = try bench.records([.decision]).last
    return SnapshotPlaces(
      policies: try place(.policies), entities: try place(.entities), agents: try place(.agents),
      decision: decision?.position.sequence)
  }

  @Test func `what was in force is read from the ledger, with the environment of a decision`()
    async throws
  {
    let bench = try await GateBench(policy: Self.production, yaml: "environment: prod")
    try SnapshotRecorder(ledger: bench.ledger).record(bench.gate.snapshot)
    try bench.ledger.flush()
    let before = try RecordedSnapshot(try places(bench), from: bench.ledgerPath)
    #expect(before.environment == .unknown)
    #expect(before.agents.map(\.agent) == bench.gate.snapshot.directory.known.map(\.agent))
    #expect(Set(try before.access(to: "notes__add").map(\.answer)) == [.depends])
    _ = try await bench.call("notes__add")
    let after = try RecordedSnapshot(try places(bench), from: bench.ledgerPath)
    #expect(after.environment == .known("prod"))
    #expect(Set(try after.access(to: "notes__add").map(\.answer)) == [.yes])
    bench.end()
  }

  @Test func `what is not in the ledger is said`() async throws {
    let bench = try await GateBench()
    try SnapshotRecorder(ledger: bench.ledger).record(bench.gate.snapshot)
    try bench.ledger.flush()
    let right = try places(bench)
    var wrong = right
    wrong.policies.sequence = nil
    #expect(throws: AccessError.unreadable(.unknownPolicies(version: right.policies.version))) {
      try RecordedSnapshot(wrong, from: bench.ledgerPath)
    }
    wrong = right
    wrong.entities.version = "0123456789abcdef"
    #expect(throws: AccessError.unreadable(.unknownEntities(version: "0123456789abcdef"))) {
      try RecordedSnapshot(wrong, from: bench.ledgerPath)
    }
    wrong = right
    wrong.policies = SnapshotPlaces.Place(version: Policies.version(of: []), sequence: nil)
    let empty = try RecordedSnapshot(wrong, from: bench.ledgerPath)
    #expect(Set(try empty.access(to: "notes__add").map(\.answer)) == [.no])
    bench.end()
  }
}
