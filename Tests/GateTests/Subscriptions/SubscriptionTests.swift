import Configuration
import Identity
import JSON
import Ledger
import Reactor
import Synchronization
import Testing

@testable import Catalog
@testable import Gate
@testable import MCP

@Suite("Telling clients of changes")
struct SubscriptionTests {
  final class Client: Sendable {
    private let state = Mutex<[String]>([])
    var told: [String] { state.withLock { $0 } }

    func take(_ notification: ServerNotification) {
      let text =
        switch notification {
        case .listChanged(let kind): kind.rawValue
        case .resourceUpdated(let uri): uri
        case .task: "task"
        }
      state.withLock { $0.append(text) }
    }
  }

  static let all = SubscriptionFilter(lists: Set(ListKind.allCases))

  static func listen(
    _ bench: GateBench, _ filter: SubscriptionFilter, _ client: Client = Client(),
    as caller: Caller? = nil, at endpoint: Endpoint = .everything
  ) async -> Result<Listening, JSONRPCError> {
    let caller = caller ?? bench.caller
    return await bench.run { [gate = bench.gate] in
      await gate.listen(
        for: filter,
        request: MCPRequest(
          method: "subscriptions/listen", params: nil,
          client: ClientDescription(transport: .http, version: .latest, name: "tester"),
          messageBytes: 1, endpoint: endpoint),
        as: caller, telling: { client.take($0) })
    }
  }

  static func snapshot(
    _ bench: GateBench, tools: [String] = [], policy: String = GateBench.permitAll,
    agents: String = "agents: {claude: {token: claude-token-0123456789, human: alice, "
      + "roles: [developer]}}",
    upstream: (any Upstream)? = nil
  ) throws -> GateSnapshot {
    let configuration = try configuration(agents)
    return try GateSnapshot(
      catalog: notesCatalog(
        upstream ?? bench.upstream, further: tools, peer: everythingPeer(),
        others: [CatalogServer(name: "other", upstream: bench.upstream)]),
      directory: AgentDirectory(configuration, localUser: 1000), policies: policies(policy),
      configuration: configuration)
  }

  private func bench(policy: String = GateBench.permitAll) async throws -> GateBench {
    try await GateBench(policy: policy, peer: everythingPeer())
  }

  @Test func `a list is told of when it looks different to the caller`() async throws {
    let bench = try await bench()
    let (everything, own, other) = (Client(), Client(), Client())
    let first = try await Self.listen(bench, Self.all, everything).get()
    #expect(first.honoured.lists == Set(ListKind.allCases))
    _ = try await Self.listen(bench, Self.all, own, at: .server("notes")).get()
    _ = try await Self.listen(bench, Self.all, other, at: .server("other")).get()
    let hub = bench.subscriptions
    hub.replace(try Self.snapshot(bench))
    await hub.settle()
    #expect(everything.told.isEmpty)
    hub.replace(try Self.snapshot(bench, tools: ["more"]))
    await hub.settle()
    #expect(everything.told == ["tools"])
    #expect(own.told == ["tools"])
    #expect(other.told.isEmpty)
    first.end()
    hub.replace(try Self.snapshot(bench))
    await hub.settle()
    #expect(everything.told == ["tools"])
    #expect(own.told == ["tools", "tools"])
    bench.end()
  }

