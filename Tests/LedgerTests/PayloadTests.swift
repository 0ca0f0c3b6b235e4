import Crypto
import JSON
import Testing
import TestSupport

@testable import Ledger

@Suite("What is kept of arguments, results and prompts")
struct PayloadTests {
  private func entry(
    _ arguments: LedgerPayload, sealing: PayloadSealing? = nil, opening: PayloadSealing? = nil
  ) throws -> LedgerEntry {
    let directory = TemporaryDirectory()
    let (ledger, _) = try Ledger.open(
      directory: directory.ledger, configuration: LedgerConfiguration(sealing: sealing, tree: nil))
    try ledger.append(
      LedgerRecord(
        .decision(
          DecisionRecord(
            call: LedgerCall(id: "c"), arguments: arguments, decision: .allow)), time: 1))
    ledger.close()
    var reader = try LedgerReader(directory: directory.ledger, sealing: opening)
    return try #require(try reader.next())
  }

  private func text(_ text: String) -> LedgerPayload {
    LedgerPayload(content: Array(text.utf8)[...])
  }

  @Test(
    arguments: [
      "{}", "{ \"b\" : 1.50,\r\n\t\"a\":1e3, \"n\": 12345678901234567890 }", #"{"a":"\u00e9é"}"#,
      "{\"s\":\"\(String(repeating: "x", count: 300_000))\"}",
    ])
  func `arguments are kept byte for byte beside the record, which holds their salted digest`(
    text: String
  ) throws {
    let entry = try entry(self.text(text))
    let described = try #require(entry.document.root[member: "arguments"])
    #expect(described[member: "bytes"]?.int64 == Int64(text.utf8.count))
    #expect(described[member: "kept"]?.string == "full")
    #expect(described[member: "omitted"] == nil)
    guard case .full(let content, let salt) = entry.payload(.arguments) else {
      Issue.record("\(entry.payload(.arguments))")
      return
    }
    #expect(Array(content) == Array(text.utf8))
    #expect(salt.count == 16)
    #expect(described[member: "digest"]?.string == SHA256.hash(salt + Array(text.utf8)).hex)
    #expect(entry.payload(.result) == .none)
  }

