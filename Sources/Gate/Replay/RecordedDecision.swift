import Catalog
import Cedar
import Identity
import JSON
public import Ledger

/// A decision about a request as the ledger holds it, with the request it was about.
public struct RecordedDecision: Sendable {
  /// Where it stands.
  public let position: LedgerPosition
  /// The request.
  public let request: PolicyRequest
  /// What was decided.
  public let verdict: PolicyVerdict
  /// The digest of the policies that decided.
  public let policyVersion: String
  /// The digest of the entities they could ask about.
  public let entitiesVersion: String

  /// Reads a record; nil when it is not a decision about one tool, prompt or resource. What was
  /// listed or found is none.
  /// - Throws: when the record does not hold the whole request.
  public init?(_ entry: LedgerEntry) throws(ReplayError) {
    let record = entry.document.root
    guard record[member: "kind"]?.equals("decision") == true, record[member: "shown"] == nil,
      let method = record[member: "method"]?.string.flatMap(Method.init(rawValue:))
    else { return nil }
    func text(_ member: String) throws(ReplayError) -> String {
      guard let text = record[member: member]?.string else {
        throw .unreadable("the record", reason: "it has no `\(member)`")
      }
      return text
    }
    func texts(_ member: String) -> [String] {
      record[member: member]?.elements.compactMap(\.string) ?? []
    }
    position = entry.position
    policyVersion = try text("policy_version")
    entitiesVersion = try text("entities_version")
    guard let decision = DecisionRecord.Decision(rawValue: try text("decision")) else {
      throw .unreadable("the record", reason: "its `decision` is unknown")
    }
    verdict = PolicyVerdict(
      decision: decision, policies: texts("policies"), remedies: texts("remedies"),
      errors: texts("policy_errors"))
    guard record[member: "truncated"] == nil else { throw .truncated }
    let (action, subject) = try Self.meaning(of: method, entry)
    guard let principal = record[member: "principal"].flatMap(Principal.init(recorded:)) else {
      throw .unreadable("the record", reason: "it has no `principal` with an agent")
    }
    let client = record[member: "client"].map {
      LedgerClient(name: $0[member: "name"]?.string, version: $0[member: "version"]?.string)
    }
    request = PolicyRequest(
      principal: principal, action: action, subject: subject, client: client,
      transport: try text("transport"), environment: record[member: "environment"]?.string,
      authentication: record[member: "authentication"].map(LedgerAuthentication.init(recorded:)),
      origin: record[member: "origin"]?.string,
      approval: record[member: "approved"].map(LedgerApproval.init(recorded:)),
      quota: record[member: "quota"].map(LedgerQuota.init(recorded:)))
  }
}

extension RecordedDecision {
  /// The methods whose decisions can be made again.
  private enum Method: String {
    case callTool = "tools/call"
    case getPrompt = "prompts/get"
    case readResource = "resources/read"
    case subscribe = "resources/subscribe"
    case complete = "completion/complete"
  }

  private static func meaning(
    of method: Method, _ entry: LedgerEntry
  ) throws(ReplayError) -> (PolicyRequest.Action, PolicySubject) {
    let record = entry.document.root
    guard let server = record[member: "server"]?.string else {
      throw .unreadable("the record", reason: "it has no `server`")
    }
    switch method {
    case .callTool:
      guard let tool = record[member: "tool"]?.string else {
        throw .unreadable("the record", reason: "it has no `tool`")
      }
      return (
        .call(arguments: try arguments(entry)), .tool(PublicName.of(tool, server: server))
      )
    case .getPrompt: return (.getPrompt, try subject(of: record, server))
    case .readResource: return (.readResource, try subject(of: record, server))
    case .subscribe: return (.subscribe, try subject(of: record, server))
    case .complete: return (.complete, try subject(of: record, server))
    }
  }

  private static func subject(
    of record: JSONNode, _ server: String
  ) throws(ReplayError) -> PolicySubject {
    if let prompt = record[member: "prompt"]?.string {
      return .prompt(server: server, name: prompt)
    }
    guard let resource = record[member: "resource"], let uri = resource[member: "uri"]?.string
    else { throw .unreadable("the record", reason: "it has no `prompt` and no `resource`") }
    return .resource(
      server: server,
      LedgerResource(
        uri: uri, name: resource[member: "name"]?.string,
        mimeType: resource[member: "mime_type"]?.string))
  }

  private static func arguments(_ entry: LedgerEntry) throws(ReplayError) -> JSONNode {
    switch entry.payload(.arguments) {
    case .full(let content, _):
      do throws(JSONError) { return try JSONDocument(parsing: Array(content)).root } catch {
        throw .unreadable("the arguments", reason: "\(error)")
      }
    case .erased: throw .argumentsOmitted("erased")
    case .sealed: throw .argumentsOmitted("sealed")
    case .unreadable: throw .unreadable("the arguments", reason: "another key, or changed bytes")
    case .redacted, .salt, .none:
      let described = entry.document.root[member: "arguments"]
      throw .argumentsOmitted(described?[member: "omitted"]?.string ?? "")
    }
  }
}

extension LedgerApproval {
  init(recorded node: JSONNode) {
    func texts(_ name: StaticString) -> [String] {
      node[member: name]?.elements.compactMap(\.string) ?? []
    }
    self.init(
      approval: node[member: "approval"]?.string, count: node[member: "count"]?.int64 ?? 0,
      people: texts("people"), roles: texts("roles"),
      isStanding: node[member: "standing"]?.bool ?? false)
  }
}

extension LedgerQuota {
  init(recorded node: JSONNode) {
    func left(_ name: StaticString) -> UInt8? {
      node[member: name]?.int64.flatMap { UInt8(exactly: $0) }
    }
    self.init(bytes: left("bytes"), calls: left("calls"), cost: left("cost"))
  }
}

extension LedgerAuthentication {
  init(recorded node: JSONNode) {
    self.init(
      age: node[member: "age"]?.int64, context: node[member: "context"]?.string,
      methods: node[member: "methods"]?.elements.compactMap(\.string) ?? [])
  }
}

extension Principal {
  init?(recorded node: JSONNode) {
    guard let agent = node[member: "agent"]?.string else { return nil }
    self.init(
      agent: agent, human: node[member: "human"]?.string,
      roles: node[member: "roles"]?.elements.compactMap(\.string) ?? [],
      tenant: node[member: "tenant"]?.string, credential: node[member: "credential"]?.string,
      issuer: node[member: "issuer"]?.string, client: node[member: "client"]?.string,
      instance: node[member: "instance"]?.string,
      actors: node[member: "actors"]?.elements.compactMap(\.string) ?? [],
      scopes: node[member: "scopes"]?.elements.compactMap(\.string) ?? [],
      binding: node[member: "binding"]?.string.flatMap(Binding.init(rawValue:)))
  }
}
