import JSON

/// `mcpServers` for the user, and below `projects` for one directory each.
enum ClaudeCodeFormat {
  static func sources(in root: JSONNode, project: String?) -> [ServerSource] {
    var found = MCPServersFormat.sources(in: root, project: project)
    guard let projects = root[member: "projects"], projects.kind == .object else { return found }
    for (path, settings) in projects.members where settings.kind == .object {
      found += MCPServersFormat.sources(
        settings[member: "mcpServers"], directory: path,
        notes: ["was for the project \(path) alone"])
    }
    return found
  }
}
