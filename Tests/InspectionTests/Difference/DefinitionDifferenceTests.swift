import Inspection
import JSON
import Testing

@Suite struct DefinitionDifferenceTests {
  private func changes(_ before: String, _ after: String) throws -> [DefinitionDifference.Change] {
    try DefinitionDifference(from: json(before), to: json(after)).changes
  }

  private func schemaChanges(
    _ before: String, _ after: String
  ) throws -> [DefinitionDifference.Change] {
    try changes(
      #"{"inputSchema":{"properties":{"a":\#(before)}}}"#,
      #"{"inputSchema":{"properties":{"a":\#(after)}}}"#)
  }

  @Test func `equal definitions do not differ`() throws {
    let tool = try json(#"{"name":"a"}"#)
    #expect(DefinitionDifference(from: tool, to: tool).changes.isEmpty)
  }

  @Test func `the order of members, white space and spellings are no difference`() throws {
    #expect(
      try changes(
        #"{"name":"a","inputSchema":{"type":"object","maximum":10}}"#,
        #"{ "inputSchema" : { "maximum":1e1, "type":"\u006fbject" }, "name":"a" }"#
      ).isEmpty)
  }

  @Test func `powers come before texts, the gravest first`() throws {
    let found = try changes(
      """
      {"description":"Reads.","annotations":{"readOnlyHint":false},"icons":[1],
      "inputSchema":{"properties":{"a":{"maxLength":5}},"required":[]},
      "outputSchema":{"type":"object"}}
      """,
      """
      {"description":"Writes.","annotations":{"readOnlyHint":true},"icons":[2],
      "inputSchema":{"properties":{"a":{"maxLength":9},"b":{"type":"string"}},"required":["b"]},
      "outputSchema":{"type":["object","string"]}}
      """)
    #expect(
      found.map(\.place) == [
        "/annotations/readOnlyHint", "/inputSchema/properties/b", "/inputSchema/required",
        "/inputSchema/properties/a/maxLength", "/outputSchema/type", "/description", "/icons",
      ])
    #expect(
      found.map(\.kind) == [
        .annotation, .parameter, .parameter, .schema, .output, .text, .other,
      ])
    #expect(found[0].meaning == "It now says that it only reads.")
    #expect(found[1].before == nil && found[1].after == #"{"type":"string"}"#)
  }

  @Test(
    arguments: [
      (#"{"type":"string"}"#, #"{"type":["string","object"]}"#, true),
      (#"{"type":"integer"}"#, #"{"type":"number"}"#, true),
      (#"{"type":"number"}"#, #"{"type":"integer"}"#, false),
      (#"{"type":"string"}"#, "{}", true), ("{}", #"{"type":"string"}"#, false),
      (#"{"enum":["a"]}"#, #"{"enum":["a","b"]}"#, true),
      (#"{"enum":["a","b"]}"#, #"{"enum":["a"]}"#, false),
      (#"{"enum":["a"]}"#, "{}", true),
      (#"{"maxLength":5}"#, "{}", true), (#"{"maxLength":5}"#, #"{"maxLength":6}"#, true),
      (#"{"maxLength":5}"#, #"{"maxLength":4}"#, false), ("{}", #"{"maxLength":4}"#, false),
      (#"{"minimum":5}"#, #"{"minimum":4}"#, true), (#"{"minimum":5}"#, #"{"minimum":6}"#, false),
      (#"{"minimum":5}"#, "{}", true), (#"{"pattern":"^a$"}"#, "{}", true),
      (#"{"pattern":"^a$"}"#, #"{"pattern":".*"}"#, true), ("{}", #"{"pattern":".*"}"#, false),
      (#"{"additionalProperties":false}"#, "{}", true),
      (#"{"additionalProperties":false}"#, #"{"additionalProperties":true}"#, true),
      (#"{"additionalProperties":false}"#, #"{"additionalProperties":{}}"#, true),
      ("{}", #"{"additionalProperties":false}"#, false),
      (#"{"anyOf":[{"type":"string"}]}"#, #"{"anyOf":[{"type":"string"},{}]}"#, true),
      (#"{"allOf":[{},{"type":"string"}]}"#, #"{"allOf":[{}]}"#, true),
      (#"{"allOf":[{}]}"#, #"{"allOf":[{},{"type":"string"}]}"#, false),
      (#"{"default":1}"#, #"{"default":2}"#, true),
      (#"{"$ref":"/a"}"#, #"{"$ref":"/b"}"#, true),
      (#"{"items":{"maxLength":1}}"#, #"{"items":{"maxLength":2}}"#, true),
    ])
  func `a schema that takes more is told from one that takes less`(
    before: String, after: String, widens: Bool
  ) throws {
    let found = try schemaChanges(before, after)
    #expect(found.count == 1)
    #expect(found.first?.kind == .schema)
    #expect(found.first?.widens == widens, "\(found)")
  }

  @Test(arguments: ["properties", "default", "required", "enum"])
  func `a parameter may be named as a keyword is`(name: String) throws {
    let found = try changes(
      #"{"inputSchema":{"properties":{"\#(name)":{"type":"string"}}}}"#,
      #"{"inputSchema":{"properties":{"\#(name)":{"type":"number"}}}}"#)
    #expect(found.map(\.place) == ["/inputSchema/properties/\(name)/type"])
  }

  @Test func `a parameter that went narrows`() throws {
    let found = try changes(
      #"{"inputSchema":{"properties":{"a":{},"b":{}}}}"#,
      #"{"inputSchema":{"properties":{"b":{}}}}"#)
    #expect(found.map(\.kind) == [.parameter])
    #expect(found.map(\.widens) == [false])
  }

  @Test func `names that look alike are different names`() throws {
    let found = try changes(
      "{\"inputSchema\":{\"properties\":{\"\u{E9}\":{}}}}",
      "{\"inputSchema\":{\"properties\":{\"e\u{301}\":{}}}}")
    #expect(found.map(\.kind) == [.parameter, .parameter])
  }

  @Test func `a text is told word by word, with what cannot be seen`() throws {
    let found = try changes(
      #"{"description":"Reads a file from disk."}"#,
      "{\"description\":\"Reads a\u{200B} secret file from disk.\"}")
    #expect(found.count == 1)
    #expect(
      found.first?.words == [
        WordDifference(kind: .same, text: "Reads "), WordDifference(kind: .removed, text: "a"),
        WordDifference(kind: .added, text: "a⟨U+200B⟩ secret"),
        WordDifference(kind: .same, text: " file from disk."),
      ])
  }

  @Test func `what an escape hides is shown`() throws {
    let found = try changes(#"{"x":"a"}"#, #"{"x":"\u0061\u200b\u001b"}"#)
    #expect(found.map(\.after) == [#""a⟨U+200B⟩\u001b""#])
  }

  @Test func `instructions are texts`() throws {
    let found = try changes(#""Use a.""#, #""Use b.""#)
    #expect(found.map(\.kind) == [.text])
    #expect(found.map(\.place) == [""])
  }

  @Test func `the arguments of a prompt are told apart by their names`() throws {
    let found = try changes(
      #"{"arguments":[{"name":"a"},{"name":"b"}]}"#,
      #"{"arguments":[{"name":"b","required":true},{"name":"c"}]}"#)
    #expect(found.map(\.kind) == [.parameter, .parameter, .parameter])
    #expect(Set(found.map(\.place)) == ["/arguments/0", "/arguments/1"])
    #expect(found.map(\.widens) == [true, true, false])
  }

  @Test func `a template that reads elsewhere has more power`() throws {
    let found = try changes(#"{"uriTemplate":"a://{x}"}"#, #"{"uriTemplate":"file:///{+x}"}"#)
    #expect(found.map(\.kind) == [.schema])
  }

  @Test func `no two different definitions are without a change`() throws {
    let texts = [
      "{}", #"{"a":1}"#, #"{"inputSchema":true}"#, #"{"inputSchema":{"properties":[]}}"#,
      #"{"inputSchema":{"required":"a"}}"#, #"{"inputSchema":{"required":["a","b"]}}"#,
      #"{"inputSchema":{"required":["b","a"]}}"#, #"{"inputSchema":{"enum":[1,2]}}"#,
      #"{"inputSchema":{"enum":[2,1]}}"#, #"{"inputSchema":{"type":["a","b"]}}"#,
      #"{"inputSchema":{"type":["b","a"]}}"#, #"{"inputSchema":{"anyOf":[]}}"#,
      #"{"inputSchema":{"anyOf":{}}}"#, #"{"annotations":1}"#, #"{"annotations":{}}"#,
      #"{"arguments":[{"name":"a"},{"name":"b"}]}"#, #"{"arguments":[{"name":"b"},{"name":"a"}]}"#,
      #"{"arguments":[{"name":"a"},{"name":"a"}]}"#, #"{"arguments":7}"#, #"{"title":7}"#, "7",
      "[]",
      #"{"inputSchema":{"$defs":1}}"#, #"{"inputSchema":{"$defs":[1]}}"#, #""text""#,
      #"{"inputSchema":{"required":[1]}}"#, #"{"inputSchema":{"type":1}}"#,
    ]
    for before in texts {
      for after in texts {
        #expect(try changes(before, after).isEmpty == (before == after), "\(before) \(after)")
      }
    }
  }

  @Test func `there are no more changes than a person reads, and the rest is counted`() throws {
    let members = (0..<5000).map { "\"p\($0)\":{}" }.joined(separator: ",")
    let found = try changes(
      #"{"inputSchema":{"properties":{}}}"#, #"{"inputSchema":{"properties":{\#(members)}}}"#)
    #expect(found.count == DefinitionDifference.changesMax)
    #expect(found.last?.meaning.hasPrefix("4745 more") == true)
  }

  @Test func `long texts are compared in a bounded time`() throws {
    let words = (0..<20_000).map { "w\($0)" }.joined(separator: " ")
    let others = (0..<20_000).map { "v\($0)" }.joined(separator: " ")
    let found = try changes(#"{"description":"\#(words)"}"#, #"{"description":"\#(others)"}"#)
    #expect(found.map(\.words) == [[]])
    let near = try changes(#"{"description":"\#(words.prefix(9000))"}"#, #"{"description":"x"}"#)
    #expect(near.first?.words.isEmpty == true)
  }
}
