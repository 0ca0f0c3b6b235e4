import JSON
import MCP

/// The request that a `call_tool` stands for.
enum CalledTool {
  /// The same request of the tool itself: the members of `params` but for the name and the
  /// arguments, which are those that `call_tool` was given.
  static func request(_ request: MCPRequest, _ given: JSONNode) -> MCPRequest? {
    guard let params = request.params, let name = given[member: "name"] else { return nil }
    var writer = JSONWriter(reservingCapacity: params.raw.count + 64)
    writer.beginObject()
    writer.name("name")
    writer.node(name)
    if let arguments = given[member: "arguments"] {
      writer.name("arguments")
      writer.node(arguments)
    }
    writer.members(of: params) { !$0.equals("name") && !$0.equals("arguments") }
    writer.endObject()
    guard let params = try? JSONDocument(parsing: writer.bytes, limits: .ceiling).root else {
      return nil
    }
    return request.replacing(params: params)
  }
}
