import JSON
import MCP
import Testing

@testable import Catalog

@Suite("Registering prompts and resources")
struct ItemRegistrationTests {
  private let resources = ResourceRegistration(
    server: "Git_Hub", timeout: .seconds(1), upstream: ScriptedUpstream())

  private func prompts(
    _ definitions: [String]
  ) throws -> (items: [Prompt], problems: [ItemProblem]) {
    try PromptRegistration(server: "git", timeout: .seconds(1), upstream: ScriptedUpstream())
      .register(definitions.map(json))
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test func `a prompt gets the name of its server, and keeps what it was for its own endpoint`()
    throws
  {
    let given = #"{ "name":"sum up","arguments":[ {"name":"n"} ],"x":1.0 }"#
    let prompt = try #require(try prompts([given]).items.first)
    #expect(prompt.name == "git__sum up")
    #expect(prompt.upstreamName == "sum up")
    #expect(text(prompt.ownDefinition) == given)
    #expect(
      text(prompt.definition) == #"{"name":"git__sum up","arguments":[ {"name":"n"} ],"x":1.0}"#)
  }

  @Test func `of two prompts with one name neither is offered`() throws {
    let found = try prompts([#"{"name":"a"}"#, #"{"name":"b"}"#, #"{"name":"a"}"#])
    #expect(found.items.map(\.upstreamName) == ["b"])
    #expect(found.problems.map(\.name) == ["a"])
  }

  @Test(arguments: ["{}", #"{"name":""}"#, #"{"name":7}"#, #"{"name":"a\nb"}"#])
  func `a prompt that cannot be named is a problem`(definition: String) throws {
    let found = try prompts([definition])
    #expect(found.items.isEmpty)
    #expect(found.problems.count == 1)
    #expect(found.problems.first?.list == .prompts)
  }

  @Test func `a resource gets a public URI`() throws {
    let found = resources.resources([
      try json(#"{"uri":"file:///a","name":"a","mimeType":"text/plain","size":1.0}"#),
      try json(#"{"uri":"ui:\/\/panel","name":"b"}"#),
    ])
    #expect(found.items.map(\.uri) == ["git.hub+file:///a", "ui://git.hub+panel"])
    #expect(found.items.map(\.name) == ["a", "b"])
    #expect(found.items.map(\.mimeType) == ["text/plain", nil])
    #expect(
      found.items.map { text($0.definition) } == [
        #"{"uri":"git.hub+file:///a","name":"a","mimeType":"text/plain","size":1.0}"#,
        #"{"uri":"ui://git.hub+panel","name":"b"}"#,
      ])
    #expect(text(found.items[1].ownDefinition) == #"{"uri":"ui:\/\/panel","name":"b"}"#)
  }

  @Test func `a template keeps its expressions`() throws {
    let found = resources.templates([try json(#"{"uriTemplate":"{s}://{+p}{?q}","name":"t"}"#)])
    #expect(found.items.map(\.uriTemplate) == ["git.hub+{s}://{+p}{?q}"])
  }

  @Test func `a resource listed twice is offered once, one without a usable URI not at all`() throws
  {
    let long = String(repeating: "a", count: ResourceRegistration.uriBytesMax)
    let found = resources.resources(
      try [
        #"{"uri":"a:b"}"#, #"{"uri":"a:b"}"#, "{}", #"{"uri":"\#(long)"}"#, #"{"uri":"a\u0000"}"#,
      ]
      .map(json))
    #expect(found.items.count == 1)
    #expect(found.problems.count == 4)
  }

  @Test func `the page of an app in a tool's definition becomes public`() throws {
    let given =
      #"{"name":"t","inputSchema":{},"_meta":{"ui":{"resourceUri":"ui://p","x":1.0},"y":"ui://p"}}"#
    let tool = try #require(
      try ToolRegistration(
        configuration: upstreamConfiguration(named: "git"), defaultTimeout: .seconds(1),
        upstream: ScriptedUpstream()
      ).register([json(given)]).items.first)
    #expect(text(tool.ownDefinition) == given)
    #expect(
      text(tool.definition)
        == #"{"name":"git__t","inputSchema":{},"#
        + #""_meta":{"ui":{"resourceUri":"ui://git+p","x":1.0},"y":"ui://p"}}"#
    )
  }
}