  @Test func `what policy hides is not told of, and policies that change are`() async throws {
    let hides = #"""
      permit (principal, action, resource)
      unless { resource is Sallyport::Tool && resource.name == "more" };
      """#
    let bench = try await bench(policy: hides)
    let client = Client()
    _ = try await Self.listen(bench, Self.all, client).get()
    let hub = bench.subscriptions
    hub.replace(try Self.snapshot(bench, tools: ["more"], policy: hides))
    await hub.settle()
    #expect(client.told.isEmpty)
    hub.replace(try Self.snapshot(bench, tools: ["more"]))
    await hub.settle()
    #expect(client.told == ["tools"])
    hub.replace(
      try Self.snapshot(
        bench, tools: ["more"],
        policy: "permit (principal, action, resource is Sallyport::Tool);"))
    await hub.settle()
    #expect(client.told == ["tools", "prompts", "resources"])
    bench.end()
  }

  @Test func `only the lists that were asked for are told of`() async throws {
    let bench = try await bench()
    let client = Client()
    _ = try await Self.listen(bench, SubscriptionFilter(lists: [.prompts]), client).get()
    bench.subscriptions.replace(try Self.snapshot(bench, tools: ["more"]))
    await bench.subscriptions.settle()
    #expect(client.told.isEmpty)
    bench.end()
  }

  @Test func `a resource is watched once, and each who listens is told in its own words`()
    async throws
  {
    let bench = try await bench()
    let hub = bench.subscriptions
    let (first, second) = (Client(), Client())
    let listening = try await Self.listen(
      bench, SubscriptionFilter(resources: ["notes+note://1", "notes+note://2", "nothing://x"]),
      first
    ).get()
    #expect(listening.honoured.resources == ["notes+note://1", "notes+note://2"])
    await hub.settle()
    let other = try await Self.listen(
      bench, SubscriptionFilter(resources: ["note://1"]), second, at: .server("notes")
    ).get()
    await hub.settle()
    #expect(bench.upstream.watched == [["note://1", "note://2"]])
    hub.resourceUpdated("note://1", at: "notes")
    hub.resourceUpdated("note://3", at: "notes")
    hub.resourceUpdated("note://1", at: "other")
    await hub.settle()
    #expect(first.told == ["notes+note://1"])
    #expect(second.told == ["note://1"])
    listening.end()
    await hub.settle()
    #expect(bench.upstream.watched.last == ["note://1"])
    hub.resourceUpdated("note://1", at: "notes")
    await hub.settle()
    #expect(first.told.count == 1)
    #expect(second.told.count == 2)
    other.end()
    other.end()
    await hub.settle()
    #expect(bench.upstream.watched.last == [])
    #expect(hub.count == 0)
    bench.end()
  }

  @Test func `resources pass policy, on record, and lose what policy takes away`() async throws {
    let forbids = #"""
      @id("all") permit (principal, action, resource);
      @id("secret") forbid (principal, action == Sallyport::Action::"subscribe", resource)
      when { resource.uri == "note://2" };
      """#
    let bench = try await bench(policy: forbids)
    let hub = bench.subscriptions
    let client = Client()
    let listening = try await Self.listen(
      bench, SubscriptionFilter(resources: ["notes+note://1", "notes+note://2"]), client
    ).get()
    #expect(listening.honoured.resources == ["notes+note://1"])
    let decisions = try bench.records([.decision]).filter { $0.text("parent") != nil }
    #expect(decisions.map { $0.text("decision") } == ["allow", "deny"])
    #expect(decisions.last?.document.root[member: "policies"]?.description == #"["secret"]"#)
    #expect(
      decisions.first?.document.root[member: "resource"]?[member: "uri"]?.string == "note://1")
    let whole = try #require(try bench.records([.decision]).last?.document.root)
    #expect(whole[member: "shown"]?.int64 == 1)
    #expect(whole[member: "hidden"]?.description == #"["notes+note://2"]"#)
    await hub.settle()
    #expect(bench.upstream.watched.last == ["note://1"])
    hub.replace(
      try Self.snapshot(
        bench,
        policy: #"permit (principal, action == Sallyport::Action::"list", resource);"#))
    await hub.settle()
    #expect(bench.upstream.watched.last == [])
    hub.resourceUpdated("note://1", at: "notes")
    await hub.settle()
    #expect(client.told.isEmpty)
    listening.end()
    bench.end()
  }

  @Test func `an agent that is removed is told nothing more`() async throws {
    let bench = try await bench()
    let hub = bench.subscriptions
    let client = Client()
    // The principal as the directory has it: with its credential.
    let caller = await bench.loop.perform { [gate = bench.gate] in
      gate.recognise(.bearer("claude-token-0123456789"))
    }
    _ = try await Self.listen(
      bench,
      SubscriptionFilter(lists: [.tools], resources: ["notes+note://1"]), client,
      as: caller
    ).get()
    hub.replace(
      try Self.snapshot(
        bench, tools: ["more"], agents: "agents: {other: {token: other-token-0123456789}}"))
    await hub.settle()
    hub.resourceUpdated("note://1", at: "notes")
    await hub.settle()
    #expect(client.told.isEmpty)
    #expect(bench.upstream.watched.last == [])
    bench.end()
  }

  @Test func `a connection that was replaced is told again what to watch`() async throws {
    let bench = try await bench()
    let hub = bench.subscriptions
    _ = try await Self.listen(bench, SubscriptionFilter(resources: ["notes+note://1"])).get()
    await hub.settle()
    let next = RecordingUpstream(ledger: bench.ledger, directory: bench.ledgerPath) { _, _ in
      .failure(.cancelled)
    }
    hub.replace(try Self.snapshot(bench, upstream: next))
    await hub.settle()
    #expect(next.watched == [["note://1"]])
    hub.replace(try Self.snapshot(bench, tools: ["more"], upstream: next))
    await hub.settle()
    #expect(next.watched.count == 1)
    bench.end()
  }

  @Test func `who may not come to an endpoint cannot listen there`() async throws {
    let bench = try await bench()
    for endpoint in [Endpoint.server("nobody"), .profile("none")] {
      guard case .failure = await Self.listen(bench, Self.all, at: endpoint) else {
        Issue.record("listens at \(endpoint)")
        continue
      }
    }
    #expect(bench.subscriptions.count == 0)
    bench.end()
  }

  @Test func `resources of one listener and listeners of one principal are bounded`() async throws {
    let bench = try await bench()
    let many = (0...SubscriptionHub.itemsPerListenerMax).map { "notes+note://\($0)" }
    guard case .failure = await Self.listen(bench, SubscriptionFilter(resources: many)) else {
      Issue.record("too many resources are listened for")
      return
    }
    #expect(try bench.records([.refused]).last?.text("refusal") == "too_large")
    let request = MCPRequest(
      method: "subscriptions/listen", params: nil,
      client: ClientDescription(transport: .http, version: .latest), messageBytes: 1)
    var kept: [Listening] = []
    for _ in 0..<SubscriptionHub.listenersPerPrincipalMax {
      let listening = bench.subscriptions.add(
        request, as: bench.caller, seeing: bench.gate.snapshot, lists: ListKinds(.tools),
        tell: { _ in })
      kept.append(try #require(listening))
    }
    guard case .failure = await Self.listen(bench, Self.all) else {
      Issue.record("too many listen")
      return
    }
    #expect(try bench.records([.refused]).last?.text("refusal") == "throttled")
    kept.removeLast().end()
    _ = try await Self.listen(bench, Self.all).get()
    bench.end()
  }
}
