import Configuration
import JSON
import MCP
import Testing

@testable import Catalog

@Suite("Arguments in headers")
struct ParameterHeadersTests {
  private func compile(_ schema: String) throws -> ParameterHeaders {
    try ParameterHeaders(compiling: json(schema))
  }

  @Test func `an argument that is there and not null leaves as text`() throws {
    let headers = try compile(
      #"""
      {"type":"object","properties":{
        "region":{"type":"string","x-mcp-header":"Region"},
        "n":{"type":"integer","x-mcp-header":"N"},"dry":{"type":"boolean","x-mcp-header":"Dry"},
        "deep":{"type":"object","properties":{"a":{"type":"string","x-mcp-header":"A.b"}}},
        "plain":{"type":"string"}}}
      """#)
    func values(_ arguments: String) throws -> [String] {
      headers.values(in: try json(arguments)).map { "\($0.name)=\($0.value)" }.sorted()
    }
    #expect(
      try values(
        #"{"region":"d\u00e9 ","n":1.0,"dry":false,"deep":{"a":"x"},"plain":"y","more":1}"#)
        == ["A.b=x", "Dry=false", "N=1", "Region=d\u{e9} "])
    #expect(try values(#"{"region":null,"deep":7}"#) == [])
    #expect(headers.values(in: nil).isEmpty)
  }

  @Test func `a schema without any has none`() throws {
    #expect(try compile(#"{"properties":{"x-mcp-header":{"type":"string"}}}"#).isEmpty)
    #expect(try compile(#"{"default":{"x-mcp-header":"A"},"enum":[{"x-mcp-header":7}]}"#).isEmpty)
    #expect(try compile("true").isEmpty)
  }

  @Test(
    arguments: [
      (#"{"x-mcp-header":"A","type":"string"}"#, "not on a property"),
      (#"{"properties":{"a":{"type":"string","x-mcp-header":""}}}"#, "no header name"),
      (#"{"properties":{"a":{"type":"string","x-mcp-header":7}}}"#, "no header name"),
      (#"{"properties":{"a":{"type":"string","x-mcp-header":"A B"}}}"#, "no header name"),
      (#"{"properties":{"a":{"type":"string","x-mcp-header":"A\r\nB"}}}"#, "no header name"),
      (#"{"properties":{"a":{"type":"number","x-mcp-header":"A"}}}"#, "not on a string"),
      (#"{"properties":{"a":{"type":["string","null"],"x-mcp-header":"A"}}}"#, "not on a string"),
      (#"{"properties":{"a":{"x-mcp-header":"A"}}}"#, "not on a string"),
      (
        #"{"properties":{"a":{"type":"string","x-mcp-header":"A"},"#
          + #""b":{"type":"string","x-mcp-header":"a"}}}"#,
        "stands twice"
      ),
      (
        #"{"properties":{"a":{"items":{"type":"string","x-mcp-header":"A"}}}}"#, "not on a property"
      ),
      (
        #"{"anyOf":[{"properties":{"a":{"type":"string","x-mcp-header":"A"}}}]}"#,
        "not on a property"
      ),
      (#"{"$defs":{"a":{"type":"string","x-mcp-header":"A"}}}"#, "not on a property"),
    ])
  func `a header that breaks the rules is a violation`(schema: String, reason: String) throws {
    let schema = try json(schema)
    do throws(ParameterHeaders.Violation) {
      _ = try ParameterHeaders(compiling: schema)
      Issue.record("\(schema) is taken")
    } catch {
      #expect(error.reason.contains(reason), "\(error.reason)")
    }
  }

  @Test func `a tool over HTTP that violates the rules is not offered, over stdio it is`() throws {
    let definition = try json(
      #"{"name":"t","inputSchema":{"type":"object","x-mcp-header":"A"}}"#)
    let yaml = "mcpServers: {far: {url: \"http://127.0.0.1:1/mcp\"}, near: {command: server}}"
    let upstreams = try Configuration.read(
      ConfigurationInput(path: "test.yaml", text: Array(yaml.utf8))
    ).configuration.upstreams
    let found = upstreams.map {
      ToolRegistration(
        configuration: $0, defaultTimeout: .seconds(1), upstream: ScriptedUpstream()
      ).register([definition])
    }
    #expect(found.map(\.items.count) == [0, 1])
    #expect(found[0].problems.first?.reason.contains("x-mcp-header") == true)
  }
}
