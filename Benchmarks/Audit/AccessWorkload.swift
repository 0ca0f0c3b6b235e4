import Admin
import Audit
import Crypto
import Glibc
import Ledger

/// A ledger of one segment that is almost full, with 180 tools, 60 agents and 41 policies coming
/// into force at its end: the farthest way to what was in force at a time.
struct AccessWorkload {
  static let name = "could"
  private static let decisions = 70_000
  private let directory: String
  private let index: AuditIndex
  private let question: AccessQuestion

  /// Writes the ledger to a directory that must not exist, and indexes it.
  init(directory: String, index path: String) throws {
    self.directory = directory
    let (ledger, _) = try Ledger.open(
      directory: directory, configuration: LedgerConfiguration(tree: nil))
    for number in 0..<Self.decisions {
      try ledger.append(Self.decision(number))
      if number % 1000 == 0 { try ledger.flush() }
    }
    for piece in Self.policies { try ledger.append(LedgerRecord(.policies(piece))) }
    for piece in Self.agents { try ledger.append(LedgerRecord(.agents(piece))) }
    for piece in Self.entities { try ledger.append(LedgerRecord(.entities(piece))) }
    try ledger.append(Self.decision(0))
    ledger.close()
    index = try AuditIndex(path: path)
    _ = try index.catchUp(with: directory)
    question = try AccessQuestion(["tool": "server-3__tool_50"])
  }

  func ask(now: Int64) throws -> Int {
    try question.answer(from: index, ledger: directory, now: now).json.count
  }

  func remove() {
    for name in ["00000000000000000000.seg", "ledger.lock"] { unlink("\(directory)/\(name)") }
    for name in ["/recovered", ""] { rmdir(directory + name) }
  }

  // MARK: Records

  private static func decision(_ number: Int) -> LedgerRecord {
    LedgerRecord(
      .decision(
        DecisionRecord(
          call: LedgerCall(
            id: digest("\(number)").prefix(32).description,
            traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            era: "stateless", transport: "http",
            client: LedgerClient(name: "claude-code", version: "2.1.0"), method: "tools/call",
            principal: principal(number % 60), server: "server-3", tool: "tool_50",
            toolDigest: digest("tool"), effect: "read"),
          decision: .allow, policies: ["permit-3"], policyVersion: digest("p"),
          entitiesVersion: digest("e"), duration: 17)))
  }

  private static func principal(_ agent: Int) -> LedgerPrincipal {
    LedgerPrincipal(
      human: "person-\(agent % 40)@example.com", agent: "agent-\(agent)", tenant: "acme",
      roles: ["role-\(agent % 8)"], credential: "903ae30bf460190f")
  }

  private static var agents: [AgentsRecord] { AgentsRecord.pieces((0..<60).map(principal)) }

  private static var policies: [PoliciesRecord] {
    var text =
      "@id(\"ask-first\") @remedy(\"approval\") forbid (principal, action, resource)\n"
      + "when { context.input.path like \"/etc/*\" };\n"
    for policy in 0..<40 {
      text +=
        "@id(\"permit-\(policy)\") permit (principal in Sallyport::Role::\"role-\(policy % 10)\", "
        + "action, resource in Sallyport::Server::\"server-\(policy % 12)\")\n"
        + "when { context.input.n < \(policy) };\n"
    }
    let version = digest("main.cedar\u{0}\(text.utf8.count)\u{0}\(text)")
    return PoliciesRecord.pieces(version: version, files: [("main.cedar", text)])
  }

  private static var entities: [EntitiesRecord] {
    var entities = ["call", "list"].map { entity("Action", $0) }
    for effect in ["read", "write", "destructive"] {
      entities.append(entity("Action", effect, in: [("Action", "call")]))
    }
    for server in 0..<12 { entities.append(entity("Server", "server-\(server)")) }
    for tool in 0..<180 {
      let name = "server-\(tool / 15)__tool_\(tool)"
      entities.append(entity("Action", name, in: [("Action", "read"), ("Action", "call")]))
      entities.append(
        entity(
          "Tool", name, in: [("Server", "server-\(tool / 15)")],
          attributes: "\"effect\":\"read\",\"name\":\"tool_\(tool)\""))
    }
    let version = digest("[" + entities.joined(separator: ",") + "]")
    return EntitiesRecord.pieces(version: version, entities: entities.map { Array($0.utf8) }) ?? []
  }

  private static func entity(
    _ type: String, _ id: String, in parents: [(type: String, id: String)] = [],
    attributes: String = ""
  ) -> String {
    func uid(_ type: String, _ id: String) -> String {
      "{\"id\":\"\(id)\",\"type\":\"Sallyport::\(type)\"}"
    }
    let parents = parents.map { uid($0.type, $0.id) }.joined(separator: ",")
    return "{\"attrs\":{\(attributes)},\"parents\":[\(parents)],\"uid\":\(uid(type, id))}"
  }

  private static func digest(_ text: String) -> String { SHA256.hash(utf8: text).hex }
}
