import Configuration
import JSON
import MCP

/// Turns what an upstream lists into tools. Pure: what cannot be offered is a problem with a
/// reason, known when the upstream connects and not when an agent calls.
struct ToolRegistration {
  /// Stands between the server's name and the tool's.
  static let separator = "__"
  /// Model interfaces accept no longer names.
  static let nameBytesMax = 64
  static let toolsMax = 10_000

  let configuration: Configuration.Upstream
  let defaultTimeout: Duration
  let upstream: any Upstream

  func register(_ definitions: [JSONNode]) -> (tools: [Tool], problems: [ToolProblem]) {
    var tools: [Tool] = []
    var problems: [ToolProblem] = []
    var seen: Set<String> = []
    for definition in definitions {
      let given = definition[member: "name"]?.string ?? ""
      func refuse(_ reason: String) {
        problems.append(ToolProblem(tool: String(given.prefix(128)), reason: reason))
      }
      if let reason = Self.nameProblem(given) {
        refuse(reason)
        continue
      }
      guard configuration.offers(tool: given) else { continue }
      let name = configuration.name + Self.separator + given
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
      tools.append(
        Tool(
          name: name, server: configuration.name, upstreamName: given,
          effect: configuration.effect(ofTool: given),
          timeout: configuration.timeout(ofTool: given) ?? defaultTimeout, inputSchema: schema,
          definition: Self.renamed(definition, to: name), upstream: upstream))
    }
    return (tools, problems)
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

  /// The definition with another `name`; every other byte as it came.
  private static func renamed(_ definition: JSONNode, to name: String) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: definition.raw.count + 64)
    writer.beginObject()
    for (member, value) in definition.members {
      writer.name(member)
      if member == "name" { writer.string(name) } else { writer.raw(value.raw) }
    }
    writer.endObject()
    return writer.bytes
  }
}
