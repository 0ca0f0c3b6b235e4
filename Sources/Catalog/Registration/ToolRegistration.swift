import Configuration
import JSON
import MCP

/// Turns what an upstream lists into tools. Pure: what cannot be offered is a problem with a
/// reason, known when the upstream connects and not when an agent calls.
struct ToolRegistration {
  /// Model interfaces accept no longer names.
  static let nameBytesMax = 64

  let configuration: Configuration.Upstream
  let defaultTimeout: Duration
  let upstream: any Upstream

  func register(_ definitions: [JSONNode]) -> (items: [Tool], problems: [ItemProblem]) {
    var tools: [Tool] = []
    var problems: [ItemProblem] = []
    let rewriter = ResultRewriter(server: configuration.name)
    var seen: Set<String> = []
    for definition in definitions {
      let given = definition[member: "name"]?.string ?? ""
      func refuse(_ reason: String) {
        problems.append(ItemProblem(.tools, given, reason))
      }
      if let reason = Self.nameProblem(given) {
        refuse(reason)
        continue
      }
      guard configuration.offers(tool: given) else { continue }
      let name = PublicName.of(given, server: configuration.name)
      guard name.utf8.count <= Self.nameBytesMax else {
        refuse(
          "its public name \(name) has \(name.utf8.count) bytes, at most \(Self.nameBytesMax) "
            + "are allowed: give the server a shorter name")
        continue
      }
      guard seen.insert(given).inserted else {
        refuse("the upstream lists two tools of this name")
        // Neither can be told from the other.
        tools.removeAll { $0.upstreamName == given }
        continue
      }
      guard let schemaNode = definition[member: "inputSchema"], schemaNode.kind == .object else {
        refuse("it has no inputSchema object")
        continue
      }
      let schema: JSONSchema
      do {
        schema = try JSONSchema(compiling: schemaNode)
      } catch {
        refuse("its inputSchema cannot be used: \(error)")
        continue
      }
      var headers = ParameterHeaders.none
      do {
        headers = try ParameterHeaders(compiling: schemaNode)
      } catch {
        // Over a pipe there are no headers, so nothing can go wrong with them.
        guard case .stdio = configuration.transport else {
          refuse(error.reason)
          continue
        }
      }
      tools.append(
        Tool(
          name: name, server: configuration.name, upstreamName: given,
          effect: configuration.effect(ofTool: given),
          timeout: configuration.timeout(ofTool: given) ?? defaultTimeout, inputSchema: schema,
          parameterHeaders: headers,
          definition: Definition.renamed(definition, "name", to: name, by: rewriter),
          ownDefinition: Array(definition.raw), isForAppsOnly: Self.isForAppsOnly(definition),
          canBeTask: Self.canBeTask(definition), upstream: upstream))
    }
    return (tools, problems)
  }

  /// Whether a definition names its readers and models are not among them.
  private static func isForAppsOnly(_ definition: JSONNode) -> Bool {
    guard let visibility = definition[member: "_meta"]?[member: "ui"]?[member: "visibility"],
      visibility.kind == .array
    else { return false }
    return !visibility.elements.contains { $0.equals("model") }
  }

  /// Whether a definition says that its calls may, or must, be made as tasks (MCP 2025-11-25,
  /// `ToolExecution`).
  private static func canBeTask(_ definition: JSONNode) -> Bool {
    guard let support = definition[member: "execution"]?[member: "taskSupport"] else {
      return false
    }
    return support.equals("optional") || support.equals("required")
  }

  /// Why no client could call a tool of this name, or nil (MCP 2026-07-28, server/tools, names).
  private static func nameProblem(_ name: String) -> String? {
    guard !name.isEmpty else { return "it has no name" }
    let isLegal = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
        UInt8(ascii: "."):
        true
      default: false
      }
    }
    return isLegal ? nil : "its name has characters other than A–Z a–z 0–9 _ - ."
  }
}
