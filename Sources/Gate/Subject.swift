import Catalog
import MCP

/// What a request is about: one thing of one upstream.
enum Subject: Sendable {
  case tool(Tool)

  /// Who answers.
  var upstream: any Upstream {
    switch self {
    case .tool(let tool): tool.upstream
    }
  }

  /// The server's name in the configuration.
  var server: String {
    switch self {
    case .tool(let tool): tool.server
    }
  }

  /// What it is, in one word.
  var word: String {
    switch self {
    case .tool: "tool"
    }
  }

  /// The public name.
  var name: String {
    switch self {
    case .tool(let tool): tool.name
    }
  }

  /// What the upstream calls it, as a member of `params`.
  var target: UpstreamRequest.Target {
    switch self {
    case .tool(let tool): .name(tool.upstreamName)
    }
  }

  /// How long the upstream may take.
  var timeout: Duration {
    switch self {
    case .tool(let tool): tool.timeout
    }
  }
}
