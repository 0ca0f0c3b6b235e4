import Configuration
import JSON
import MCP

/// Turns what an upstream lists into prompts. Pure.
struct PromptRegistration {
  static let nameBytesMax = 256

  let server: String
  let timeout: Duration
  let upstream: any Upstream

  func register(_ definitions: [JSONNode]) -> (items: [Prompt], problems: [ItemProblem]) {
    let rewriter = ResultRewriter(server: server)
    var prompts: [Prompt] = []
    var problems: [ItemProblem] = []
    var seen: Set<String> = []
    for definition in definitions {
      let own = definition[member: "name"]?.string ?? ""
      if let reason = Self.problem(own) {
        problems.append(ItemProblem(.prompts, own, reason))
        continue
      }
      guard seen.insert(own).inserted else {
        problems.append(ItemProblem(.prompts, own, "the upstream lists two prompts of this name"))
        // Neither can be told from the other.
        prompts.removeAll { $0.upstreamName == own }
        continue
      }
      let name = PublicName.of(own, server: server)
      prompts.append(
        Prompt(
          name: name, server: server, upstreamName: own, timeout: timeout,
          definition: Definition.renamed(definition, "name", to: name, by: rewriter),
          ownDefinition: Array(definition.raw), upstream: upstream))
    }
    return (prompts, problems)
  }

  private static func problem(_ name: String) -> String? {
    if name.isEmpty { return "it has no name" }
    if name.utf8.count > nameBytesMax {
      return "its name has \(name.utf8.count) bytes, at most \(nameBytesMax) are allowed"
    }
    return name.hasControlCharacters ? "its name has control characters" : nil
  }
}

extension String {
  /// Whether some character is one that no name or URI has any use for.
  var hasControlCharacters: Bool { utf8.contains { $0 < 0x20 || $0 == 0x7F } }
}
