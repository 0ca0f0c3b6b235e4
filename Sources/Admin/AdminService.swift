public import Approvals
public import Audit
public import Catalog
public import Gate
public import HTTP
public import Identity
import JSON
public import Ledger
import MCP
import Reactor

/// What an operator can ask of a running gateway, over HTTP on a Unix socket that only the user
/// who runs the gateway may use.
///
/// | request | answer |
/// |---|---|
/// | `GET /v1/status` | version, state, counts |
/// | `GET /v1/upstreams` | every upstream and its state |
/// | `GET /v1/upstreams/NAME` | its state and its items: what is approved, and what waits |
/// | `POST /v1/upstreams/NAME/approve`, `reject`, `revoke` | `{"items", "digests", "effects", |
/// | | "despite", "reason"}`: decides about items |
/// | `POST /v1/upstreams` | `{"name", "definition", "secrets", "dryRun"}`: adds one |
/// | `DELETE /v1/upstreams/NAME` | removes one that was added |
/// | `POST /v1/upstreams/NAME/enable`, `disable` | lets it be used, or not |
/// | `POST /v1/upstreams/NAME/restart` | ends its connection and begins another |
/// | `POST /v1/upstreams/NAME/test` | connects to it beside, and says how that went |
/// | `GET /v1/upstreams/NAME/logs?after=N` | what it wrote to standard error |
/// | `PUT /v1/upstreams/NAME/card` | what is known of it; `null` takes it away |
/// | `GET /v1/tools` | every tool offered |
/// | `GET /v1/tools/search?query=…` | the tools that fit; `limit`, `as`, `server`, `explain` |
/// | `POST /v1/call` | `{"name", "arguments"}`: one call through the gate |
/// | `GET /v1/policy/schema` | `{"cedar", "untyped"}`: the schema of the tools there are |
/// | `POST /v1/policy/explain` | `{"agent", "name", "arguments"}`: how a call would be decided |
/// | `GET /v1/audit/QUESTION?NAME=VALUE&…` | as `sallyport audit QUESTION` |
/// | `POST /v1/ledger/checkpoint` | signs what was written; `{"checkpoint"}` |
/// | `POST /v1/ledger/rotate-key` | replaces the signing key; `{"key"}` |
/// | `POST /v1/ledger/erase` | `{"records", "reason"}`: erases their payloads; `{"bytes"}` |
/// | `POST /v1/ledger/retain` | `{"of", "before", "maxBytes", "exportedUpTo", "rule"}` |
/// | `POST /v1/ledger/exported` | `{"format", "destination", "first", "last"}`: on record |
/// | `GET /v1/tokens`, `GET /v1/tokens/ID` | the tokens that were made; never their text |
/// | `POST /v1/tokens` | `{"agent", "human", "roles", "tenant", "scopes", "profile", "ttl"}`: |
/// | | makes one |
/// | `POST /v1/tokens/ID/rotate` | `{"overlap"}`: makes one in its place |
/// | `DELETE /v1/tokens/ID` | revokes it |
/// | `GET /v1/people`, `GET /v1/people/NAME` | accounts: roles, ways in, sessions; no secret |
/// | `POST /v1/people` | `{"name", "roles", "tenant", "password"}`: makes one; without a password |
/// | | `{"invitation", "link"}`, once |
/// | `PUT /v1/people/NAME/roles` | `{"roles", "tenant"}`: in the place of what it has |
/// | `POST /v1/people/NAME/reset` | takes every way in, ends its sessions; a new invitation |
/// | `DELETE /v1/people/NAME` | removes it and ends its sessions |
/// | `POST /v1/login` | `{"name", "password", "code"}`: signs in; `{"session"}`, once |
/// | `POST /v1/login/device` | `{"deviceCode", "url", …}` of a sign-in that a browser finishes |
/// | `POST /v1/login/device/token` | `{"deviceCode"}`: `{"pending"}`, or `{"session"}`, once |
/// | `POST /v1/logout` | ends the session that is shown as `Authorization: Bearer sps_…` |
/// | `GET /v1/approvals` | calls that wait for people; `state`, `after` with `wait` |
/// | `GET /v1/approvals/ID` | what people are shown of one |
/// | `POST /v1/approvals/ID/answer` | `{"verdict", "reason", "fromNowOn"}`; a person's session |
/// | `GET /v1/stops`, `GET /v1/stops/ID` | what is stopped |
/// | `POST /v1/stops` | `{"kind", "name", "reason", "keepsTokens"}`: stops something at once |
/// | `POST /v1/stops/ID/lift` | `{"reason"}`: takes a stop back |
/// | `GET /v1/grants`, `GET /v1/grants/ID` | the grants in force, with their policies |
/// | `POST /v1/grants` | `{"agent", "human", "tool", "where", "for", "reason", "dryRun"}`: gives |
/// | `POST /v1/grants/ID/revoke` | `{"reason"}`: takes one back |
/// | `GET /v1/quotas` | what was used of quotas |
/// | `POST /v1/whoami` | `{"token"}`: whom a token names; without one, whom this socket names |
/// | `POST /v1/reload` | reads the configuration and policies anew |
public final class AdminService: @unchecked Sendable {  // confined to its loop
  /// The longest body of a request.
  public static let bodyBytesMax = 10_000_000

