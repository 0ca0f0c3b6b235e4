import Configuration
import JSON
import MCP

/// Turns what an upstream lists into resources and resource templates. Pure.
struct ResourceRegistration {
  /// Records hold the URI that was decided about as a whole.
  static let uriBytesMax = 2_048

  let server: String
  let timeout: Duration
  let upstream: any Upstream

  func resources(_ definitions: [JSONNode]) -> (items: [Resource], problems: [ItemProblem]) {
    register(definitions, in: .resources, "uri")
  }

  func templates(
    _ definitions: [JSONNode]
  ) -> (items: [ResourceTemplate], problems: [ItemProblem]) {
    let (resources, problems) = register(definitions, in: .templates, "uriTemplate")
    return (resources.map { ResourceTemplate($0) }, problems)
  }

  private func register(
    _ definitions: [JSONNode], in list: CatalogList, _ member: StaticString
  ) -> (items: [Resource], problems: [ItemProblem]) {
    let scheme = PublicURI.scheme(ofServer: server)
    let rewriter = ResultRewriter(server: server)
    var resources: [Resource] = []
    var problems: [ItemProblem] = []
    var seen: Set<String> = []
    for definition in definitions {
      let own = definition[member: member]?.string ?? ""
      let uri = PublicURI.wrap(own, scheme: scheme)
      if let reason = Self.problem(own, uri) {
        problems.append(ItemProblem(list, own, reason))
        continue
      }
      // Both lead to the same: one of them is enough.
      guard seen.insert(own).inserted else {
        problems.append(ItemProblem(list, own, "the upstream lists it twice"))
        continue
      }
      resources.append(
        Resource(
          uri: uri, server: server, upstreamURI: own, name: definition[member: "name"]?.string,
          mimeType: definition[member: "mimeType"]?.string, timeout: timeout,
          definition: Definition.renamed(definition, member, to: uri, by: rewriter),
          ownDefinition: Array(definition.raw), upstream: upstream))
    }
    return (resources, problems)
  }

  private static func problem(_ own: String, _ uri: String) -> String? {
    if own.isEmpty { return "it has no URI" }
    if uri.utf8.count > uriBytesMax {
      return "its public URI has \(uri.utf8.count) bytes, at most \(uriBytesMax) are allowed"
    }
    return own.hasControlCharacters ? "its URI has control characters" : nil
  }
}
