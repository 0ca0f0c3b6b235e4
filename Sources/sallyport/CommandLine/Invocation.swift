import Admin
import Audit
import Catalog
import MCP

/// What a person asked for, ready to be done.
enum Invocation: Sendable, Equatable {
  /// Show the help of the command at this path below `sallyport`.
  case help(path: [String])
  case initialize(directory: String, force: Bool)
  case check(Common)
  case serve(Common)
  case stdio(Endpoint, Common)
  case upstreamList(Common)
  case registration(RegistrationInvocation, Common)
  case review(ReviewInvocation, Common)
  case toolsList(server: String?, Common)
  case toolsSearch(ToolSearch, Common)
  /// Says how well the queries of a file find the tools of another.
  case toolsScore(catalog: String, queries: String, Common)
  /// `arguments` is JSON text, or `-` for standard input.
  case call(tool: String, arguments: String, Common)
  case auditTail(follow: Bool, count: Int, Common)
  case auditList(AuditFilter, Common)
  case evidence(EvidenceInvocation, Common)
  case auditExport(AuditExportOptions, Common)
  case auditReport(since: AuditTime?, until: AuditTime?, directory: String?, Common)
  case audit(AuditInvocation, Common)
  case policy(PolicyInvocation, Common)
  case token(TokenInvocation, Common)
  case person(PersonInvocation, Common)
  case approvals(ApprovalInvocation, Common)
  /// A token, `-` for one on standard input, or nil for whoever asks.
  case whoAmI(token: String?, Common)
  case kill(KillInvocation, Common)
  case grants(GrantInvocation, Common)
  case quotas(Common)
  case status(Common)
  case version(json: Bool)
  case completion(Shell)
  /// The Markdown reference of the command line.
  case reference

  /// What most commands take.
  struct Common: Sendable, Equatable {
    /// The `--config` that was typed.
    var configuration: String?
    var json = false
  }
}

/// What `tools search` looks for, and where.
struct ToolSearch: Sendable, Equatable {
  var query: String
  /// A file of tools; without one the running gateway's are searched.
  var catalog: String?
  /// What this agent would find; without one what there is.
  var agent: String?
  var server: String?
  var limit = 10
  /// How many tokens the results may take, about.
  var tokens: Int?
  var isExplained = false
}

/// Which records `audit list` shows. What is nil does not restrict.
struct AuditFilter: Sendable, Equatable {
  var kind: String?
  var server: String?
  var tool: String?
  var decision: String?
  var agent: String?
  var since: AuditTime?
  var until: AuditTime?
  var call: String?
  var count = 100
  /// With what is kept of arguments, results and prompts.
  var showsPayloads = false
}

/// What is to be seen or decided of one server's items.
enum ReviewInvocation: Sendable, Equatable {
  case show(server: String, all: Bool)
  /// `effects` may name patterns, and `draft` for what was drafted.
  case decide(ReviewRequest, server: String, isConfirmed: Bool)
}

/// What is to be asked of the ledger's index, or done with it.
enum AuditInvocation: Sendable, Equatable {
  /// `format` is of a graph.
  case ask(AuditQuestion, format: GraphFormat)
  case could(AccessQuestion)
  case reindex
}

/// What is to be done with tokens that the gateway makes. Times are in seconds.
enum TokenInvocation: Sendable, Equatable {
  case create(TokenDraft)
  case list
  case show(id: String)
  case rotate(id: String, overlap: Int64)
  case revoke(id: String)
}

/// A token that is asked for.
struct TokenDraft: Sendable, Equatable {
  var agent: String
  var human: String?
  var roles: [String] = []
  var tenant: String?
  var scopes: [String] = []
  var profile: String?
  var lifetime: Int64
}

/// What is to be done with policies.
enum PolicyInvocation: Sendable, Equatable {
  /// No paths mean the configured directory.
  case check(paths: [String], schema: String?, isPermissive: Bool, level: Int?)
  case format(paths: [String], isCheck: Bool, width: Int)
  case test(paths: [String], root: String?)
  case explainRecorded(call: String)
  case explain(agent: String?, ExplainedSubject)
  case diff(old: String, new: String, agent: String?, since: AuditTime?, until: AuditTime?)
  case schema
}

/// What a request that is to be explained is about.
enum ExplainedSubject: Sendable, Equatable {
  case tool(String, arguments: String)
  /// Nil is what a request of the protocol does.
  case prompt(String, action: String?)
  case resource(String, action: String?)
}

/// The shells that completion is made for.
enum Shell: String, Sendable, CaseIterable {
  case bash, zsh, fish
}

/// What the process says to whoever started it.
enum ExitCode: Int32, Sendable {
  case success = 0
  /// The operation failed.
  case failure = 1
  /// The command line was wrong.
  case usage = 2
  /// The configuration or a policy is wrong.
  case configuration = 3
  /// No gateway is running.
  case noGateway = 4
  /// The gate denied the call.
  case denied = 5
}
