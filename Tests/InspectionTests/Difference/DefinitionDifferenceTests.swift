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

  @Test func `all words that differ are told, and the ends of what stayed`() throws {
    let long = String(repeating: "w", count: 6_000)
    let found = try changes(
      #"{"description":"\#(long) a"}"#, #"{"description":"\#(long) \#(long)x"}"#)
    let words = try #require(found.first?.words)
    #expect(words.map(\.kind) == [.same, .removed, .added])
    #expect(words[0].text.hasPrefix("www") && words[0].text.hasSuffix("w "))
    #expect(words[0].text.unicodeScalars.count == 4_097)
    #expect(words[2].text == long + "x")
  }

  @Test func `no value is told shorter than a person may be shown`() throws {
    let schema = #"{"a":"\#(String(repeating: "x", count: 3_000))"}"#
    #expect(try changes("{}", #"{"inputSchema":\#(schema)}"#).map(\.after) == [schema])
  }

  @Test func `many long texts are compared in a bounded time`() throws {
    func definition(_ letter: String) -> String {
      let text = (0..<400).map { "\(letter)\($0)" }.joined(separator: " ")
      let properties = (0..<200).map { #""p\#($0)":{"description":"\#(text)"}"# }
      return #"{"inputSchema":{"properties":{\#(properties.joined(separator: ","))}}}"#
    }
    let found = try changes(definition("a"), definition("b"))
    #expect(found.count == 200)
    #expect(found.count { !$0.words.isEmpty } == 1 && found.allSatisfy { $0.after != nil })
  }

  @Test func `differences that share a budget compare no more words than one`() throws {
    func definition(_ letter: String) throws -> JSONNode {
      let text = (0..<400).map { "\(letter)\($0)" }.joined(separator: " ")
      return try json(#"{"description":"\#(text)"}"#)
    }
    var budget = WordBudget()
    let (before, after) = (try definition("a"), try definition("b"))
    let found = (0..<3).flatMap { _ in
      DefinitionDifference(from: before, to: after, &budget).changes
    }
    #expect(found.map(\.words.isEmpty) == [false, true, true])
  }

  @Test(
    arguments: [
      (#"{"transport":"http"}"#, #"{"transport":"stdio"}"#, "It is reached another way."),
      (#"{"command":"a"}"#, #"{"command":"b"}"#, "Another program is started."),
      (#"{"arguments":[]}"#, #"{"arguments":["-x"]}"#, "Its program is given other arguments."),
      (#"{"environment":[]}"#, #"{"environment":["A"]}"#, "Its program is given other variables."),
      ("{}", #"{"cwd":"/"}"#, "Its program starts in another directory."),
      (
        #"{"executable":{"path":"/a","sha256":"1"}}"#,
        #"{"executable":{"path":"/a","sha256":"2"}}"#, "The program's file is another than before."
      ),
      (
        #"{"executable":{"path":"/a","sha256":"1"}}"#,
        #"{"executable":{"path":"/b","sha256":"1"}}"#, "Another file is started."
      ),
      (
        #"{"script":{"path":"/a","sha256":"1"}}"#, #"{"script":{"path":"/a"}}"#,
        "The script's file is another than before."
      ),
      ("{}", #"{"script":{"path":"/a"}}"#, "Another script is run."),
      (#"{"url":"https://a/"}"#, #"{"url":"https://b/"}"#, "It is at another address."),
      (#"{"origin":"https://a:1"}"#, #"{"origin":"https://a:2"}"#, "Requests go to another host."),
      (#"{"headers":["a"]}"#, #"{"headers":[]}"#, "Requests carry other headers."),
      (#"{"tls_verify":true}"#, #"{"tls_verify":false}"#, "Its certificate is not checked."),
      ("{}", #"{"ca":{"path":"/a"}}"#, "Other certificate authorities are trusted."),
      (#"{"x":1}"#, #"{"x":2}"#, "`x` is another."), ("{}", "[]", "It is another server."),
    ])
  func `whatever differs of a server is power`(
    before: String, after: String, meaning: String
  ) throws {
    let found = DefinitionDifference(ofServer: try json(before), to: try json(after)).changes
    #expect(found.map(\.meaning) == [meaning])
    #expect(found.map(\.kind) == [.server] && found.map(\.widens) == [true])
    #expect(DefinitionDifference(ofServer: try json(after), to: try json(after)).changes.isEmpty)
  }

  @Test func `a certificate that is checked from now on narrows`() throws {
    let found = DefinitionDifference(
      ofServer: try json(#"{"tls_verify":false}"#), to: try json(#"{"tls_verify":true}"#)
    ).changes
    #expect(found.map(\.widens) == [false])
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
