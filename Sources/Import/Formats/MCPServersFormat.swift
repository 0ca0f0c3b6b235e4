import JSON

/// `mcpServers`, a map from names to servers: Claude Desktop, Cursor, Windsurf, Gemini CLI.
enum MCPServersFormat {
  static func sources(in root: JSONNode, project: String?) -> [ServerSource] {
    sources(root[member: "mcpServers"], directory: project)
  }

  /// The members of a map that are objects.
  static func sources(
    _ servers: JSONNode?, directory: String?, notes: [String] = []
  ) -> [ServerSource] {
    guard let servers, servers.kind == .object else { return [] }
    return servers.members.compactMap { name, node in
      guard node.kind == .object else { return nil }
      return ServerSource(name: name, node: node, directory: directory, notes: notes)
    }
  }
}
