import JSON
import Reactor
import Testing

@testable import MCP

@Suite("Answers as messages of an era")
struct ClientFaceEncoderTests {
  private let encoder = ResponseEncoder(name: "gate", version: "1.2")
  private let info = #""io.modelcontextprotocol/serverInfo":{"name":"gate","version":"1.2"}"#

  private func encode(_ result: String, id: String = "1", _ era: Era) throws -> String {
    let id = try #require(RequestID(Sample.document(id)))
    return text(
      encoder.encode(
        .relayed(try Sample.document(result)), to: id,
        for: era == .stateless ? .latest : .latestSession))
  }

  @Test(
    "a payload goes out byte for byte, whatever its spelling",
    arguments: [
      #""content":[{"type":"text","text":"a\u0041\/\n\"ü"}]"#,
      #""structuredContent":{"big":123456789012345678901234567890,"f":1.0,"e":1E+2,"z":-0}"#,
      #""b" : 1 , "a":2,  "\u0063":[ 1,2 ,3 ]"#,
      #""isError":true,"vendor.example/x":{"a":{"b":null}}"#,
    ])
  func fidelity(members: String) throws {
    #expect(
      try encode("{\(members)}", .stateless)
        == #"{"jsonrpc":"2.0","id":1,"result":{\#(members),"resultType":"complete","_meta":{\#(info)}}}"#
    )
    #expect(
      try encode("{\(members)}", .session) == #"{"jsonrpc":"2.0","id":1,"result":{\#(members)}}"#)
  }

  @Test(
    "the id goes back as it was spelled",
    arguments: ["1", "\"1\"", "-7", "9007199254740993", #""a\u0062\"c""#, "\"\"", "1.0"])
  func ids(id: String) throws {
    #expect(
      try encode("{}", id: id, .session) == "{\"jsonrpc\":\"2.0\",\"id\":\(id),\"result\":{}}")
  }

  @Test("a result type that is there stays, and cache hints stay in the stateless era")
  func resultType() throws {
    let result = #"{"resultType":"input_required","tools":[],"ttlMs":5,"cacheScope":"private"}"#
    #expect(
      try encode(result, .stateless)
        == #"{"jsonrpc":"2.0","id":1,"result":\#(result.dropLast()),"_meta":{\#(info)}}}"#)
    #expect(
      try encode(result.replacing("input_required", with: "complete"), .session)
        == #"{"jsonrpc":"2.0","id":1,"result":{"tools":[]}}"#)
    // Without its type it would pass for a finished answer.
    #expect(try encode(result, .session).contains(#""error":{"code":-32603"#))
  }

  @Test("members of the stateless era leave no stray commas", arguments: 0..<64)
  func commas(mask: Int) throws {
    let all = [
      #""resultType":"complete""#, #""a":1"#, #""ttlMs":1"#, #""_meta":{"k":1}"#,
      #""cacheScope":"public""#, #""b":2"#,
    ]
    let chosen = all.indices.filter { mask >> $0 & 1 == 1 }.map { all[$0] }
    let source = "{\(chosen.joined(separator: " , "))}"
    for era in [Era.stateless, .session] {
      let message = try Sample.document(encode(source, era))
      let result = try #require(message[member: "result"])
      #expect(result[member: "a"]?.int64 == (mask >> 1 & 1 == 1 ? 1 : nil))
      #expect(result[member: "b"]?.int64 == (mask >> 5 & 1 == 1 ? 2 : nil))
      #expect(result[member: "_meta"]?[member: "k"]?.int64 == (mask >> 3 & 1 == 1 ? 1 : nil))
      #expect((result[member: "resultType"] != nil) == (era == .stateless))
      #expect(
        (result[member: "ttlMs"] != nil) == (era == .stateless && mask >> 2 & 1 == 1))
    }
  }

  @Test("_meta keys of another hop never pass, vendor keys do")
  func meta() throws {
    let result = """
      {"_meta":{"io.modelcontextprotocol/serverInfo":{"name":"evil"},"vendor/a": 1 ,\
      "progressToken":5,"io.modelcontextprotocol/subscriptionId":1,"traceparent":"t"},"a":1}
      """
    #expect(
      try encode(result, .stateless)
        == #"{"jsonrpc":"2.0","id":1,"result":{"a":1,"resultType":"complete","_meta":{\#(info),"vendor/a": 1,"traceparent":"t"}}}"#
    )
    #expect(
      try encode(result, .session)
        == #"{"jsonrpc":"2.0","id":1,"result":{"a":1,"_meta":{"vendor/a": 1,"traceparent":"t"}}}"#)
    #expect(
      try encode(#"{"_meta":{"progressToken":5},"a":1}"#, .session)
        == #"{"jsonrpc":"2.0","id":1,"result":{"a":1}}"#)
    #expect(
      try encode(#"{"_meta":{}}"#, .session)
        == #"{"jsonrpc":"2.0","id":1,"result":{"_meta":{}}}"#)
    // Spelled with an escape it is the same key.
    #expect(
      try encode(#"{"_meta":{"progress\u0054oken":5,"k":1}}"#, .session)
        == #"{"jsonrpc":"2.0","id":1,"result":{"_meta":{"k":1}}}"#)
  }

  @Test(
    "a large payload goes out from the message it came in, and is not copied",
    arguments: [ProtocolVersion.latest, .latestSession, .v2024_11_05])
  func large(version: ProtocolVersion) throws {
    let content =
      #""content":[{"type":"text","text":"\#(String(repeating: "a", count: 1 << 20))"}]"#
    let result = try Sample.document(#"{"_meta":{"progressToken":1},\#(content)}"#)
    let answer = encoder.encode(.relayed(result), to: RequestID(1), for: version)
    let text = result.document.bytes.withUnsafeBytes { $0 }
    answer.withFront { _, payload, _ in
      #expect(payload.count == content.utf8.count)
      #expect(payload.baseAddress == text.baseAddress.map { $0 + (text.count - 1 - payload.count) })
    }
    let event = EventFraming.event(answer)
    event.withFront { _, payload, _ in #expect(payload.count == content.utf8.count) }
    #expect(
      try JSONDocument(parsing: answer.joined).root[member: "result"]?[member: "content"] != nil)
  }

  @Test("errors are relayed as they came, and ours are written whole")
  func errors() throws {
    let id = RequestID(3)
    let error = try Sample.document(#"{"code": -32000, "message":"x","data":{"n":1.0}}"#)
    #expect(
      text(encoder.encode(.relayedError(error), to: id, for: .latestSession))
        == #"{"jsonrpc":"2.0","id":3,"error":{"code": -32000, "message":"x","data":{"n":1.0}}}"#)
    let own = JSONRPCError(code: -32602, message: "a \"b\"", data: Array("[1]".utf8))
    #expect(
      text(encoder.encode(.failure(own), to: id, for: .latest))
        == #"{"jsonrpc":"2.0","id":3,"error":{"code":-32602,"message":"a \"b\"","data":[1]}}"#)
    #expect(
      text(ResponseEncoder.encode(JSONRPCError(code: -32700, message: "m"), to: nil))
        == #"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"m"}}"#)
  }

  @Test("a built result is treated as a relayed one")
  func built() {
    let built = MCPResponse.built(Array(#"{"resultType":"complete","tools":[],"ttlMs":1}"#.utf8))
    #expect(
      text(encoder.encode(built, to: RequestID(1), for: .latestSession))
        == #"{"jsonrpc":"2.0","id":1,"result":{"tools":[]}}"#)
    #expect(
      text(encoder.encode(built, to: RequestID(1), for: .latest)).hasSuffix(
        #","ttlMs":1,"_meta":{\#(info)}}}"#))
  }

  @Test("line breaks between tokens cannot break event or line framing")
  func framing() {
    let message = Array("{\r\n \"a\": \"x\\n\"\n}".utf8)
    #expect(
      text(EventFraming.event(OutgoingBytes(message)))
        == "event: message\ndata: {   \"a\": \"x\\n\" }\n\n")
  }

  @Test("what initialize and discover tell")
  func ownResults() throws {
    var capabilities = ServerCapabilities()
    capabilities.lists = [.tools]
    capabilities.announces = [.tools]
    let server = ServerDescription(
      name: "gate", version: "1.2", instructions: "be \"kind\"", capabilities: capabilities)
    #expect(
      text(OwnMessages.initialization(server, speaking: .v2025_06_18))
        == #"""
        {"protocolVersion":"2025-06-18","capabilities":{"tools":{"listChanged":true}},"serverInfo":{"name":"gate","version":"1.2"},"instructions":"be \"kind\""}
        """#)
    let discovery = try Sample.document(text(OwnMessages.discovery(server)))
    #expect(discovery[member: "supportedVersions"]?.count == 5)
    #expect(discovery[member: "resultType"]?.equals("complete") == true)
    #expect(discovery[member: "cacheScope"]?.equals("private") == true)
    #expect(discovery[member: "ttlMs"]?.int64 != nil)
  }
}
