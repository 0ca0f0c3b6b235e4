import JSON

/// What a registry answers, or a file of it: one `server.json`, a list of them, or the answer of
/// `/v0/servers` and `/v0.1/servers`.
public struct RegistryFile: Sendable {
  /// Bytes of an answer.
  public static let bytesMax = 64 << 20
  /// Servers of an answer.
  public static let serversMax = 10_000

  /// In the order of the file. Entries that are no servers are left out.
  public var servers: [RegistryServer]
  /// Where a registry's answer goes on.
  public var nextCursor: String?

  /// Reads it.
  /// - Parameter source: where it is from, for the error.
  public init(_ text: [UInt8], source: String) throws(ImportError) {
    guard text.count <= Self.bytesMax else {
      throw ImportError(file: source, reason: "it has more than \(Self.bytesMax) bytes")
    }
    let root: JSONNode
    do {
      root = try JSONDocument(parsing: text, limits: JSONLimits(bytes: Self.bytesMax)).root
    } catch {
      throw ImportError(file: source, reason: "it is not JSON: \(error)")
    }
    let entries: [JSONNode]
    if root.kind == .array {
      entries = Array(root.elements)
    } else if let list = root[member: "servers"], list.kind == .array {
      entries = Array(list.elements)
    } else {
      entries = [root]
    }
    guard entries.count <= Self.serversMax else {
      throw ImportError(file: source, reason: "it has more than \(Self.serversMax) servers")
    }
    servers = entries.compactMap { entry in
      guard var server = RegistryServer(entry[member: "server"] ?? entry) else { return nil }
      let official = entry[member: "_meta"]?[
        member: "io.modelcontextprotocol.registry/official"]
      server.status = official?[member: "status"]?.string
      return server
    }
    guard
      !servers.isEmpty || entries.isEmpty || root.kind == .array
        || root[member: "servers"] != nil
    else {
      throw ImportError(
        file: source, reason: "it is no server.json: `name` or `version` is missing")
    }
    let metadata = root[member: "metadata"]
    nextCursor = (metadata?[member: "nextCursor"] ?? metadata?[member: "next_cursor"])?.string
  }

  /// The servers in which every word stands, the best first.
  public static func search(_ servers: [RegistryServer], for query: String) -> [RegistryServer] {
    let words = query.lowercased().split(separator: " ").map(String.init)
    let scored = servers.enumerated().compactMap { index, server -> (Int, Int, RegistryServer)? in
      let name = server.name.lowercased()
      let title = (server.title ?? "").lowercased()
      let text = server.description.lowercased()
      var score = 0
      for word in words {
        if name.hasSuffix("/\(word)") {
          score += 8
        } else if name.contains(word) {
          score += 4
        } else if title.contains(word) {
          score += 2
        } else if text.contains(word) {
          score += 1
        } else {
          return nil
        }
      }
      return (score, index, server)
    }
    return scored.sorted { ($1.0, $0.1) < ($0.0, $1.1) }.map(\.2)
  }

  /// The server of this name, or the only one whose name ends with it after a slash. Of several
  /// versions the last in the list.
  public static func server(
    named name: String, in servers: [RegistryServer]
  ) -> RegistryServer? {
    let exact = servers.filter { $0.name == name }
    if let found = exact.last { return found }
    let ending = servers.filter { $0.name.hasSuffix("/\(name)") }
    return Set(ending.map(\.name)).count == 1 ? ending.last : nil
  }
}