  let gate: Gate
  let catalog: Catalog
  let ledger: Ledger
  let facts: GatewayFacts
  let auditFiles: AuditFiles
  let tokens: AgentTokens?
  /// Calls that wait for people, and who the people are: set before the first request.
  public var approvalDesk: ApprovalDesk?
  /// Those who may answer; set before the first request.
  public var people: People?
  /// What came of telling people; set before the first request.
  public var notices: NoticeSender?
  /// Requests that wait for a change of approvals.
  var approvalWatchers = 0
  weak var orders: (any OrderDesk)?
  /// Where questions about the ledger are answered; made with the first.
  private var questions: BlockingThread?
  weak var registration: (any UpstreamRegistration)?
  /// Puts decisions about items on record, into the store and into force.
  let keep: @Sendable ([PinChange]) async -> Result<Void, PinFailure>
  private let reload: @Sendable () async -> Result<Void, ReloadFailure>

  /// A service on the loop of `gate`.
  public init(
    gate: Gate, catalog: Catalog, ledger: Ledger, facts: GatewayFacts, audit: AuditFiles,
    registration: (any UpstreamRegistration)? = nil, tokens: AgentTokens? = nil,
    orders: (any OrderDesk)? = nil,
    keep: @escaping @Sendable ([PinChange]) async -> Result<Void, PinFailure>,
    reload: @escaping @Sendable () async -> Result<Void, ReloadFailure>
  ) {
    self.gate = gate
    self.catalog = catalog
    self.ledger = ledger
    self.facts = facts
    auditFiles = audit
    self.tokens = tokens
    self.registration = registration
    self.orders = orders
    self.keep = keep
    self.reload = reload
  }

  /// Serves one request of the admin socket.
  public func handle(_ exchange: HTTPExchange) {
    exchange.loop.spawn { await self.serve(exchange) }
  }

