import Catalog
import MCP

/// The `instructions` of an endpoint. What servers say is their claim, and models read it: it is
/// cut, and said to be theirs.
enum Instructions {
  /// Bytes of what one of several servers says.
  static let serverBytesMax = 1_000
  /// Bytes of what all say together, and of what a server says at its own endpoint.
  static let bytesMax = 16_000

  private static let gateway =
    "Tools of several servers behind one gateway, named server__tool. A denied call says which "
    + "policy denied it and what would help."

  /// Bytes of the servers' names where their tools are searched.
  static let namesBytesMax = 2_000

  private static let search =
    "Most tools are not listed: search_tools finds them by what they do, in plain words, and "
    + "call_tool calls them by the name that it found. Before a call whose parameters are not all "
    + "clear from the line that was found, describe_tool gives the tool's whole input schema."

  static func text(
    of servers: [CatalogServer], usesOwnIDs: Bool, hasMetaTools: Bool = false
  ) -> String {
    if usesOwnIDs { return cut(servers.first?.peer?.instructions ?? "", to: bytesMax) }
    if hasMetaTools {
      let names = servers.filter { $0.upstream != nil }.map(\.name).joined(separator: ", ")
      return search + " " + gateway
        + (names.isEmpty ? "" : "\n\nThe servers: " + cut(names, to: namesBytesMax))
    }
    var text = gateway
    for server in servers {
      guard let own = server.peer?.instructions, !own.isEmpty else { continue }
      let part = "\n\nThe server \(server.name) says: " + cut(own, to: serverBytesMax)
      guard text.utf8.count + part.utf8.count <= bytesMax else { break }
      text += part
    }
    return text
  }

  private static func cut(_ text: String, to bytes: Int) -> String {
    guard text.utf8.count > bytes else { return text }
    return String(decoding: text.utf8.prefix(bytes - 3), as: UTF8.self) + "…"
  }
}
