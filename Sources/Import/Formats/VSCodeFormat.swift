import JSON

/// `servers` in `mcp.json`, beside `inputs` that a person is asked for; below `mcp` in older
/// `settings.json`.
enum VSCodeFormat {
  static func sources(in root: JSONNode, project: String?) -> [ServerSource] {
    for map in [
      root[member: "servers"], root[member: "mcp"]?[member: "servers"], root[member: "mcpServers"],
    ] {
      let found = MCPServersFormat.sources(map, directory: project)
      if !found.isEmpty { return found }
    }
    return []
  }
}
