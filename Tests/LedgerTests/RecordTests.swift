import JSON
import TestSupport
import Testing

@testable import Ledger

@Suite struct RecordTests {
  static let decision = LedgerRecord(
    .decision(
      DecisionRecord(
        call: LedgerCall(
          id: "0190b2c3d4e5f60718293a4b5c6d7e8f",
          parent: "0190b2c3d4e5f60718293a4b5c6d7e00",
          traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
          era: "stateless", transport: "http",
          client: LedgerClient(name: "claude-code", version: "2.1.0"), method: "tools/call",
          principal: LedgerPrincipal(
            human: "ana@example.com", agent: "reviewer", tenant: "acme",
            roles: ["developer", "on-call"]),
          session: "s-1", profile: "work", server: "github", tool: "create_issue",
          effect: "write"),
        arguments: LedgerPayload(bytes: 28),
        environment: "production",
        decision: .allow, policies: ["allow-developers"],
        annotations: [LedgerAnnotations(policy: "allow-developers", [("b", "2"), ("a", "1")])],
        remedies: ["approval"], policyErrors: ["p7: no such attribute"], policyVersion: "9f",
        entitiesVersion: "e0", reason: "allowed by allow-developers", duration: 17)),
    time: 1_795_222_861_000_001)

  static let outcome = LedgerRecord(
    .outcome(
      OutcomeRecord(
        call: "c1", status: .toolError, server: "github", tool: "create_issue",
        result: LedgerPayload(bytes: 1_024), upstreamDuration: 1_500, duration: 1_600,
        error: "no\nsuch repo")),
    time: 5)

  static let refused = LedgerRecord(
    .refused(
      RefusedRecord(
        call: LedgerCall(
          id: "c2", era: "session", transport: "http",
          client: LedgerClient(name: "x", version: nil), method: "tools/call",
          principal: LedgerPrincipal(agent: "a"), session: "s", profile: "p", server: "s",
          tool: "t", effect: "read"),
        refusal: .unknownTool, peer: "127.0.0.1:5", code: -32_602, reason: "no tool t")),
    time: 6)

  static let lifecycle = LedgerRecord(
    .lifecycle(
      LifecycleRecord(
        event: .upstreamState, server: "github", state: "ready", version: "0.1.0",
        configurationVersion: "c", policyVersion: "p", reason: "connected")),
    time: 7)

  static let policies = LedgerRecord(
    .policies(
      PoliciesRecord(
        version: "9f", file: "a.cedar", text: "permit (principal,\n\"é\");", part: 0, parts: 1)),
    time: 8)