  private func serve(_ exchange: HTTPExchange) async {
    guard case .unix(let user, _, _) = exchange.peer, user == facts.user || user == 0 else {
      return answer(exchange, 403, error: "only the user who runs this gateway may use its socket")
    }
    switch (exchange.method, exchange.path) {
    case ("GET", "/v1/status"): answer(exchange, 200, status())
    case ("GET", "/v1/upstreams"): answer(exchange, 200, upstreams())
    case ("POST", "/v1/upstreams"): await addUpstream(exchange)
    case (let method, let path) where Self.isReview(method, path): await review(exchange)
    case ("GET", "/v1/tools"): answer(exchange, 200, tools())
    case ("GET", "/v1/tools/search"): await search(exchange)
    case ("POST", "/v1/call"): await call(exchange, user: user)
    case ("GET", "/v1/policy/schema"): policySchema(exchange)
    case ("POST", "/v1/policy/explain"): await explain(exchange)
    case ("POST", let path) where path.hasPrefix("/v1/ledger/"): await ledger(exchange)
    case ("GET", let path) where path.hasPrefix(Self.questionPath): await ask(exchange)
    case (let method, let path) where UpstreamRoute(method, path) != nil: await upstream(exchange)
    case (_, let path) where path == Self.tokensPath || path.hasPrefix(Self.tokensPath + "/"):
      await tokens(exchange)
    case (_, let path) where path == Self.peoplePath || path.hasPrefix(Self.peoplePath + "/"):
      await people(exchange)
    case ("POST", "/v1/login"): await logIn(exchange)
    case ("POST", "/v1/login/device"): beginDeviceSignIn(exchange)
    case ("POST", "/v1/login/device/token"): await finishDeviceSignIn(exchange)
    case ("POST", "/v1/logout"): await logOut(exchange)
    case (_, let path)
    where path == Self.approvalsPath || path.hasPrefix(Self.approvalsPath + "/"):
      await approvals(exchange)
    case (_, let path) where path == Self.stopsPath || path.hasPrefix(Self.stopsPath + "/"):
      await stops(exchange)
    case (_, let path) where path == Self.grantsPath || path.hasPrefix(Self.grantsPath + "/"):
      await grants(exchange)
    case ("GET", "/v1/quotas"): quotas(exchange)
    case ("POST", "/v1/whoami"): await whoAmI(exchange)
    case ("POST", "/v1/reload"):
      switch await reload() {
      case .success: answer(exchange, 200, Array(#"{"reloaded":true}"#.utf8))
      case .failure(let failure): answer(exchange, 409, error: failure.reason)
      }
    default:
      answer(exchange, 404, error: "no such endpoint: \(exchange.method) \(exchange.path)")
    }
  }

  func questionThread() throws(ReactorError) -> BlockingThread {
    if let questions { return questions }
    let made = try BlockingThread(name: "audit", capacity: Self.questionsMax)
    questions = made
    return made
  }

  private func call(_ exchange: HTTPExchange, user: UInt32) async {
    let document: JSONDocument
    do {
      document = try JSONDocument(parsing: try await exchange.readBody(limit: Self.bodyBytesMax))
    } catch {
      return answer(exchange, 400, error: "the body is not JSON: \(error)")
    }
    let request = MCPRequest(
      method: "tools/call", params: document.root,
      client: ClientDescription(transport: .admin, version: .latest, name: "sallyport"),
      messageBytes: document.bytes.count)
    let response = await gate.handle(
      request, as: gate.operatorCaller(named: facts.userName), notifying: .none)
    var writer = JSONWriter(reservingCapacity: 1024)
    writer.beginObject()
    switch response {
    case .relayed(let result):
      writer.name("result")
      writer.raw(result.raw)
    case .built(let result):
      writer.name("result")
      writer.raw(result)
    case .relayedError(let error):
      writer.name("error")
      writer.raw(error.raw)
    case .failure(let error): write(error, to: &writer)
    case .challenge(let challenge): write(challenge.error, to: &writer)
    }
    writer.endObject()
    answer(exchange, 200, writer.bytes)
  }

  private func write(_ error: JSONRPCError, to writer: inout JSONWriter) {
    writer.name("error")
    writer.beginObject()
    writer.name("code")
    writer.int(Int64(error.code))
    writer.name("message")
    writer.string(error.message)
    writer.endObject()
  }

  func answer(_ exchange: HTTPExchange, _ status: Int, error: String) {
    var writer = JSONWriter(reservingCapacity: 128)
    writer.beginObject()
    writer.name("error")
    writer.string(error)
    writer.endObject()
    answer(exchange, status, writer.bytes)
  }

  func answer(_ exchange: HTTPExchange, _ status: Int, _ body: [UInt8]) {
    exchange.respond(
      status: status,
      headers: HTTPHeaders([HTTPField(name: "Content-Type", value: "application/json")]),
      body: body)
  }
}

/// Why a reload is not in force; what was in force before is.
public struct ReloadFailure: Error, Sendable {
  /// Every problem, one a line.
  public let reason: String
  /// A failure with its reason.
  public init(reason: String) { self.reason = reason }
}

/// What does not change while the gateway runs.
public struct GatewayFacts: Sendable {
  /// Of the process.
  public var pid: Int32
  /// The Unix user that runs the gateway.
  public var user: UInt32
  /// Its name.
  public var userName: String
  /// Where clients connect: `host:port`, or `stdio`.
  public var listen: String
  /// As it was named.
  public var configurationFile: String
  /// Where the ledger and the sockets are.
  public var dataDirectory: String
  /// The private key that signs checkpoints.
  public var logKeyFile: String
  /// How many there are.
  public var loops: Int
  /// Milliseconds since the Unix epoch.
  public var startedAt: Int64
  /// Open sessions and connections at this moment. Any thread.
  public var sessions: @Sendable () -> Int
  /// What is wrong with the policies in view of the tools at this moment. Any thread.
  public var policyReport: @Sendable () -> PolicyReport
  /// The schema of the policies at this moment; nil before the tools were first looked at. Any
  /// thread.
  public var policySchema: @Sendable () -> PolicySchema?
  /// The URL of the console's host at this moment; nil when none is served. On the service's loop.
  public var console: @Sendable () -> String?

  /// The facts; see the members.
  public init(
    pid: Int32, user: UInt32, userName: String, listen: String, configurationFile: String,
    dataDirectory: String, logKeyFile: String, loops: Int, startedAt: Int64,
    sessions: @escaping @Sendable () -> Int,
    policyReport: @escaping @Sendable () -> PolicyReport,
    policySchema: @escaping @Sendable () -> PolicySchema?,
    console: @escaping @Sendable () -> String? = { nil }
  ) {
    self.pid = pid
    self.user = user
    self.userName = userName
    self.listen = listen
    self.configurationFile = configurationFile
    self.dataDirectory = dataDirectory
    self.logKeyFile = logKeyFile
    self.loops = loops
    self.startedAt = startedAt
    self.sessions = sessions
    self.policyReport = policyReport
    self.policySchema = policySchema
    self.console = console
  }
}
