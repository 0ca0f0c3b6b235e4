import Admin
import Audit
import Catalog
import Configuration
import Gate
import Glibc
import HTTP
import Identity
import JSON
import Ledger
import Logging
import MCP
import Reactor
import TestSupport

/// A served `AdminService` and a client for it, on a loop of their own.
final class AdminBench: Sendable {
  struct Answer: Sendable {
    let status: Int
    let body: JSONNode
  }

  private let scratch = TemporaryDirectory()
  private var directory: String { scratch.path }
  private let group: EventLoopGroup
  private let ledger: Ledger
  private var loop: EventLoop { group.loops[0] }
  private var socket: String { "\(directory)/admin.sock" }
  var ledgerPath: String { "\(directory)/ledger" }

  /// Serves while `body` runs, and clears everything away after it.
  static func with(
    user: UInt32 = getuid(), _ body: @Sendable (AdminBench) async throws -> Void
  ) async throws {
    let bench = try AdminBench()
    defer { bench.end() }
    try await bench.serve(user)
    try await body(bench)
  }

  private init() throws {
    group = try EventLoopGroup(count: 1)
    (ledger, _) = try Ledger.open(
      directory: scratch.file("ledger"), configuration: LedgerConfiguration(tree: nil))
  }

  private func serve(_ user: UInt32) async throws {
    let policyDirectory = "\(directory)/policies"
    mkdir(policyDirectory, 0o700)
    let file = open("\(policyDirectory)/all.cedar", O_CREAT | O_WRONLY, 0o600)
    let policy = Array("permit(principal, action, resource);".utf8)
    _ = write(file, policy, policy.count)
    close(file)
    let configuration = try Configuration.read(
      ConfigurationInput(path: "test.yaml", text: Array("loops: 1".utf8), userName: "someone")
    ).configuration
    let snapshot = try GateSnapshot(
      catalog: .empty, directory: AgentDirectory(configuration, localUser: user),
      policies: PolicyFiles.load(from: policyDirectory), configuration: configuration)
    let facts = GatewayFacts(
      pid: getpid(), user: user, userName: "someone", listen: "127.0.0.1:1",
      configurationFile: "test.yaml", dataDirectory: directory,
      logKeyFile: directory + "/log.key", loops: 1, startedAt: 0, sessions: { 7 },
      policyReport: { PolicyReport() },
      policySchema: { PolicySchema(catalog: .empty, configuration: configuration) })
    let log = Logger(component: "test", minimum: .error, format: .json)
    let audit = AuditFiles(ledger: ledgerPath, index: "\(directory)/index.sqlite")
    let subscriptions = try SubscriptionHub(snapshot)
    let index = try CatalogIndex()
    let files = try BlockingThread(name: "files")
    try await loop.perform { [loop, ledger, socket] in
      let gate = Gate(
        loop: loop, snapshot: snapshot, ledger: ledger, inFlight: InFlightCalls(),
        keys: StateKeys(), subscriptions: subscriptions, index: index,
        listings: ListedDefinitions(), challenges: StepUpChallenges(), log: log)
      let catalog = Catalog(
        home: loop, clients: HTTPClients([]), loops: [loop], environment: [:], files: files,
        log: log,
        onChange: { gate.replace(snapshot, with: $0, configuration) })
      catalog.apply(configuration)
      let service = AdminService(
        gate: gate, catalog: catalog, ledger: ledger, facts: facts,
        audit: audit, keep: { _ in .failure(PinFailure(reason: "nothing is kept here")) },
        reload: { .failure(ReloadFailure(reason: "a policy is broken")) })
      _ = try HTTPServer(loop: loop, listening: ListeningSocket.unix(path: socket)) {
        service.handle($0)
      }
    }
  }

  func ask(_ method: String, _ path: String, _ body: String = "") async throws -> Answer {
    let (loop, socket) = (loop, socket)
    let result: Result<Answer, any Error> = await withUnsafeContinuation { continuation in
      loop.spawn {
        do {
          let client = HTTPClient(loop: loop)
          var request = HTTPClientRequest(
            method: method, url: try HTTPURL("http://localhost\(path)"), body: Array(body.utf8))
          request.unixSocketPath = socket
          request.timeouts.total = .seconds(30)
          let response = try await client.send(request)
          let text = try await response.collect(limit: 1 << 20)
          let answer = Answer(
            status: response.status, body: try JSONDocument(parsing: text).root)
          client.closeIdleConnections()
          continuation.resume(returning: .success(answer))
        } catch {
          continuation.resume(returning: .failure(error))
        }
      }
    }
    return try result.get()
  }

  private func end() {
    ledger.close()
    group.shutdown()
  }
}

extension Gate {
  /// The snapshot with another catalog: an unknown tool is only unknown once every upstream has
  /// been tried.
  fileprivate func replace(
    _ snapshot: GateSnapshot, with catalog: CatalogSnapshot, _ configuration: Configuration
  ) {
    let next = try? GateSnapshot(
      catalog: catalog, directory: snapshot.directory, policies: snapshot.policies,
      configuration: configuration)
    if let next { replace(next) }
  }
}
