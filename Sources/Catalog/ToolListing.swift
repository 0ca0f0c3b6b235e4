import JSON
import MCP

/// Reads an upstream's whole `tools/list`.
enum ToolListing {
  static let pagesMax = 100
  static let timeout: Duration = .seconds(20)

  struct Failure: Error { let reason: String }

  /// Every tool definition, over all pages.
  static func read(from upstream: any Upstream) async throws(Failure) -> [JSONNode] {
    var definitions: [JSONNode] = []
    var cursor: JSONNode?
    for _ in 0..<pagesMax {
      let reply: UpstreamReply
      do {
        reply = try await upstream.call(
          UpstreamRequest(method: "tools/list", params: params(cursor), timeout: timeout),
          notices: nil)
      } catch {
        throw Failure(reason: error.reason)
      }
      switch reply {
      case .error(let error):
        let code = error[member: "code"]?.int64 ?? 0
        // A server without tools may not know the method.
        if code == Int64(JSONRPCError.Code.methodNotFound) { return [] }
        let message = error[member: "message"]?.string ?? "no message"
        throw Failure(reason: "tools/list was answered with error \(code): \(message.prefix(200))")
      case .result(let result):
        guard let tools = result[member: "tools"], tools.kind == .array else {
          throw Failure(reason: "its answer to tools/list has no array of tools")
        }
        definitions += tools.elements.filter { $0.kind == .object }
        guard definitions.count <= ToolRegistration.toolsMax else {
          throw Failure(reason: "it lists more than \(ToolRegistration.toolsMax) tools")
        }
        cursor = result[member: "nextCursor"]
        guard let next = cursor, next.kind == .string else { return definitions }
      }
    }
    throw Failure(reason: "its tools/list has more than \(pagesMax) pages")
  }

  private static func params(_ cursor: JSONNode?) -> JSONNode? {
    guard let cursor else { return nil }
    var writer = JSONWriter(reservingCapacity: 64)
    writer.beginObject()
    writer.name("cursor")
    writer.raw(cursor.raw)
    writer.endObject()
    return try? JSONDocument(parsing: writer.bytes).root
  }
}
