import Catalog
public import Identity
import JSON
import MCP
import Search

extension Gate {
  /// What is searched for, and as whom.
  public struct SearchQuestion: Sendable {
    /// In plain words.
    public var query: String
    /// At most so many results.
    public var limit: Int
    /// Only this server's tools.
    public var server: String?
    /// What this agent would find at `/mcp`; nil for everything that there is.
    public var principal: Identity.Principal?
    /// Whether each result says why it was found.
    public var isExplained: Bool

    /// A question; see the members.
    public init(
      query: String, limit: Int = 10, server: String? = nil, principal: Identity.Principal? = nil,
      isExplained: Bool = false
    ) {
      self.query = query
      self.limit = limit
      self.server = server
      self.principal = principal
      self.isExplained = isExplained
    }
  }

  /// Tools that fit, as a JSON array of `name`, `server`, `score`, `definition` and, where it is
  /// asked for, `explanation`. Nothing is recorded: who asks is the operator. On the loop.
  public func searchReport(_ question: SearchQuestion) async -> [UInt8] {
    let seen = snapshot
    let index = await index.edition(of: seen.catalog).tools
    let sight = question.principal.flatMap {
      self.sight(
        of: caller($0), client: ClientDescription(transport: .http, version: .latest), in: seen)
    }
    let results = index.search(question.query, limit: question.limit) { id in
      guard let tool = seen.catalog[id],
        question.server == nil || question.server == tool.server
      else { return false }
      return question.principal == nil || (!tool.isForAppsOnly && sight?.isUsable(tool) == true)
    }
    var writer = JSONWriter(reservingCapacity: 4096)
    writer.beginArray()
    for result in results {
      guard let tool = seen.catalog[result.tool.id] else { continue }
      writer.beginObject()
      writer.name("name")
      writer.string(tool.name)
      writer.name("server")
      writer.string(tool.server)
      writer.name("score")
      writer.double(Double(result.score))
      writer.name("definition")
      writer.raw(tool.definition)
      if question.isExplained, let explanation = index.explain(question.query, id: tool.name) {
        writer.name("explanation")
        explanation.write(to: &writer)
      }
      writer.endObject()
    }
    writer.endArray()
    return writer.bytes
  }
}
