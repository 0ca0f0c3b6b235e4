import CLinux
import Glibc
import JSON
import Testing

@testable import Ledger

@Suite("The published schema of records")
struct RecordSchemaTests {
  static let actor = LedgerActor(user: "ana", via: .admin)

  static let call = LedgerCall(
    id: "c", parent: "p", continues: "f", traceparent: "00-1", span: "s", era: "stateless",
    transport: "http", client: LedgerClient(name: "n", version: "1"), method: "tools/call",
    principal: LedgerPrincipal(
      human: "h", agent: "a", tenant: "t", roles: ["r"], credential: "00ff", issuer: "i",
      client: "c", instance: "1", actors: ["x"], scopes: ["s"], binding: "dpop"),
    authentication: LedgerAuthentication(age: 1, context: "c", methods: ["pwd"]),
    origin: "192.0.2.1", session: "s", profile: "p", server: "s", tool: "t", prompt: "p",
    resource: LedgerResource(uri: "u", name: "n", mimeType: "m"), toolDigest: "d", effect: "write",
    claims: LedgerClaims(
      prompt: LedgerPayload(content: Array(#"{"userIntent":"x"}"#.utf8)[...]), model: "m",
      turn: "1", run: "r", skill: LedgerSkill(name: "s", version: "1", digest: "d")))

  /// A record of every kind, with every member that it can have.
  static let records: [LedgerRecord.Content] = [
    .decision(
      DecisionRecord(
        call: call, arguments: LedgerPayload(content: Array("{}".utf8)[...], keeping: .redacted),
        environment: "e", decision: .ask, policies: ["p"],
        annotations: [LedgerAnnotations(policy: "p", [("k", "v")])], remedies: ["approval"],
        quota: LedgerQuota(bytes: 0, calls: 100, cost: 12),
        policyErrors: ["e"], policyVersion: "v", entitiesVersion: "v", reason: "r",
        listing: DecisionRecord.Listing(shown: 1, hidden: ["x__y"]), duration: 1)),
    .outcome(
      OutcomeRecord(
        call: "c", status: .protocolError, server: "s", tool: "t", prompt: "p",
        resource: "u", isCached: true, result: LedgerPayload(bytes: 3),
        upstreamDuration: 1, duration: 2, error: "JSON-RPC error -32000")),
    .refused(
      RefusedRecord(
        call: call, refusal: .throttled, peer: "127.0.0.1:1", code: 429, reason: "r")),
    .approval(
      ApprovalRecord(
        approval: "a", event: .approved, call: call, argumentsDigest: "d", policyVersion: "v",
        approver: "bea", waited: 5, expires: 9, reason: "r")),
    .pin(
      PinRecord(
        event: .approved, server: "s", subject: .tool("t"), before: "b", after: "a",
        effect: "read", despite: ["hidden-characters"], rule: "descriptions", actor: actor,
        reason: "r")),
    .pin(PinRecord(event: .changed, server: "s", subject: .prompt("p"))),
    .pin(PinRecord(event: .revoked, server: "s", subject: .template("t://{x}"))),
    .pin(PinRecord(event: .approved, server: "s", subject: .page("ui://p"))),
    .change(
      ChangeRecord(
        of: .policies, event: .refused, before: "b", after: "a", actor: actor, reason: "r")),
    .lifecycle(
      LifecycleRecord(
        event: .clockStepped, server: "s", state: "ready", version: "1", configurationVersion: "c",
        policyVersion: "p", reason: "r")),
    .key(KeyRecord(event: .rotated, key: "k", previous: "j", actor: actor)),
    .export(ExportRecord(format: "ocsf", destination: "d", range: 1...2, actor: actor)),
    .person(
      PersonRecord(
        event: .signedIn, person: "alice", of: "password", methods: ["pwd", "otp"],
        session: "0123456789abcdef", issuer: "i", address: "192.0.2.1", actor: actor, reason: "r")),
    .erasure(ErasureRecord(records: [1, 2], actor: actor, reason: "r")),
    .retention(
      RetentionRecord(
        of: .payloads, range: 0...9, bytes: 1, rule: "r", checkpoint: "c\n", actor: actor)),
    .policies(PoliciesRecord(version: "v", file: "a.cedar", text: "permit", part: 0, parts: 1)),
    .entities(EntitiesRecord(version: "v", entities: [Array("{}".utf8)], part: 0, parts: 1)),
    .agents(
      AgentsRecord(version: "v", agents: [LedgerPrincipal(agent: "a")], part: 0, parts: 1)),
  ]

  private func schema() throws -> JSONSchema {
    let here = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let text = try TestFile.read("/\(here)/docs/reference/ledger-record.schema.json")
    return try JSONSchema(compiling: JSONDocument(parsing: text).root)
  }

  @Test func `a record of every kind with all its members is canonical and fits the schema`() throws
  {
    let schema = try schema()
    var kinds: Set<String> = []
    for content in Self.records {
      let json = LedgerRecord(content, time: 1).json
      let root = try JSONDocument(parsing: json).root
      #expect(try JSONCanonical.encode(root) == json)
      #expect(schema.validate(root, maxErrors: 3).map(\.description) == [])
      kinds.insert(try #require(root[member: "kind"]?.string))
    }
    #expect(kinds == Set(LedgerRecord.Kind.allCases.map(\.rawValue)))
  }

  @Test(
    "what no record has does not fit",
    arguments: [
      "{}", #"{"kind":"decision","time":1}"#, #"{"kind":"other","time":1}"#,
      #"{"kind":"decision","time":1,"decision":"allow","arguments":{"a":1}}"#,
      #"{"kind":"erasure","time":1,"records":[-1]}"#,
    ])
  func misfits(text: String) throws {
    let root = try JSONDocument(parsing: Array(text.utf8)).root
    #expect(try !schema().validate(root, maxErrors: 1).isEmpty)
  }
}
