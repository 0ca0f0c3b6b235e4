import Approvals
import Cedar
import Configuration
import Identity
import JSON
import Ledger
import Logging
import Orders
import Reactor
import Synchronization
import TestSupport

@testable import Catalog
@testable import Gate
@testable import MCP

func json(_ text: String) throws -> JSONNode {
  try JSONDocument(parsing: Array(text.utf8)).root
}

func configuration(_ yaml: String) throws -> Configuration {
  try Configuration.read(
    ConfigurationInput(path: "test.yaml", text: Array(yaml.utf8), userName: "someone")
  ).configuration
}

func policies(_ text: String) throws -> Policies {
  try Policies.parse([PolicySource(file: "test.cedar", text: text)])
}

/// A server `notes` with a tool of each effect, in front of `upstream`.
func notesCatalog(
  _ upstream: any Upstream, further names: [String] = [], peer: UpstreamPeer? = nil,
  keepsPublic: Bool = false, pages: Configuration.Pages = .approved, card: ServerCard? = nil,
  others: [CatalogServer] = [], properties: String = ""
) throws -> CatalogSnapshot {
  let configuration = try configuration(
    """
    mcpServers:
      notes:
        command: server
        tools:
          {search: {effect: read}, add: {effect: write}, send: {effect: egress},
          grant: {effect: admin}}
    """)
  // Calls that can be made as tasks of 2025-11-25.
  let execution = ["add": "optional", "wipe": "required"].mapValues {
    #","execution":{"taskSupport":"\#($0)"}"#
  }
  let schema =
    #"{"type":"object","properties":{"text":{"type":"string"},"n":{"type":"number"}"#
    + "\(properties)}}"
  let definitions = try (["search", "add", "wipe"] + names).map {
    try json("{\"name\":\"\($0)\",\"inputSchema\":\(schema)\(execution[$0] ?? "")}")
  }
  let registration = ToolRegistration(
    configuration: configuration.upstreams[0], defaultTimeout: .seconds(5), upstream: upstream)
  let prompts = PromptRegistration(server: "notes", timeout: .seconds(6), upstream: upstream)
    .register([try json(#"{"name":"greet","arguments":[{"name":"who"}]}"#)])
  let resources = ResourceRegistration(server: "notes", timeout: .seconds(7), upstream: upstream)
  let notes = CatalogServer(
    name: "notes", upstream: upstream, peer: peer, timeout: .seconds(7), keepsPublic: keepsPublic,
    tools: ItemList(registration.register(definitions).items), prompts: ItemList(prompts.items),
    resources: ItemList(
      resources.resources([
        try json(#"{"uri":"note://1","name":"one","mimeType":"text/plain"}"#),
        try json(#"{"uri":"ui://panel","name":"panel"}"#),
      ]).items),
    templates: ItemList(
      resources.templates([try json(#"{"uriTemplate":"note://{id}","name":"any"}"#)]).items),
    listed: Set(CatalogList.allCases), card: card, pages: pages)
  return CatalogSnapshot([notes] + others)
}

/// A peer of the stateless era that has everything.
func everythingPeer(_ instructions: String? = nil) throws -> UpstreamPeer {
  UpstreamPeer(
    version: .latest, instructions: instructions,
    capabilities: ServerCapabilities(
      try json(
        """
        {"tools":{},"prompts":{"listChanged":true},"resources":{"subscribe":true},
        "completions":{},"logging":{}}
        """)))
}

extension CatalogSnapshot {
  /// Servers with nothing but tools.
  convenience init(
    tools: [Tool], servers: [String], listed: Set<String>? = nil, isSettled: Bool
  ) {
    self.init(
      servers.map { name in
        let own = tools.filter { $0.server == name }
        return CatalogServer(
          name: name, upstream: own.first?.upstream, tools: ItemList(own),
          listed: listed?.contains(name) ?? true ? Set(CatalogList.allCases) : [])
      }, isSettled: isSettled)
  }
}

/// A gate on a loop of its own, with a real ledger in a directory that goes away.
final class GateBench: Sendable {
  static let permitAll = #"@id("all") permit (principal, action, resource);"#

  let directory = TemporaryDirectory()
  let ledger: Ledger
  let upstream: RecordingUpstream
  let gate: Gate
  let caller: Caller
  let inFlight = InFlightCalls()
  let orders = Orders()
  let subscriptions: SubscriptionHub
  let loop: EventLoop
  private let group: EventLoopGroup

  var ledgerPath: String { "\(directory.path)/ledger" }

  init(
    policy: String = permitAll, yaml: String = "", tools: [String] = [],
    peer: UpstreamPeer? = nil, keepsPublic: Bool = false, pages: Configuration.Pages = .approved,
    card: ServerCard? = nil, keys: StateKeys = StateKeys(), approvals: ApprovalBook? = nil,
    quotas: QuotaBook = QuotaBook(),
    answer: @escaping @Sendable (UpstreamRequest, NoticeSink?) async -> RecordingUpstream.Answer =
      { _, _ in .success(.result(GateBench.greeting)) }
  ) async throws {
    let path = "\(directory.path)/ledger"
    (ledger, _) = try Ledger.open(
      directory: path, configuration: LedgerConfiguration(tree: nil))
    upstream = RecordingUpstream(ledger: ledger, directory: path, peer: peer, answer: answer)
    group = try EventLoopGroup(count: 1)
    loop = group.loops[0]
    let configuration = try configuration(
      """
      agents: {claude: {token: claude-token-0123456789, human: alice, roles: [developer]}}
      \(yaml)
      """)
    let snapshot = try GateSnapshot(
      catalog: notesCatalog(
        upstream, further: tools, peer: peer, keepsPublic: keepsPublic, pages: pages, card: card,
        others: [CatalogServer(name: "other", upstream: upstream)]),
      directory: AgentDirectory(configuration, localUser: 1000), policies: policies(policy),
      configuration: configuration)
    let log = Logger(component: "test", minimum: .error, format: .json)
    subscriptions = try SubscriptionHub(snapshot)
    let index = try CatalogIndex()
    gate = await loop.perform { [loop, ledger, inFlight, subscriptions, orders] in
      Gate(
        loop: loop, snapshot: snapshot, ledger: ledger, inFlight: inFlight, keys: keys,
        subscriptions: subscriptions, index: index, listings: ListedDefinitions(),
        challenges: StepUpChallenges(),
        approvals: approvals, orders: orders, quotas: quotas, log: log)
    }
    caller = await loop.perform { [gate] in
      gate.caller(Principal(agent: "claude", human: "alice", roles: ["developer"]))
    }
  }

  /// The result of a tool that went well.
  static let greeting: JSONNode = {
    let text = #"{"content":[{"type":"text","text":"hello"}],"x": 1.0}"#
    guard let document = try? JSONDocument(parsing: Array(text.utf8)) else {
      preconditionFailure("the greeting is JSON")
    }
    return document.root
  }()

  /// Runs on the gate's loop.
  func run<T: Sendable>(_ body: @escaping @Sendable () async -> T) async -> T {
    await withUnsafeContinuation { continuation in
      loop.spawn { continuation.resume(returning: await body()) }
    }
  }

  /// As `handle`, with the text of `params`.
  func ask(
    _ method: String, _ params: String = "{}", at endpoint: Endpoint = .everything,
    as other: Caller? = nil
  ) async throws -> MCPResponse {
    await handle(method, try json(params), at: endpoint, as: other)
  }

  /// Another agent's caller.
  func caller(named agent: String) async -> Caller {
    await loop.perform { [gate] in gate.caller(Principal(agent: agent)) }
  }

  func call(
    _ tool: String, _ arguments: String = "{}", meta: String = "{}",
    notifying: ClientNotifier = .none
  ) async throws -> MCPResponse {
    let params = try json(
      "{\"name\":\"\(tool)\",\"arguments\":\(arguments),\"_meta\":\(meta)}")
    return await handle("tools/call", params, notifying: notifying)
  }

  func handle(
    _ method: String, _ params: JSONNode?, at endpoint: Endpoint = .everything,
    as other: Caller? = nil, capabilities: String? = nil, logLevel: MCP.LogLevel? = nil,
    version: ProtocolVersion = .latest, notifying: ClientNotifier = .none
  ) async -> MCPResponse {
    let caller = other ?? self.caller
    let declared = capabilities.flatMap { try? json($0) }
    return await run { [gate] in
      await gate.handle(
        MCPRequest(
          method: method, params: params,
          client: ClientDescription(
            transport: .http, version: version, name: "tester", capabilities: declared),
          messageBytes: 100, endpoint: endpoint, logLevel: logLevel),
        as: caller, notifying: notifying)
    }
  }

  /// Bytes that were used of the one quota.
  func bytesUsed() async -> Int {
    let use = await loop.perform { [gate] in gate.quotaUses.first?.bytes }
    return use.map { Int($0.limit - $0.left) } ?? 0
  }

  /// The ledger's records, oldest first.
  func records(_ kinds: Set<LedgerRecord.Kind> = []) throws -> [LedgerEntry] {
    try LedgerReader.newest(10_000, in: ledgerPath, matching: LedgerFilter(kinds: kinds)).reversed()
  }

  /// Ends the ledger and the loop; not from the loop.
  func end() {
    ledger.close()
    group.shutdown()
  }
}

extension MCPResponse {
  /// The result that a client gets; nil for an error.
  var result: JSONNode? {
    switch self {
    case .relayed(let node): node
    case .built(let bytes): try? JSONDocument(parsing: bytes).root
    case .relayedError, .failure, .challenge: nil
    }
  }

  var errorCode: Int? {
    switch self {
    case .failure(let error): error.code
    case .challenge(let challenge): challenge.error.code
    case .relayedError(let error): error[member: "code"]?.int64.map(Int.init)
    case .relayed, .built: nil
    }
  }

  /// The error of this gateway that a client gets.
  var failure: JSONRPCError? {
    switch self {
    case .failure(let error): error
    case .challenge(let challenge): challenge.error
    case .relayedError, .relayed, .built: nil
    }
  }

  /// What machines are told of a call that was not made, in a result or in an error.
  var decision: JSONNode? {
    let data = failure?.data.flatMap { try? JSONDocument(parsing: $0).root }
    return (data ?? result?[member: "_meta"])?[member: MetaKey.decision]
  }

  /// The one word for machines in a denial.
  var denial: String? { decision?[member: "reason"]?.string }
}