  static let entities = LedgerRecord(
    .entities(
      EntitiesRecord(
        version: "e0", entities: [Array(#"{"uid":1}"#.utf8), Array("{}".utf8)], part: 0, parts: 1)),
    time: 9)

  @Test func `pieces of policies and entities have their golden forms`() {
    #expect(
      String(decoding: Self.policies.json, as: UTF8.self)
        == #"{"file":"a.cedar","kind":"policies","part":0,"parts":1,"#
        + #""text":"permit (principal,\n\"é\");","time":8,"version":"9f"}"#)
    #expect(
      String(decoding: Self.entities.json, as: UTF8.self)
        == #"{"entities":[{"uid":1},{}],"kind":"entities","part":0,"parts":1,"time":9,"#
        + #""version":"e0"}"#)
  }

  @Test func `a decision has its golden form`() {
    let expected =
      #"{"annotations":{"allow-developers":{"a":"1","b":"2"}},"#
      + #""arguments":{"bytes":28,"kept":"none","omitted":"configuration"},"#
      + #""call":"0190b2c3d4e5f60718293a4b5c6d7e8f","#
      + #""client":{"name":"claude-code","version":"2.1.0"},"decision":"allow","#
      + #""duration_us":17,"effect":"write","entities_version":"e0","#
      + #""environment":"production","era":"stateless","kind":"decision","#
      + #""method":"tools/call","parent":"0190b2c3d4e5f60718293a4b5c6d7e00","#
      + #""policies":["allow-developers"],"policy_errors":["p7: no such attribute"],"#
      + #""policy_version":"9f","principal":{"agent":"reviewer","human":"ana@example.com","#
      + #""roles":["developer","on-call"],"tenant":"acme"},"profile":"work","#
      + #""reason":"allowed by allow-developers","remedies":["approval"],"server":"github","#
      + #""session":"s-1","#
      + #""time":1795222861000001,"tool":"create_issue","#
      + #""traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01","#
      + #""transport":"http"}"#
    #expect(String(decoding: Self.decision.json, as: UTF8.self) == expected)
  }

  @Test func `an outcome has its golden form`() {
    let expected =
      #"{"call":"c1","duration_us":1600,"error":"no\nsuch repo","kind":"outcome","#
      + #""result":{"bytes":1024,"kept":"none","omitted":"configuration"},"server":"github","status":"tool_error","time":5,"#
      + #""tool":"create_issue","upstream_us":1500}"#
    #expect(String(decoding: Self.outcome.json, as: UTF8.self) == expected)
  }

  @Test func `a refusal has its golden form`() {
    let expected =
      #"{"call":"c2","client":{"name":"x"},"code":-32602,"effect":"read","era":"session","#
      + #""kind":"refused","method":"tools/call","peer":"127.0.0.1:5","#
      + #""principal":{"agent":"a"},"profile":"p","reason":"no tool t","#
      + #""refusal":"unknown_tool","server":"s","session":"s","time":6,"tool":"t","#
      + #""transport":"http"}"#
    #expect(String(decoding: Self.refused.json, as: UTF8.self) == expected)
  }

  @Test func `a lifecycle event has its golden form`() {
    let expected =
      #"{"configuration_version":"c","event":"upstream_state","kind":"lifecycle","#
      + #""policy_version":"p","reason":"connected","server":"github","state":"ready","#
      + #""time":7,"version":"0.1.0"}"#
    #expect(String(decoding: Self.lifecycle.json, as: UTF8.self) == expected)
  }

  @Test func `what is not known is left out`() {
    let record = LedgerRecord(.refused(RefusedRecord(refusal: .malformed)), time: 0)
    #expect(
      String(decoding: record.json, as: UTF8.self)
        == #"{"kind":"refused","refusal":"malformed","time":0}"#)
  }

  @Test(
    "every record is in the canonical form of RFC 8785",
    arguments: [decision, outcome, refused, lifecycle, policies, entities])
  func canonical(record: LedgerRecord) throws {
    let document = try JSONDocument(parsing: record.json)
    #expect(try JSONCanonical.encode(document.root) == record.json)
  }

  @Test func `hostile text is escaped canonically and cut at a character`() throws {
    var random = SeededGenerator(seed: 1)
    let alphabet: [Unicode.Scalar] = [
      "\u{0}", "\u{1f}", "\n", "\t", "\u{8}", "\u{c}", "\r", "\"", "\\", "a", "z", "\u{7f}",
      "\u{80}", "é", "€", "\u{2028}", "😀", "\u{10FFFF}", "/",
    ]
    for _ in 0..<2_000 {
      var text = ""
      for _ in 0..<random.below(80) {
        text.unicodeScalars.append(alphabet[random.below(alphabet.count)])
      }
      let limit = random.below(200)
      var writer = RecordWriter(capacity: 4)
      writer.beginObject()
      writer.member("x", text, limit: limit)
      writer.endObject()
      let bytes = writer.withBytes { Array($0) }
      let document = try JSONDocument(parsing: bytes)
      #expect(try JSONCanonical.encode(document.root) == bytes)
      let value = try #require(document.root[member: "x"]?.string)
      #expect(bytes.count <= limit + 3 + #"{"x":""}"#.utf8.count)
      if value != text {
        #expect(value.hasSuffix("…"))
        #expect(text.unicodeScalars.starts(with: value.unicodeScalars.dropLast()))
      }
    }
  }

  @Test func `a record at all its bounds fits an entry`() throws {
    let long = String(repeating: "\u{1}", count: 20_000)
    let many = [String](repeating: long, count: 500)
    let call = LedgerCall(
      id: long, parent: long, traceparent: long, era: long, transport: long,
      client: LedgerClient(name: long, version: long), method: long,
      principal: LedgerPrincipal(human: long, agent: long, tenant: long, roles: many),
      session: long, profile: long, server: long, tool: long, toolDigest: long, effect: long,
      claims: LedgerClaims(
        model: long, turn: long, run: long,
        skill: LedgerSkill(name: long, version: long, digest: long)))
    let record = LedgerRecord(
      .decision(
        DecisionRecord(
          call: call,
          arguments: LedgerPayload(
            content: Array("{\"\(String(repeating: "a", count: 32_000))\":1}".utf8)[...]),
          environment: long, decision: .ask, policies: many,
          annotations: (0..<500).map {
            LedgerAnnotations(policy: "\($0)", [("advice", long), ("other", long)])
          }, remedies: many, policyErrors: many, policyVersion: long, entitiesVersion: long,
          reason: long, duration: .min)),
      time: .max)
    let bytes = record.json
    #expect(bytes.count <= LedgerLimits.recordBytesMax)
    let root = try JSONDocument(parsing: bytes).root
    #expect(try JSONCanonical.encode(root) == bytes)
    #expect(root[member: "arguments"]?[member: "kept"]?.string == "full")
    #expect(root[member: "truncated"]?.bool == true)
    #expect(root[member: "policies"]?.count == LedgerLimits.policiesMax)
    #expect(root[member: "policies"]?[element: 63]?.string == "… 437 more")
    #expect(root[member: "time"]?.int64 == RecordWriter.integerMax)
    #expect(root[member: "duration_us"]?.int64 == -RecordWriter.integerMax)
  }

  @Test func `integers are written as they are`() throws {
    for number: Int64 in [0, 9, 10, 99, 100, 1_000_000_007, -1, -10, 9_007_199_254_740_991] {
      var writer = RecordWriter(capacity: 1)
      writer.integer(number)
      #expect(writer.withBytes { String(decoding: $0, as: UTF8.self) } == String(number))
    }
  }
}
