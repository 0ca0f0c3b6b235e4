import Configuration
import JSON
import MCP
import Testing

@testable import Catalog

@Suite("Registering tools")
struct ToolRegistrationTests {
  private func register(
    _ definitions: [String], server: String = "git", _ settings: String = ""
  ) throws -> (tools: [Tool], problems: [ItemProblem]) {
    let found = try ToolRegistration(
      configuration: upstreamConfiguration(named: server, settings),
      defaultTimeout: .seconds(60), upstream: ScriptedUpstream()
    ).register(try definitions.map(json))
    return (found.items, found.problems)
  }

  private func definition(_ name: String) -> String {
    #"{"name":"\#(name)","inputSchema":{"type":"object"}}"#
  }

  @Test func `a tool gets the name of its server, and keeps every other byte`() throws {
    let given =
      #"{ "title":"É" , "n\u0061me":"log","x-big": 12345678901234567890.10, "#
      + #""inputSchema":{ "type" : "object" },"annotations":{"readOnlyHint":true}}"#
    let (tools, problems) = try register([given])
    #expect(problems.isEmpty)
    let tool = try #require(tools.first)
    #expect(tool.name == "git__log")
    #expect(tool.server == "git")
    #expect(tool.upstreamName == "log")
    #expect(
      String(decoding: tool.definition, as: UTF8.self) == """
        {"title":"É","name":"git__log","x-big":12345678901234567890.10,\
        "inputSchema":{ "type" : "object" },"annotations":{"readOnlyHint":true}}
        """)
  }

  @Test(
    arguments: [
      ("", "it has no name"), ("a b", "its name has characters"),
      ("a/b", "its name has characters"),
      ("é", "its name has characters"), (#"a\nb"#, "its name has characters"),
    ])
  func `an illegal name is a problem at registration`(name: String, reason: String) throws {
    let (tools, problems) = try register([definition(name)])
    #expect(tools.isEmpty)
    #expect(problems.count == 1)
    #expect(problems.first?.reason.hasPrefix(reason) == true)
  }

  @Test(arguments: [#"{"inputSchema":{}}"#, #"{"name":7,"inputSchema":{}}"#])
  func `a name that is missing or no text is a problem`(definition: String) throws {
    #expect(try register([definition]).problems.map(\.reason) == ["it has no name"])
  }

  @Test func `a public name has at most 64 bytes`() throws {
    let fits = String(repeating: "a", count: 64 - "git__".utf8.count)
    let (tools, problems) = try register([definition(fits), definition(fits + "b")])
    #expect(tools.map(\.name) == ["git__\(fits)"])
    #expect(problems.map(\.name) == [fits + "b"])
    #expect(problems.first?.reason.contains("65 bytes") == true)
  }

  @Test func `a problem shows at most 128 characters of a name`() throws {
    let long = String(repeating: "a", count: 1_000)
    #expect(try register([definition(long)]).problems.first?.name.count == 128)
  }

  @Test func `of two tools with one name neither is offered, and the rest is`() throws {
    let (tools, problems) = try register(
      [definition("same"), definition("other"), definition("same"), definition("same")])
    #expect(tools.map(\.name) == ["git__other"])
    #expect(problems.count == 2)
    #expect(problems.allSatisfy { $0.reason == "the upstream lists two tools of this name" })
  }

  @Test(
    arguments: [
      (#"{"name":"t"}"#, "it has no inputSchema object"),
      (#"{"name":"t","inputSchema":true}"#, "it has no inputSchema object"),
      (#"{"name":"t","inputSchema":{"type":5}}"#, "its inputSchema cannot be used"),
      (
        #"{"name":"t","inputSchema":{"$ref":"https://example.com/x.json"}}"#,
        "its inputSchema cannot be used"
      ),
    ])
  func `without a usable schema a tool is not offered`(definition: String, reason: String) throws {
    let (tools, problems) = try register([definition])
    #expect(tools.isEmpty)
    #expect(problems.first?.reason.hasPrefix(reason) == true)
  }

  @Test func `the operator's filter leaves tools out without a problem`() throws {
    let three = ["log", "push", "reset"].map(definition)
    let without = try register(three, "disabledTools: [reset]")
    #expect(without.tools.map(\.upstreamName) == ["log", "push"])
    #expect(without.problems.isEmpty)
    let only = try register(three, "enabledTools: [log, reset], disabledTools: [reset]")
    #expect(only.tools.map(\.upstreamName) == ["log"])
  }

  @Test func `what a tool does is the operator's word, and an annotation lowers nothing`() throws {
    let hinted =
      #"{"name":"log","inputSchema":{},"annotations":{"readOnlyHint":true}}"#
    #expect(try register([hinted]).tools.first?.effect == .destructive)
    #expect(try register([hinted], "effect: write").tools.first?.effect == .write)
    #expect(
      try register([hinted], "effect: write, tools: {log: {effect: read}}").tools.first?.effect
        == .read)
  }

  @Test func `the narrowest timeout counts`() throws {
    let tool = [definition("log")]
    #expect(try register(tool).tools.first?.timeout == .seconds(60))
    #expect(try register(tool, "timeout: 5s").tools.first?.timeout == .seconds(5))
    #expect(
      try register(tool, "timeout: 5s, tools: {log: {timeout: 2m}}").tools.first?.timeout
        == .seconds(120))
  }
}

@Suite("The catalog as a value")
struct ToolCatalogTests {
  private func catalog(_ names: [String]) throws -> CatalogSnapshot {
    let definitions = try names.map {
      try json(#"{"name":"\#($0)","inputSchema":{"type":"object"}}"#)
    }
    let (tools, _) = ToolRegistration(
      configuration: try upstreamConfiguration(named: "s"), defaultTimeout: .seconds(1),
      upstream: ScriptedUpstream()
    ).register(definitions)
    return CatalogSnapshot([CatalogServer(name: "s", upstream: nil, tools: ItemList(tools))])
  }

  @Test func `tools stand in the order of their names' bytes`() throws {
    #expect(
      try catalog(["b", "a_b", "B", "a.b", "a-b", "a"]).tools.map(\.upstreamName) == [
        "B", "a", "a-b", "a.b", "a_b", "b",
      ])
  }

  @Test func `a tool is found by its public name only`() throws {
    let catalog = try catalog(["a", "b"])
    #expect(catalog["s__a"]?.upstreamName == "a")
    #expect(catalog["a"] == nil)
    #expect(catalog["s__c"] == nil)
    #expect(CatalogSnapshot.empty["s__a"] == nil)
  }

  @Test func `the digest is that of what a list shows, whatever the order it came in`() throws {
    let digest = try catalog(["a", "b"]).digest(of: .tools)
    #expect(try catalog(["b", "a"]).digest(of: .tools) == digest)
    #expect(try catalog(["a", "c"]).digest(of: .tools) != digest)
    #expect(try catalog(["a"]).digest(of: .tools) != digest)
  }
}