  @Test func `the same arguments have another digest each time`() throws {
    let digests = try (0..<3).map { _ in
      try entry(text(#"{"a":1}"#)).document.root[member: "arguments"]?[member: "digest"]?.string
    }
    #expect(Set(digests).count == 3)
  }

  @Test func `no value stands in a record, only names, types and sizes`() throws {
    let secret = "s3cr3t value"
    let entry = try entry(
      text(
        #"{"user":{"name":"\#(secret)","age":4711,"ok":true,"x":null},"#
          + #""a@b.example":"\#(secret)","tags":["\#(secret)",1.5e3]}"#))
    let json = String(decoding: entry.json, as: UTF8.self)
    #expect(!json.contains("s3cr3t") && !json.contains("4711") && !json.contains("a@b.example"))
    #expect(
      entry.document.root[member: "arguments"]?[member: "preview"]?.string
        == "{user:{name:string(12),age:number,ok:boolean,x:null},…:string(12),"
        + "tags:[string(12),number]}")
  }

  @Test(arguments: [
    (#"["a\"b"]"#, "[string(4)]"), (#"["\\","x"]"#, "[string(2),string(1)]"),
    (#"["\\\"",1]"#, "[string(4),number]"), (#"{"a":"\\\\","b":""}"#, "{a:string(4),b:string(0)}"),
  ])
  func `a string ends at the quote that is not escaped`(_ json: String, _ shape: String) throws {
    let preview = try entry(text(json)).document.root[member: "arguments"]?[member: "preview"]
    #expect(preview?.string == shape)
  }

  @Test func `a shape is bounded, whatever the payload`() throws {
    let many = "[" + (0..<5_000).map { "{\"k\($0)\":\($0)}" }.joined(separator: ",") + "]"
    let preview = try #require(
      try entry(text(many)).document.root[member: "arguments"]?[member: "preview"]?.string)
    #expect(preview.utf8.count <= LedgerLimits.previewBytesMax && preview.hasSuffix("…"))
  }

  @Test func `of a payload beyond the bound the salt is kept`() throws {
    let content = "\"\(String(repeating: "x", count: LedgerLimits.payloadBytesMax))\""
    let entry = try entry(text(content))
    let described = try #require(entry.document.root[member: "arguments"])
    #expect(described[member: "omitted"]?.string == "size")
    guard case .salt(let salt) = entry.payload(.arguments) else {
      Issue.record("\(entry.payload(.arguments))")
      return
    }
    #expect(described[member: "digest"]?.string == SHA256.hash(salt + Array(content.utf8)).hex)
  }

  @Test func `by configuration the salt is kept, or the size alone`() throws {
    let content = Array(#"{"a":"b"}"#.utf8)[...]
    let metadata = try entry(LedgerPayload(content: content, keeping: .metadata))
    guard case .salt(let salt) = metadata.payload(.arguments) else {
      Issue.record("\(metadata.payload(.arguments))")
      return
    }
    let described = metadata.document.root[member: "arguments"]
    #expect(described?[member: "digest"]?.string == SHA256.hash(salt + content).hex)
    #expect(described?[member: "kept"]?.string == "salt")
    let nothing = try entry(LedgerPayload(content: content, keeping: .none))
    #expect(nothing.payload(.arguments) == .none)
    #expect(
      nothing.document.root[member: "arguments"]?.description
        == #"{"bytes":9,"kept":"none","omitted":"configuration"}"#)
  }

  @Test func `a redacted payload has its own digest, and no secret`() throws {
    let content =
      #"{"password":"hunter2","url":"https://u:p@h/","ok":"plain","#
      + #""list":[{"apiKey":7}],"jwt":"eyJhbGciOiJIUzI1NiJ9.e30.x","n":12345678901234567890}"#
    let entry = try entry(
      LedgerPayload(content: Array(content.utf8)[...], keeping: .redacted))
    guard case .redacted(let kept, let salt) = entry.payload(.arguments) else {
      Issue.record("\(entry.payload(.arguments))")
      return
    }
    #expect(
      String(decoding: kept, as: UTF8.self)
        == #"{"password":"[redacted]","url":"[redacted]","ok":"plain","#
        + #""list":[{"apiKey":"[redacted]"}],"jwt":"[redacted]","n":12345678901234567890}"#)
    let described = entry.document.root[member: "arguments"]
    #expect(described?[member: "kept_digest"]?.string == SHA256.hash(salt + kept).hex)
    #expect(described?[member: "digest"]?.string == SHA256.hash(salt + Array(content.utf8)).hex)
  }

  @Test func `sealed payloads open with their key only`() throws {
    let key = try #require(PayloadSealing(key: [UInt8](repeating: 7, count: 32)))
    let other = try #require(PayloadSealing(key: [UInt8](repeating: 8, count: 32)))
    #expect(PayloadSealing(key: [1, 2, 3]) == nil)
    let payload = text(#"{"a":1}"#)
    #expect(try entry(payload, sealing: key, opening: nil).payload(.arguments) == .sealed)
    #expect(try entry(payload, sealing: key, opening: other).payload(.arguments) == .unreadable)
    let opened = try entry(payload, sealing: key, opening: key).payload(.arguments)
    #expect(opened.content.map { Array($0) } == Array(#"{"a":1}"#.utf8))
  }

  @Test func `a cut text of the request is said, one of the answer is not`() throws {
    let long = String(repeating: "é", count: 300)
    func isTruncated(_ call: LedgerCall, reason: String? = nil) throws -> Bool {
      let record = LedgerRecord(
        .decision(DecisionRecord(call: call, decision: .deny, reason: reason)))
      return try JSONDocument(parsing: record.json).root[member: "truncated"]?.bool == true
    }
    #expect(try isTruncated(LedgerCall(principal: LedgerPrincipal(human: long))))
    #expect(try isTruncated(LedgerCall(client: LedgerClient(name: nil, version: long))))
    #expect(
      try isTruncated(LedgerCall(principal: LedgerPrincipal(roles: (0..<65).map { "\($0)" }))))
    #expect(try !isTruncated(LedgerCall(traceparent: long), reason: long + long))
  }
}
