import Crypto
import JSON
import Testing

@testable import Export

@Suite struct OCSFEventTests {
  /// The attributes that API Activity requires in 1.8.0.
  private static let required = [
    "activity_id", "actor", "api", "category_uid", "class_uid", "metadata", "severity_id",
    "src_endpoint", "time", "type_uid",
  ]

  private func event(_ json: String) throws -> JSONNode { try RecordEncoding.json(.ocsf, json) }

  @Test(arguments: Records.all)
  func `an event keeps to the released schema`(json: String) throws {
    let schema = try OCSFSchema()
    #expect(schema.root[member: "version"]?.string == OCSFEvent.schemaVersion)
    let event = try event(json)
    #expect(schema.problems(of: event).isEmpty, "\(schema.problems(of: event))")
    for name in Self.required { #expect(event[member: name] != nil, "\(name)") }
    let activity = try #require(event[member: "activity_id"]?.int64)
    #expect(event[member: "type_uid"]?.int64 == 600_300 + activity)
    #expect(event.at("metadata", "version")?.string == "1.8.0")
  }

  @Test func `the schema's check finds what is wrong`() throws {
    let schema = try OCSFSchema()
    func problems(_ json: String) throws -> [String] {
      schema.problems(of: try JSONDocument(parsing: Array(json.utf8)).root)
    }
    #expect(try problems("{}").count == Self.required.count)
    let text = try RecordEncoding.text(.ocsf, Records.allow)
    for (wrong, right) in [
      (#""class_uid":6004"#, #""class_uid":6003"#), (#""severity_id":7"#, #""severity_id":1"#),
      (#""severity_id":"1""#, #""severity_id":1"#), (#""kind":"x","time""#, #""time""#),
      (#""actor":{}"#, #""actor":{"app_name":"claude""#),
    ] {
      #expect(text.contains(right))
      let broken = text.replacing(right, with: wrong, maxReplacements: 1)
      if let found = try? problems(broken) { #expect(!found.isEmpty, "\(wrong)") }
    }
  }

  @Test func `who did what with what`() throws {
    let event = try event(Records.allow)
    #expect(event.at("actor", "user", "name")?.string == "alice")
    #expect(event.at("actor", "user", "type_id")?.int64 == 1)
    #expect(event.at("actor", "user", "groups", "1", "name")?.string == "on-call")
    #expect(
      event.at("actor", "user", "programmatic_credentials", "0", "uid")?.string
        == "0011223344556677")
    #expect(event.at("actor", "app_name")?.string == "claude")
    #expect(event.at("actor", "session", "uid")?.string == "s-1")
    #expect(event.at("api", "operation")?.string == "create_issue")
    #expect(event.at("api", "service", "name")?.string == "github")
    #expect(event.at("api", "request", "uid")?.string == "ce5f9fd16d2573930000000000000001")
    #expect(event.at("resources", "0", "uid")?.string == "github__create_issue")
    #expect(event.at("resources", "0", "version")?.string == "td")
    #expect(event.at("resources", "0", "labels", "0")?.string == "effect:write")
    #expect(event.at("src_endpoint", "name")?.string == "claude-code")
    #expect(event.at("message_context", "application", "version")?.string == "2.1.0")
    #expect(event.at("ai_model", "name")?.string == "opus")
    #expect(event.at("trace", "uid")?.string == "0af7651916cd43dd8448eb211c80319c")
    #expect(event.at("authorizations", "1", "policy", "name")?.string == "night")
    #expect(event.at("policy", "version")?.string == "p1")
    #expect(event.at("time")?.int64 == 1_795_227_098_803)
    #expect(event.at("duration")?.int64 == 1)
    #expect(
      event.at("metadata", "profiles")?.description
        == #"["security_control","ai_operation","trace"]"#)
    #expect(event.at("metadata", "uid")?.string == "0123456789abcdef0123456789abcdef-7")
    #expect(event.at("metadata", "sequence")?.int64 == 7)
    #expect(
      event.at("metadata", "correlation_uid")?.string == "ce5f9fd16d2573930000000000000001")
    #expect(event.at("metadata", "tenant_uid")?.string == "acme")
    #expect(event.at("metadata", "product", "version")?.string == "1.2.3")
  }

  @Test(
    arguments: [
      (Records.allow, "3 1 1 1 1"), (Records.deny, "99 2 3 2 2"), (Records.ask, "2 2 2 2 23"),
      (Records.list, "2 1 1 1 1"), (Records.ok, "0 1 1 - -"), (Records.failed, "0 2 2 - -"),
      (Records.refused, "0 2 3 2 26"), (Records.malformed, "0 2 2 2 25"),
      (Records.approved, "99 1 1 1 8"), (Records.quarantined, "99 1 4 2 3"),
      (Records.changed, "3 1 2 - -"), (Records.started, "99 1 1 - -"),
      (Records.keyRotated, "3 1 2 - -"), (Records.exported, "2 1 2 - -"),
      (Records.erased, "4 1 2 - -"), (Records.retention, "4 1 2 - -"),
      (Records.policies, "99 1 1 - -"), (Records.strange, "99 1 1 - -"),
    ])
  func `activity, status, severity, action, disposition`(json: String, numbers: String) throws {
    let event = try event(json)
    let found = ["activity_id", "status_id", "severity_id", "action_id", "disposition_id"].map {
      event[member: $0]?.description ?? "-"
    }
    #expect(found.joined(separator: " ") == numbers)
  }

  @Test(arguments: [("destructive", "Destructive"), ("egress", "Egress"), ("admin", "Admin")])
  func `an effect that OCSF has no activity for is Other by its name`(
    effect: String, name: String
  ) throws {
    let record = Records.allow.replacing(#""effect":"write""#, with: "\"effect\":\"\(effect)\"")
    let event = try event(record)
    #expect(event.at("activity_id")?.int64 == 99)
    #expect(event.at("activity_name")?.string == name)
  }

  @Test func `a person's approval is the person's`() throws {
    let event = try event(Records.approved)
    #expect(event.at("actor", "user", "name")?.string == "bob")
    #expect(event.at("api", "operation")?.string == "approval.approved")
    #expect(event.at("unmapped", "principal", "human")?.string == "alice")
    #expect(try self.event(Records.changed).at("actor", "user", "name")?.string == "root")
    #expect(try self.event(Records.ok).at("actor", "user", "name")?.string == "unknown")
  }

  @Test func `a peer is an address or a name`() throws {
    let refused = try event(Records.refused)
    #expect(refused.at("src_endpoint", "ip")?.string == "203.0.113.9")
    #expect(refused.at("src_endpoint", "port")?.int64 == 41234)
    #expect(refused.at("api", "response", "code")?.int64 == 401)
    #expect(try event(Records.malformed).at("src_endpoint", "name")?.string == "uid 1000 pid 4242")
    for (peer, ip) in [
      ("[2001:db8::1]:80", "2001:db8::1"), ("::1", "::1"), ("10.0.0.1", "10.0.0.1"),
    ] {
      #expect(try event(#"{"peer":"\#(peer)"}"#).at("src_endpoint", "ip")?.string == ip)
    }
    #expect(try event(#"{"peer":"10.0.0.1:x"}"#).at("src_endpoint", "ip") == nil)
  }

  @Test(arguments: Records.all)
  func `nothing of a record is lost`(json: String) throws {
    let event = try event(json)
    #expect(event[member: "raw_data"]?.string == json)
    #expect(event[member: "raw_data_size"]?.int64 == Int64(json.utf8.count))
    let hash = try Records.record(json).leafHash.hex
    #expect(event.at("raw_data_hash", "value")?.string == hash)
    // Every text of the record stands in the event outside of raw_data too, but for large ones.
    let texts = event.members.filter { $0.name != "raw_data" }.flatMap { Self.texts($0.value) }
    for (name, value) in try Records.record(json).root.members
    where !["text", "entities", "agents", "peer"].contains(name) {
      for text in Self.texts(value) {
        #expect(texts.contains { $0.contains(text) }, "\(name): \(text)")
      }
    }
  }

  private static func texts(_ node: JSONNode) -> [String] {
    switch node.kind {
    case .object: node.members.flatMap { texts($0.value) }
    case .array: node.elements.flatMap { texts($0) }
    case .string: [node.string ?? ""]
    default: []
    }
  }

  @Test func `what has no place is kept beside`() throws {
    let event = try event(Records.allow)
    let unmapped = try #require(event[member: "unmapped"])
    #expect(unmapped[member: "time"]?.int64 == 1_795_227_098_803_977)
    #expect(unmapped[member: "environment"]?.string == "production")
    #expect(unmapped.at("arguments", "digest")?.string == "aa")
    #expect(unmapped[member: "principal"] == nil)
    #expect(unmapped[member: "policies"] == nil)
    #expect(try self.event(Records.policies).at("unmapped", "text") == nil)
    #expect(try self.event(#"{"code":"E1"}"#).at("unmapped", "code")?.string == "E1")
    #expect(try self.event(#"{"truncated":true}"#).at("metadata", "is_truncated")?.bool == true)
  }

  @Test func `a sequence beyond 32 bits is in the uid only`() throws {
    let event = try RecordEncoding.json(.ocsf, Records.ok, sequence: 1 << 40)
    #expect(event.at("metadata", "sequence") == nil)
    #expect(event.at("metadata", "uid")?.string?.hasSuffix("-1099511627776") == true)
  }
}
