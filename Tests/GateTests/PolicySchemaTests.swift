import Configuration
import JSON
import Testing

@testable import Catalog
@testable import Gate

@Suite("The schema of the catalog")
struct PolicySchemaTests {
  /// The type of an input schema as Cedar writes it, and what has no type.
  private func type(_ schema: String) throws -> (type: String, untyped: [String]) {
    var typer = InputTyper(tool: "t")
    var text = ""
    typer.input(InputShapeReader.shape(of: try json(schema))).write(to: &text)
    return (text, typer.untyped.map { "\($0.path.joined(separator: ".")): \($0.reason)" })
  }

  /// The type of one member `m`.
  private func member(_ schema: String) throws -> String {
    let (type, untyped) = try type(#"{"type":"object","properties":{"m":\#(schema)}}"#)
    return untyped.isEmpty
      ? String(type.dropFirst(#"{"m"?: "#.count).dropLast())
      : untyped.map { String($0.dropFirst(3)) }.joined(separator: "; ")
  }

  @Test(
    arguments: [
      (#"{"type":"string"}"#, "String"), (#"{"type":"integer"}"#, "Long"),
      (#"{"type":"number","minimum":0}"#, "Long"), (#"{"type":"boolean"}"#, "Bool"),
      (#"{"type":"string","format":"date-time"}"#, "String"),
      (#"{"enum":["a","b"]}"#, "String"), (#"{"enum":[1,2,null]}"#, "Long"),
      (#"{"enum":["a",1]}"#, "it may be a number or a string"), (#"{"const":true}"#, "Bool"),
      (#"{"type":"string","enum":["a",1]}"#, "String"),
      (#"{"const":null}"#, "it can be nothing but null"),
      (#"{"type":["string","null"]}"#, "String"), (#"{"type":["integer","number"]}"#, "Long"),
      (#"{"type":["string","integer"]}"#, "it may be a number or a string"),
      (#"{"type":"string","nullable":true}"#, "String"),
      (#"{"type":"array","items":{"type":"string"}}"#, "Set<String>"),
      (#"{"type":"array","items":{"type":["string","null"]}}"#, "Set<String>"),
      (#"{"type":"array"}"#, "its schema does not say what its elements are"),
      (
        #"{"type":"array","items":{"type":["string","integer"]}}"#,
        "of its elements: it may be a number or a string"
      ),
      (#"{"prefixItems":[{"type":"string"},{"const":"x"}],"items":false}"#, "Set<String>"),
      (
        #"{"prefixItems":[{"type":"string"}]}"#,
        "of its elements: its schema leaves open what follows the elements it describes"
      ),
      (#"{"items":[{"type":"integer"}],"additionalItems":false}"#, "Set<Long>"),
      (#"{}"#, "its schema does not say what it is"),
      ("true", "its schema does not say what it is"),
      ("false", "it can be nothing but null"),
      ("3", "its schema is neither an object nor a boolean"),
      (#"{"anyOf":[{"type":"string"},{"type":"null"}]}"#, "String"),
      (#"{"oneOf":[{"type":"integer"},{"type":"number"}]}"#, "Long"),
      (
        #"{"anyOf":[{"type":"string"},{"type":"array","items":{"type":"string"}}]}"#,
        "it may be a string or an array"
      ),
      (
        #"{"anyOf":[{"type":"array","items":{"type":"string"}},{"const":["a"]}]}"#,
        "its schema does not say what its elements are"
      ),
      (#"{"allOf":[{"type":["string","integer"]},{"type":["integer","null"]}]}"#, "Long"),
      (
        #"""
        {"anyOf":[{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer"}},
        "required":["a","b"]},{"properties":{"a":{"const":"x"}},"required":["a"]}]}
        """#, #"{"a": String, "b"?: Long}"#
      ),
      (#"{"$ref":"other.json"}"#, "its schema refers to other.json, which is not within it"),
      (##"{"$ref":"#/missing"}"##, "its schema refers to #/missing, which is not within it"),
      (##"{"$ref":"#"}"##, "its schema refers to itself"),
      (##"{"$ref":"#/properties/m"}"##, "its schema refers to itself"),
      (##"{"$dynamicRef":"#x"}"##, "its schema has a dynamic reference"),
      (#"{"type":"object","additionalProperties":{"type":"string"}}"#, "{}"),
    ])
  func `each construct has its type, or a reason`(schema: String, type: String) throws {
    #expect(try member(schema) == type)
  }

  @Test func `members are required when they must be there and not null`() throws {
    let found = try type(
      #"""
      {"type":"object","required":["a","n","u"],"properties":{"n":{"type":["string","null"]},
      "a":{"$ref":"#/$defs/id"},"o":{"type":"object","required":["x"],
      "properties":{"x":{"type":"boolean"},"y \"z":{"type":"integer"}}}},
      "$defs":{"id":{"type":"string","minLength":1}}}
      """#)
    #expect(
      found.type == #"{"a": String, "n"?: String, "o"?: {"x": Bool, "y \"z"?: Long}}"#)
    #expect(found.untyped == ["u: its schema does not say what it is"])
  }

  @Test func `a recursive schema is typed up to where it refers to itself`() throws {
    let found = try type(
      #"""
      {"type":"object","properties":{"node":{"$ref":"#/$defs/node"}},"$defs":{"node":{
      "type":"object","properties":{"name":{"type":"string"},"next":{"$ref":"#/$defs/node"},
      "all":{"type":"array","items":{"$ref":"#/$defs/node"}}}}}}
      """#)
    #expect(found.type == #"{"node"?: {"name"?: String}}"#)
    #expect(
      found.untyped == [
        "node.all: of its elements: its schema refers to itself",
        "node.next: its schema refers to itself",
      ])
  }

  @Test func `a schema that multiplies itself ends at its bound`() throws {
    var definitions = [#""d0":{"type":"string"}"#]
    for level in 1..<30 {
      let reference = "{\"$ref\":\"#/$defs/d\(level - 1)\"}"
      definitions.append(
        "\"d\(level)\":{\"type\":\"object\",\"properties\":{\"a\":\(reference),\"b\":\(reference)}}"
      )
    }
    let found = try type(
      "{\"type\":\"object\",\"properties\":{\"m\":{\"$ref\":\"#/$defs/d29\"}},"
        + "\"$defs\":{\(definitions.joined(separator: ","))}}")
    #expect(found.type.utf8.count < 1_000_000)
    #expect(found.untyped.count <= InputTyper.untypedMax)
  }

  @Test func `a wide schema ends at its bound`() throws {
    let members = (0..<5_100).map { "\"m\($0)\":{\"type\":\"string\"}" }
    let found = try type(
      "{\"type\":\"object\",\"properties\":{\(members.joined(separator: ","))}}")
    // The whole is a part too.
    #expect(found.untyped.count == 5_101 - InputShapeReader.subschemasMax)
    #expect(found.untyped.allSatisfy { $0.hasSuffix("its schema has more than 5000 parts") })
  }

  @Test func `a deep schema ends at its bound`() throws {
    let depth = 60
    let open = String(repeating: #"{"type":"object","properties":{"a":"#, count: depth)
    let found = try type(open + "{}" + String(repeating: "}}", count: depth))
    let path = [String](repeating: "a", count: InputShapeReader.depthMax).joined(separator: ".")
    #expect(found.untyped == ["\(path): its schema is more than 32 levels deep"])
  }

  @Test func `a tool with names without end costs only itself its types`() throws {
    let configuration = try configuration("mcpServers: {s: {command: server}}")
    let name = String(repeating: "n", count: PolicySchema.toolTextBytesMax)
    let many = (0..<1_000).map { "\"u\($0)\":{}" }.joined(separator: ",")
    let tools = ToolRegistration(
      configuration: configuration.upstreams[0], defaultTimeout: .seconds(5),
      upstream: SilentUpstream()
    ).register(
      try [#""\#(name)":{"type":"string"}"#, #""a":{"type":"string"}"#, many].enumerated().map {
        try json(
          #"{"name":"t\#($0)","inputSchema":{"type":"object","properties":{\#($1)}}}"#)
      }
    ).items
    let catalog = CatalogSnapshot(tools: tools, servers: ["s"], isSettled: true)
    let schema = PolicySchema(catalog: catalog, configuration: configuration)
    #expect(schema.text.contains("context: {input: {}, approval?: {"))
    #expect(schema.text.contains(#"context: {input: {"a"?: String}, approval?: {"#))
    #expect(schema.text.utf8.count < 10_000)
    #expect(
      schema.untyped.first?.reason == "the type of all arguments has more than 262144 bytes")
    #expect(schema.untyped.count == 1 + InputTyper.untypedMax)
    #expect(
      schema.check(try policies("permit (principal, action, resource);")) == PolicyReport())
  }

  @Test func `the schema has agents, servers, groups and an action for each tool`() throws {
    let configuration = try configuration(
      """
      environment: prod
      mcpServers:
        notes: {command: server, tools: {search: {effect: read}}}
      """)
    let schema = PolicySchema(
      catalog: try notesCatalog(SilentUpstream()), configuration: configuration)
    let authentication = "{age?: Long, context?: String, methods: Set<String>}"
    let always =
      "client: {transport: String, name?: String, version?: String}, "
      + "origin?: ipaddr, scopes?: Set<String>, environment: String"
    let circumstances = "authentication?: \(authentication), \(always)"
    let approval =
      "approval?: {count: Long, people: Set<String>, roles: Set<String>, standing: Bool}, "
      + "quota?: {bytes?: Long, calls?: Long, cost?: Long, remaining: Long}"
    #expect(
      schema.text == #"""
        namespace Sallyport {
          entity Human in [Role, Tenant];
          entity Role;
          entity Tenant;
          entity Agent in [Human, Role, Tenant] {
            actor?: String, binding?: String, client?: String, human?: Human, instance?: String,
            issuer?: String, tenant?: Tenant
          };
          entity Server {
            conformance?: String, dataClasses?: Set<String>, environments?: Set<String>,
            firstParty?: Bool, origin?: String, owner?: String, reviewOverdue?: Bool, risk?: String
          };
          entity Tool in [Server] {effect: String, name: String, server: Server};
          entity Prompt in [Server] {name: String, server: Server};
          entity Resource in [Server] {
            mimeType?: String, name?: String, server: Server, uri: String
          };
          entity Stop {actor: String, kind: String, name: String};
          entity Grant {actor: String, agent?: String, human?: String, tool: String};

          action "call";
          action "read" in ["call"];
          action "write" in ["call"];
          action "destructive" in ["call"];
          action "egress" in ["call"];
          action "admin" in ["call"];
          action "list" appliesTo {
            principal: [Agent], resource: [Tool, Prompt, Resource],
            context: {\#(circumstances)}
          };
          action "readResource", "subscribe" appliesTo {
            principal: [Agent], resource: [Resource],
            context: {\#(circumstances)}
          };
          action "getPrompt" appliesTo {
            principal: [Agent], resource: [Prompt],
            context: {\#(circumstances)}
          };
          action "complete" appliesTo {
            principal: [Agent], resource: [Prompt, Resource],
            context: {\#(circumstances)}
          };
          action "elicit" appliesTo {
            principal: [Agent], resource: [Server],
            context: {input: {tool?: String, prompt?: String, resource?: String, mode: String, \#
        message: String, url?: String, host?: String, fields: Set<String>}, \#(circumstances)}
          };
          action "sample" appliesTo {
            principal: [Agent], resource: [Server],
            context: {input: {tool?: String, prompt?: String, resource?: String, \#
        maxTokens: Long, includeContext: String, tools: Bool, systemPrompt?: String}, \#
        \#(circumstances)}
          };
          action "listRoots" appliesTo {
            principal: [Agent], resource: [Server],
            context: {input: {tool?: String, prompt?: String, resource?: String}, \#(circumstances)}
          };
          action "approve" appliesTo {
            principal: [Agent, Human], resource: [Server, Tool, Prompt, Resource],
            context: {input: {change: String, despite: Set<String>, draft?: String, \#
        effect?: String, item: String}, \#(circumstances)}
          };
          action "lift" appliesTo {
            principal: [Agent, Human], resource: [Stop],
            context: {\#(circumstances)}
          };
          action "approveCall" appliesTo {
            principal: [Human], resource: [Tool],
            context: {requester: {agent: String, human?: String}, now: datetime, weekday: Long,
              authentication: \#(authentication), \#(always)}
          };
          action "grant" appliesTo {
            principal: [Human], resource: [Tool, Server],
            context: {grant: {agent?: String, fromNowOn: Bool, human?: String, seconds: Long,
              where?: String}, authentication: \#(authentication), \#(always)}
          };
          action "revoke" appliesTo {
            principal: [Human], resource: [Grant],
            context: {authentication: \#(authentication), \#(always)}
          };
          action "stop" appliesTo {
            principal: [Human], resource: [Stop],
            context: {authentication: \#(authentication), \#(always)}
          };
          action "reject" appliesTo {
            principal: [Human], resource: [Server, Tool, Prompt, Resource],
            context: {input: {approved: Bool, effect?: String, item: String},
              authentication: \#(authentication), \#(always)}
          };
          action "notes__add" in ["write", "call"] appliesTo {
            principal: [Agent], resource: [Tool],
            context: {input: {"n"?: Long, "text"?: String}, \#(approval), \#(circumstances)}
          };
          action "notes__search" in ["read", "call"] appliesTo {
            principal: [Agent], resource: [Tool],
            context: {input: {"n"?: Long, "text"?: String}, \#(approval), \#(circumstances)}
          };
          action "notes__wipe" in ["destructive", "call"] appliesTo {
            principal: [Agent], resource: [Tool],
            context: {input: {"n"?: Long, "text"?: String}, \#(approval), \#(circumstances)}
          };
        }

        """#)
  }
}
