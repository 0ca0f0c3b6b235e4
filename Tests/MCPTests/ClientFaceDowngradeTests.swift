import JSON
import Reactor
import TestSupport
import Testing

@testable import MCP

@Suite("Answers for older revisions")
struct ClientFaceDowngradeTests {
  private let encoder = ResponseEncoder(name: "gate", version: "1")

  /// The `result` that a client of a revision gets.
  private func result(_ text: String, _ version: ProtocolVersion) throws -> String {
    let message = encoder.encode(
      .relayed(try Sample.document(text)), to: RequestID(1), for: version)
    return try #require(JSONDocument(parsing: message.joined).root[member: "result"]).description
  }

  @Test(
    "what a revision has goes out byte for byte",
    arguments: [
      (
        #"{"tools" : [ {"name":"a", "inputSchema":{"type":"object"}, "title":"A","icons":[],"execution":{},"_meta":{"k":1.0},"outputSchema":{"type":"object"}} ] , "nextCursor":"\u0041"}"#,
        ProtocolVersion.v2025_11_25
      ),
      (
        #"{"tools":[{"name":"a","inputSchema":{ },"title":"A","annotations":{"title":"B"}, "_meta":{}}]}"#,
        .v2025_06_18
      ),
      (#"{"tools":[{"name":"a","inputSchema":{ },"annotations":{"title":"B"}} ]}"#, .v2025_03_26),
      (
        #"{"content":[{"type":"resource_link","name":"n","uri":"a:1","icons":[ ]},{"type":"audio"}],"structuredContent":{"a":1.0}}"#,
        .v2025_11_25
      ),
      (
        #"{"content":[{"type":"resource_link","name":"n","uri":"a:1","title":"t"}],"structuredContent":{ }}"#,
        .v2025_06_18
      ),
      (#"{"content":[{"type":"audio", "data":"","mimeType":"a/b"} ,5]}"#, .v2025_03_26),
      (
        #"{"content":[{"type":"text","text":"x","annotations":{"priority":1.0}}],"isError":false}"#,
        .v2024_11_05
      ),
      (#"{"contents":[{"uri":"a:1","text":"x"}]}"#, .v2024_11_05),
      (#"{"completion":{"values":[]},"vendor":{"title":"t"}}"#, .v2024_11_05),
    ])
  func unchanged(text: String, version: ProtocolVersion) throws {
    #expect(try result(text, version) == text)
  }

  private static let tool =
    #"{"tools":[{"name":"a","title":"A","icons":[],"inputSchema":{"title":"S"},"outputSchema":{"type":"object"},"execution":{},"annotations":{"title":"B"},"_meta":{},"x":1}]}"#

  @Test(
    "a tool loses what came later",
    arguments: [
      (ProtocolVersion.v2025_06_18, ["icons", "execution"]),
      (.v2025_03_26, ["icons", "execution", "title", "outputSchema", "_meta"]),
      (.v2024_11_05, ["icons", "execution", "title", "outputSchema", "_meta", "annotations"]),
    ])
  func tools(version: ProtocolVersion, lost: [String]) throws {
    let before = try Sample.document(Self.tool)[member: "tools"]?[element: 0]
    let after = try Sample.document(result(Self.tool, version))[member: "tools"]?[element: 0]
    let names = try #require(before).members.map(\.name).filter { !lost.contains($0) }
    #expect(after?.members.map(\.name) == names)
    #expect(after?[member: "inputSchema"]?.description == #"{"title":"S"}"#)
  }

  @Test("an output schema that is not of an object is of the stateless era")
  func outputSchema() throws {
    let list = #"{"tools":[{"name":"a","outputSchema":{"type":"array"}},{"name":"b"}]}"#
    for version in ProtocolVersion.negotiable {
      #expect(try result(list, version) == #"{"tools":[{"name":"a"},{"name":"b"}]}"#)
    }
  }

  @Test("resources, templates and prompts lose titles, icons and _meta")
  func lists() throws {
    let entry = #"{"name":"a","title":"A","icons":[],"_meta":{},"size":1}"#
    for list in ["resources", "resourceTemplates"] {
      #expect(
        try result("{\"\(list)\":[\(entry)]}", .v2025_06_18)
          == "{\"\(list)\":[{\"name\":\"a\",\"title\":\"A\",\"_meta\":{},\"size\":1}]}")
      #expect(
        try result("{\"\(list)\":[\(entry)]}", .v2025_03_26)
          == "{\"\(list)\":[{\"name\":\"a\",\"size\":1}]}")
    }
    let prompts = #"{"prompts":[{"name":"p","title":"P","arguments":[{"name":"x","title":"X"}]}]}"#
    #expect(try result(prompts, .v2025_06_18) == prompts)
    #expect(
      try result(prompts, .v2025_03_26)
        == #"{"prompts":[{"name":"p","arguments":[{"name":"x"}]}]}"#)
  }

  @Test("a link to a resource becomes text that names it")
  func links() throws {
    let link =
      #"{"type":"resource_link","uri":"a:1","name":"n","mimeType":"m/t","description":"d","annotations":{"priority":1},"_meta":{}}"#
    let text =
      #"{"type":"text","text":"Resource: n\nURI: a:1\nType: m/t\nd","annotations":{"priority":1}}"#
    for version in [ProtocolVersion.v2025_03_26, .v2024_11_05] {
      #expect(
        try result(#"{"content":[ {"type":"text","text":"x"} ,\#(link)]}"#, version)
          == #"{"content":[ {"type":"text","text":"x"} ,\#(text)]}"#)
      #expect(
        try result(#"{"messages":[{"role":"user","content":\#(link)}]}"#, version)
          == #"{"messages":[{"role":"user","content":\#(text)}]}"#)
    }
  }

  @Test("sound becomes text that says what is left out, where there is no sound")
  func audio() throws {
    let audio = #"{"content":[{"type":"audio","mimeType":"audio/wav","data":"AAAAAAAA"}]}"#
    #expect(
      try result(audio, .v2024_11_05)
        == #"{"content":[{"type":"text","text":"[audio left out: audio/wav, about 6 bytes; protocol version 2024-11-05 has no audio]"}]}"#
    )
  }

  @Test("structured content that is dropped is told as text, unless there is text")
  func structured() throws {
    for version in [ProtocolVersion.v2025_03_26, .v2024_11_05] {
      #expect(
        try result(
          #"{"content":[{"type":"text","text":"x"}],"structuredContent":{"a":1}}"#, version)
          == #"{"content":[{"type":"text","text":"x"}]}"#)
    }
    for version in ProtocolVersion.negotiable {
      let content = #"[{"type":"text","text":"[1.0,\"a\"]"}]"#
      for given in [#""content":[],"#, ""] {
        #expect(
          try result(#"{\#(given)"structuredContent":[1.0,"a"]}"#, version)
            == #"{"content":\#(content)}"#)
      }
      #expect(
        try result(
          #"{"content":[{"type":"image"}],"structuredContent":[1.0,"a"],"isError":false}"#, version)
          == #"{"content":[{"type":"image"},\#(content.dropFirst()),"isError":false}"#)
    }
  }

  @Test("embedded resources, and what is read, lose their _meta")
  func contents() throws {
    let resource = #"{"uri":"a:1","_meta":{"k":1},"text":"x"}"#
    let embedded = #"{"content":[{"type":"resource","_meta":{},"resource":\#(resource)}]}"#
    #expect(try result(embedded, .v2025_06_18) == embedded)
    #expect(
      try result(embedded, .v2025_03_26)
        == #"{"content":[{"type":"resource","resource":{"uri":"a:1","text":"x"}}]}"#)
    #expect(
      try result(#"{"contents":[\#(resource)]}"#, .v2025_03_26)
        == #"{"contents":[{"uri":"a:1","text":"x"}]}"#)
  }

  @Test("a missing resource has a code of its own in the session era, with the client's URI")
  func missingResource() throws {
    let request = MCPRequest(
      method: "resources/read", params: try Sample.document(#"{"uri":"x+a:\u0041"}"#),
      client: ClientDescription(transport: .stdio, version: .v2025_06_18), messageBytes: 1)
    func error(_ response: MCPResponse, _ version: ProtocolVersion) -> String {
      text(
        encoder.encode(response, to: RequestID(1), for: version, answering: request).joined
          .dropFirst(24))
    }
    let relayed = MCPResponse.relayedError(
      try Sample.document(#"{"code":-32602,"message":"gone","data":{"uri":"a:A","n":1.0}}"#))
    let own = MCPResponse.failure(JSONRPCError(code: -32602, message: "gone"))
    #expect(
      error(relayed, .v2025_06_18)
        == #""error":{"code":-32002,"message":"gone","data":{"uri":"x+a:\u0041","n":1.0}}}"#)
    #expect(
      error(own, .v2024_11_05)
        == #""error":{"code":-32002,"message":"gone","data":{"uri":"x+a:\u0041"}}}"#)
    #expect(error(own, .latest) == #""error":{"code":-32602,"message":"gone"}}"#)
    #expect(
      error(.failure(JSONRPCError(code: -32603, message: "x")), .v2025_06_18)
        == #""error":{"code":-32603,"message":"x"}}"#)
  }

  @Test("whatever an upstream sends, an answer is one JSON object", arguments: 0..<200)
  func hostile(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let scalars = ["1", "null", "\"text\"", "true", "[]", "{}", "[[]]", "[5]", "[{}]"]
    let names = [
      "tools", "prompts", "resources", "content", "messages", "contents", "structuredContent",
      "type", "title", "icons", "_meta", "annotations", "arguments", "resource", "outputSchema",
      "data", "name", "text", "resultType", "ttlMs",
    ]
    func value(_ depth: Int) -> String {
      if depth == 0 { return scalars.randomElement(using: &random) ?? "1" }
      switch Int.random(in: 0..<4, using: &random) {
      case 0: return scalars.randomElement(using: &random) ?? "1"
      case 1:
        return
          "[\((0..<Int.random(in: 0..<4, using: &random)).map { _ in value(depth - 1) }.joined(separator: " , "))]"
      case 2:
        let type =
          ["audio", "resource_link", "resource", "text"].randomElement(using: &random) ?? ""
        return
          "{\"type\":\"\(type)\",\"_meta\":\(value(depth - 1)),\"resource\":\(value(depth - 1))}"
      default: return object(depth - 1)
      }
    }
    func object(_ depth: Int) -> String {
      let chosen = names.shuffled(using: &random).prefix(Int.random(in: 0..<6, using: &random))
      return "{\(chosen.map { "\"\($0)\":\(value(depth))" }.joined(separator: ","))}"
    }
    for _ in 0..<50 {
      let upstream = try Sample.document(object(4))
      for version in ProtocolVersion.supported {
        let message = encoder.encode(.relayed(upstream), to: RequestID(1), for: version)
        let answer = try JSONDocument(parsing: message.joined).root
        #expect(answer[member: "result"] != nil || answer[member: "error"] != nil)
      }
    }
  }
}
