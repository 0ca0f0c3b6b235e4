import JSON

/// Catalogs and queries as lines of JSON, for trying the search without a gateway.
public enum SearchLines {
  /// The longest line, in bytes.
  public static let lineBytesMax = 1 << 20
  /// The most lines of a file.
  public static let linesMax = 250_000
  /// The most tools that fit one query.
  public static let relevantMax = 1000

  /// What is wrong with a line.
  public struct Failure: Error, Sendable, Equatable, CustomStringConvertible {
    /// From 1.
    public var line: Int
    /// What, and what was expected.
    public var reason: String

    /// One sentence for a person.
    public var description: String { "line \(line): \(reason)" }
  }

  /// A query, and the tools that fit it.
  public struct Query: Sendable, Equatable {
    /// As somebody would type it.
    public var text: String
    /// The ids of the tools.
    public var relevant: [String]

    /// A query; see the members.
    public init(text: String, relevant: [String]) {
      self.text = text
      self.relevant = relevant
    }
  }

  /// Reads tools: `{"id", "server", "name", "description", "schema"}`, with `title`,
  /// `server_description`, `tags` and `examples` where there are any. `schema` is a JSON Schema, or
  /// names with descriptions; `inputSchema` is another name for it. Empty lines are skipped.
  /// - Throws: for the first line that is no such object, has an id twice, or exceeds a bound.
  public static func tools(_ bytes: [UInt8]) throws(Failure) -> [SearchableTool] {
    var tools: [SearchableTool] = []
    var lines: [String: Int] = [:]
    try forEachLine(of: bytes) { number, line throws(Failure) in
      let name = try text("name", of: line, at: number)
      let server = line[member: "server"]?.string ?? ""
      let id = line[member: "id"]?.string ?? "\(server)__\(name)"
      if let first = lines.updateValue(number, forKey: id) {
        throw Failure(line: number, reason: "the id \(quoted(id)) stands in line \(first) already")
      }
      let schema = line[member: "schema"] ?? line[member: "inputSchema"]
      tools.append(
        SearchableTool(
          id: id, name: name, title: line[member: "title"]?.string,
          description: line[member: "description"]?.string ?? "",
          parameters: schema.map(SearchableTool.parameters) ?? [], server: server,
          serverText: line[member: "server_description"]?.string,
          tags: line[member: "tags"]?.elements.compactMap(\.string) ?? [],
          examples: line[member: "examples"]?.elements.compactMap(\.string) ?? []))
    }
    return tools
  }

  /// Reads queries: `{"query", "relevant": ["id", …]}`. Empty lines are skipped.
  /// - Throws: for the first line that is no such object or exceeds a bound.
  public static func queries(_ bytes: [UInt8]) throws(Failure) -> [Query] {
    var queries: [Query] = []
    try forEachLine(of: bytes) { number, line throws(Failure) in
      let query = try text("query", of: line, at: number)
      let relevant = line[member: "relevant"]?.elements.compactMap(\.string) ?? []
      guard !relevant.isEmpty else {
        throw Failure(line: number, reason: "`relevant` must be a list of ids, and not empty")
      }
      guard relevant.count <= relevantMax else {
        throw Failure(line: number, reason: "`relevant` has more than \(relevantMax) ids")
      }
      queries.append(Query(text: query, relevant: relevant))
    }
    return queries
  }

  private static func text(
    _ name: String, of line: JSONNode, at number: Int
  ) throws(Failure) -> String {
    guard let text = line[member: name]?.string, !text.isEmpty else {
      throw Failure(line: number, reason: "`\(name)` must be a string, and not empty")
    }
    return text
  }

  private static func forEachLine(
    of bytes: [UInt8], _ body: (Int, JSONNode) throws(Failure) -> Void
  ) throws(Failure) {
    var number = 0
    var start = 0
    while start < bytes.count {
      number += 1
      guard number <= linesMax else {
        throw Failure(line: number, reason: "more than \(linesMax) lines")
      }
      let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
      let line = bytes[start..<end]
      start = end + 1
      guard line.contains(where: { $0 > 0x20 }) else { continue }
      guard line.count <= lineBytesMax else {
        throw Failure(line: number, reason: "longer than \(lineBytesMax) bytes")
      }
      let document: JSONDocument
      do {
        document = try JSONDocument(parsing: Array(line))
      } catch {
        throw Failure(line: number, reason: "\(error.reason) (byte \(error.offset))")
      }
      guard document.root.kind == .object else {
        throw Failure(line: number, reason: "expected an object")
      }
      try body(number, document.root)
    }
  }

  private static func quoted(_ text: String) -> String { "\"\(text.prefix(128))\"" }
}
