import JSON

/// `[mcp_servers.NAME]` in `config.toml`.
enum CodexFormat {
  static func sources(in root: JSONNode, project: String?) -> [ServerSource] {
    MCPServersFormat.sources(root[member: "mcp_servers"], directory: project)
  }
}
