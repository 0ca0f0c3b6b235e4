import Inspection
import JSON

/// A tool with this description, as JSON.
func tool(_ description: String, name: String = "add", schema: String? = nil) throws -> JSONNode {
  var writer = JSONWriter()
  writer.beginObject()
  writer.name("name")
  writer.string(name)
  writer.name("description")
  writer.string(description)
  if let schema {
    writer.name("inputSchema")
    writer.raw(schema.utf8)
  }
  writer.endObject()
  return try JSONDocument(parsing: writer.bytes).root
}

/// The signals of a tool among two other upstreams.
func signals(of tool: JSONNode) -> [Signal] {
  let name = tool[member: "name"]?.string ?? ""
  return Inspector(
    of: "acme", tools: ["acme_lookup"],
    among: [
      .init(server: "github", tools: ["create_issue", "list_issues", "get_me"]),
      .init(server: "mailbox", tools: ["send_email", "search"]),
    ]
  ).signals(of: InspectedItem(kind: .tool, name: name, definition: tool))
}

extension Sequence<Signal> {
  /// Each rule once, in order, `!` behind what blocks.
  var rules: [String] {
    reduce(into: []) { rules, signal in
      let rule = signal.rule + (signal.severity == .block ? "!" : "")
      if !rules.contains(rule) { rules.append(rule) }
    }
  }
}
