import JSON
import MCP

/// The gateway's own tools, with which a client finds, describes and calls tools that are not
/// listed. Public names of servers' tools have `__` in them, so these are never mistaken.
enum MetaTool: String, CaseIterable {
  case search = "search_tools"
  case describe = "describe_tool"
  case call = "call_tool"

  /// The tool that a `tools/call` names.
  init?(calledBy request: MCPRequest) {
    guard let name = request.params?[member: "name"],
      let tool = Self.allCases.first(where: { name.equals($0.literal) })
    else { return nil }
    self = tool
  }

  private var literal: StaticString {
    switch self {
    case .search: "search_tools"
    case .describe: "describe_tool"
    case .call: "call_tool"
    }
  }

  /// As `tools/list` has it.
  var definition: [UInt8] {
    switch self {
    case .search: Self.searchDefinition
    case .describe: Self.describeDefinition
    case .call: Self.callDefinition
    }
  }

  /// What its arguments must be.
  var inputSchema: JSONSchema? { Self.schemas[self] }

  private static let schemas: [MetaTool: JSONSchema] = Dictionary(
    uniqueKeysWithValues: allCases.compactMap { tool in
      guard let definition = try? JSONDocument(parsing: tool.definition).root,
        let schema = definition[member: "inputSchema"],
        let compiled = try? JSONSchema(compiling: schema)
      else { return nil }
      return (tool, compiled)
    })

  private static let searchDefinition = Array(
    """
    {"name":"search_tools","title":"Search tools","description":"Finds tools by what they do. \
    Answers one line for each, the best first: name(required parameter: type, … if there are more) \
    – purpose. Has only tools that you may use.","inputSchema":{"type":"object","properties":{\
    "query":{"type":"string","description":"What is to be done, in plain words, with the product \
    or service if it is known.","minLength":1,"maxLength":4096},"limit":{"type":"integer",\
    "description":"How many tools at most.","minimum":1,"maximum":50,"default":10}},\
    "required":["query"]},"annotations":{"readOnlyHint":true,"openWorldHint":false}}
    """.utf8)

  private static let describeDefinition = Array(
    """
    {"name":"describe_tool","title":"Describe a tool","description":"Gives the whole definition of \
    one tool as JSON, with its input schema.","inputSchema":{"type":"object","properties":{\
    "name":{"type":"string","description":"The tool's name, as search_tools found it."}},\
    "required":["name"]},"annotations":{"readOnlyHint":true,"openWorldHint":false}}
    """.utf8)

  private static let callDefinition = Array(
    """
    {"name":"call_tool","title":"Call a tool","description":"Calls one tool. The result is that \
    tool's.","inputSchema":{"type":"object","properties":{"name":{"type":"string","description":\
    "The tool's name, as search_tools found it."},"arguments":{"type":"object","description":\
    "The tool's own arguments."}},"required":["name"]},"annotations":{"readOnlyHint":false,\
    "destructiveHint":true,"openWorldHint":true}}
    """.utf8)
}
