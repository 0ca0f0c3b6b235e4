/// A program that has MCP servers in its configuration.
public enum ClientApplication: String, Sendable, CaseIterable {
  case claudeDesktop = "claude-desktop"
  case claudeCode = "claude-code"
  case cursor
  case vsCode = "vscode"
  case windsurf
  case codex
  case gemini

  /// Where its files usually are, below a home directory and in a project.
  ///
  /// Sources: the programs' documentation, as of 2026.
  /// - Parameters:
  ///   - home: the user's home directory.
  ///   - project: the directory where the user works.
  ///   - environment: in which some programs are told to look elsewhere.
  public func places(
    home: String, project: String, environment: [String: String] = [:]
  ) -> [String] {
    let support = "\(home)/Library/Application Support"
    let configuration = environment["XDG_CONFIG_HOME"] ?? "\(home)/.config"
    switch self {
    case .claudeDesktop:
      return [
        "\(configuration)/Claude/claude_desktop_config.json",
        "\(support)/Claude/claude_desktop_config.json",
      ]
    case .claudeCode: return ["\(home)/.claude.json", "\(project)/.mcp.json"]
    case .cursor: return ["\(home)/.cursor/mcp.json", "\(project)/.cursor/mcp.json"]
    case .vsCode:
      return [
        "\(configuration)/Code/User/mcp.json", "\(support)/Code/User/mcp.json",
        "\(project)/.vscode/mcp.json",
      ]
    case .windsurf: return ["\(home)/.codeium/windsurf/mcp_config.json"]
    case .codex:
      let codex = environment["CODEX_HOME"] ?? "\(home)/.codex"
      return ["\(codex)/config.toml", "\(project)/.codex/config.toml"]
    case .gemini: return ["\(home)/.gemini/settings.json", "\(project)/.gemini/settings.json"]
    }
  }

  /// The program whose file this most probably is, by its path.
  public static func guess(path: String) -> ClientApplication? {
    let name = path.split(separator: "/").last ?? ""
    if name.hasSuffix(".toml") { return .codex }
    switch name {
    case "claude_desktop_config.json": return .claudeDesktop
    case ".claude.json", ".mcp.json": return .claudeCode
    case "mcp_config.json": return .windsurf
    case "settings.json": return .gemini
    case "mcp.json": return path.contains("/.cursor/") ? .cursor : .vsCode
    default: return nil
    }
  }
}
