import JSON
import MCP
import Testing

@testable import Gate

@Suite("What an upstream asks")
struct InputRequestsTests {
  static func everything() throws -> ClientCapabilities {
    ClientCapabilities(
      try json(#"{"roots":{},"sampling":{"tools":{}},"elicitation":{"form":{},"url":{}}}"#))
  }

  static func read(
    _ requests: String, answering method: String = "tools/call",
    declared: ClientCapabilities? = nil
  ) throws -> InputRequests {
    try InputRequests(
      json(#"{"resultType":"input_required","inputRequests":\#(requests)}"#), answering: method,
      declared: declared ?? everything())
  }

  private func elicit(_ params: String) -> String {
    #"{"k":{"method":"elicitation/create","params":\#(params)}}"#
  }

  private func form(_ field: String) -> String {
    elicit(
      #"{"message":"m","requestedSchema":{"type":"object","properties":{"f":\#(field)}}}"#)
  }

  @Test func `the three kinds are understood`() throws {
    let asked = try Self.read(
      """
      {"a":{"method":"elicitation/create","params":{"message":"Who?","requestedSchema":
        {"type":"object","properties":{"name":{"type":"string"},"n":{"type":"integer"}}}}},
       "b":{"method":"elicitation/create",
        "params":{"mode":"url","message":"Go","url":"https://Example.org:8443/x?y"}},
       "c":{"method":"sampling/createMessage",
        "params":{"messages":[],"maxTokens":100,"systemPrompt":"p","tools":[]}},
       "d":{"method":"roots/list"}}
      """)
    #expect(asked.requests.map(\.key) == ["a", "b", "c", "d"])
    #expect(
      asked.requests.map(\.kind) == [
        .form(message: "Who?", fields: ["name", "n"]),
        .url(message: "Go", url: "https://Example.org:8443/x?y", host: "example.org"),
        .sampling(
          .init(maxTokens: 100, includeContext: "none", hasTools: true, systemPrompt: "p")),
        .roots,
      ])
  }

  @Test(arguments: [
    #"{"type":"string"}"#, #"{"type":"string","format":"email","default":"a"}"#,
    #"{"type":"number","minimum":0}"#, #"{"type":"integer"}"#, #"{"type":"boolean"}"#,
    #"{"type":"string","enum":["a","b"]}"#, #"{"type":"string","enum":["a"],"enumNames":["A"]}"#,
    #"{"type":"string","oneOf":[{"const":"a","title":"A"}]}"#,
    #"{"type":"array","items":{"type":"string","enum":["a"]}}"#,
    #"{"type":"array","items":{"anyOf":[{"const":"a","title":"A"}]}}"#,
  ])
  func `fields of a form are primitives and choices`(field: String) throws {
    #expect(try Self.read(form(field)).requests.count == 1)
  }

  @Test(arguments: [
    #"{"type":"object","properties":{}}"#, #"{"type":"string","properties":{}}"#, "true", "{}",
    ##"{"$ref":"#/x","type":"string"}"##, #"{"type":"array","items":{"type":"string"}}"#,
    #"{"type":"array"}"#, #"{"type":"string","enum":[1]}"#, #"{"type":"string","enum":"a"}"#,
    #"{"type":"string","oneOf":[{"title":"A"}]}"#, #"{"type":["string"]}"#, #"{"type":"null"}"#,
  ])
  func `other fields are not`(field: String) {
    #expect(throws: InputRequests.Violation.self) { try Self.read(form(field)) }
  }

  @Test(arguments: [
    #"{"k":{"method":"tools/call"}}"#, #"{"k":{"method":"ping"}}"#, #"{"k":{}}"#, #"{"k":1}"#, "[]",
    #"{"k":{"method":"roots/list","params":[]}}"#,
    #"{"k":{"method":"elicitation/create"}}"#,
    #"{"k":{"method":"elicitation/create","params":{"mode":"voice","message":"m"}}}"#,
    #"{"k":{"method":"elicitation/create","params":{"message":"m"}}}"#,
    #"{"k":{"method":"elicitation/create","params":{"message":1,"requestedSchema":{}}}}"#,
    #"{"k":{"method":"sampling/createMessage","params":{"maxTokens":1}}}"#,
    #"{"k":{"method":"sampling/createMessage","params":{"messages":[],"maxTokens":0}}}"#,
    #"{"k":{"method":"sampling/createMessage","#
      + #""params":{"messages":[],"maxTokens":1,"includeContext":"x"}}}"#,
  ])
  func `what the protocol does not have is a violation`(requests: String) {
    #expect(throws: InputRequests.Violation.self) { try Self.read(requests) }
  }

  @Test func `only what the client declared may be asked`() throws {
    func mayAsk(_ requests: String, _ declared: String) -> Bool {
      (try? Self.read(requests, declared: ClientCapabilities(json(declared)))) != nil
    }
    let form = form(#"{"type":"string"}"#)
    let url = elicit(#"{"mode":"url","message":"m","url":"https://a.b"}"#)
    #expect(mayAsk(form, #"{"elicitation":{}}"#))
    #expect(!mayAsk(url, #"{"elicitation":{}}"#))
    #expect(!mayAsk(form, #"{"elicitation":{"url":{}}}"#))
    #expect(mayAsk(url, #"{"elicitation":{"url":{}}}"#))
    #expect(!mayAsk(form, #"{"sampling":{},"roots":{}}"#))
    #expect(!mayAsk(#"{"k":{"method":"roots/list"}}"#, #"{"elicitation":{}}"#))
    let sampling = #"{"k":{"method":"sampling/createMessage","params":{"messages":[],"maxTokens":1"#
    #expect(!mayAsk(sampling + "}}}", #"{"elicitation":{}}"#))
    #expect(mayAsk(sampling + "}}}", #"{"sampling":{}}"#))
    #expect(!mayAsk(sampling + #","tools":[]}}}"#, #"{"sampling":{}}"#))
    #expect(!mayAsk(sampling + #","toolChoice":{}}}}"#, #"{"sampling":{}}"#))
  }

  @Test func `other methods are not answered with questions`() throws {
    for method in ["prompts/get", "resources/read"] {
      #expect(try Self.read("{}", answering: method).requests.isEmpty)
    }
    for method in ["tools/list", "completion/complete", "resources/list"] {
      #expect(throws: InputRequests.Violation.self) { try Self.read("{}", answering: method) }
    }
  }

  @Test func `questions and state are bounded`() throws {
    func many(_ count: Int) -> String {
      "{" + (0..<count).map { #""k\#($0)":{"method":"roots/list"}"# }.joined(separator: ",") + "}"
    }
    #expect(try Self.read(many(16)).requests.count == 16)
    #expect(throws: InputRequests.Violation.self) { try Self.read(many(17)) }
    let long = String(repeating: "x", count: InputRequests.bytesMax)
    #expect(throws: InputRequests.Violation.self) {
      try Self.read(#"{"k":{"method":"roots/list","params":{"_meta":{"x":"\#(long)"}}}}"#)
    }
    #expect(throws: InputRequests.Violation.self) {
      try Self.read(#"{"\#(String(repeating: "k", count: 257))":{"method":"roots/list"}}"#)
    }
    func state(_ state: String) throws -> InputRequests {
      try InputRequests(
        json(#"{"resultType":"input_required","requestState":\#(state)}"#),
        answering: "tools/call", declared: .none)
    }
    #expect(try state(#""s""#).state?.string == "s")
    #expect(throws: InputRequests.Violation.self) { try state("1") }
    #expect(throws: InputRequests.Violation.self) { try state("\"\(long)\"") }
    #expect(throws: InputRequests.Violation.self) {
      try InputRequests(
        json(#"{"resultType":"input_required"}"#), answering: "tools/call", declared: .none)
    }
  }

  @Test(arguments: [
    ("https://example.org", "example.org"), ("HTTP://Example.ORG:80/a@b", "example.org"),
    ("https://[::1]:8443/", "[::1]"), ("https://a.b?c", "a.b"), ("https://a.b#c", "a.b"),
  ])
  func `a page has a host`(url: String, host: String) {
    #expect(WebURL.host(of: url) == host)
  }

  @Test(arguments: [
    "", "https://", "https:///x", "https:example.org", "javascript:alert(1)", "file:///etc",
    "ftp://a.b", "https://user@a.b", "https://a.b@evil.org/", "https://a b", "https://a.b\\@c",
    "https://a.b:8x/", "https://:80/", "https://é.org", "https://[::1", "https://...", "//a.b",
    "https://a.b\n", "data:text/html,x",
  ])
  func `other URLs are no pages for a person`(url: String) {
    #expect(WebURL.host(of: url) == nil)
  }

  @Test func `the person is told which server asks, and nothing else changes`() throws {
    let requests = try json(
      #"{"k\u0031":{"x":1.0,"method":"elicitation/create","#
        + #""params":{"message":"W\u0068o?","a":[1 ]}},"#
        + #""r":{"method":"roots/list"}}"#)
    func written(at endpoint: Endpoint) -> String {
      var writer = JSONWriter()
      InputOrigin.write(requests, from: "github", at: endpoint, to: &writer)
      return String(decoding: writer.bytes, as: UTF8.self)
    }
    let expected =
      #"{"k\u0031":{"x":1.0,"method":"elicitation/create","params":{"a":[1 ],"#
      + #""message":"[github] W\u0068o?","_meta":{"dev.sallyport/server":"github"}}},"#
      + #""r":{"method":"roots/list","params":{"_meta":{"dev.sallyport/server":"github"}}}}"#
    #expect(written(at: .everything) == expected)
    #expect(written(at: .profile("p")) == expected)
    #expect(written(at: .server("github")) == requests.description)
  }

  @Test func `a server cannot say that it is another one`() throws {
    let requests = try json(
      #"{"k":{"method":"roots/list","params":{"_meta":{"dev.sallyport/server":"bank","v":1}}}}"#)
    var writer = JSONWriter()
    InputOrigin.write(requests, from: "github", at: .everything, to: &writer)
    let meta = try JSONDocument(parsing: writer.bytes).root.pointer("/k/params/_meta")
    #expect(meta?.description == #"{"v":1,"dev.sallyport/server":"github"}"#)
  }
}
