import Crypto
import JSON
import MCP
import Reactor

/// Reads a whole list of an upstream, page by page.
enum UpstreamListing {
  static let pagesMax = 100
  static let itemsMax = 10_000
  /// For one page.
  static let pageTimeout: Duration = .seconds(20)
  /// For all pages together.
  static let timeout: Duration = .seconds(60)

  struct Failure: Error { let reason: String }

  /// What a list holds.
  struct Contents {
    /// Every definition, over all pages.
    var definitions: [JSONNode] = []
    /// How long it stays as it is, by the upstream's word: the least of all pages.
    var ttl: Duration?

    /// Differs when the definitions differ, or stand in another order.
    var digest: SHA256Digest {
      var digest = SHA256()
      for definition in definitions { digest.update(Array(definition.raw)) }
      return digest.finalize()
    }
  }

  static func read(
    _ list: CatalogList, from upstream: any Upstream,
    now: () -> MonotonicTime = { MonotonicTime.read() }
  ) async throws(Failure) -> Contents {
    var contents = Contents()
    var cursor: JSONNode?
    let deadline = now() + timeout
    for page in 0..<pagesMax {
      let left = deadline - now()
      guard left > .zero else {
        throw Failure(reason: "its \(list.method) was not read to its end within \(timeout)")
      }
      let reply: UpstreamReply
      do {
        reply = try await upstream.call(
          UpstreamRequest(
            method: list.method, params: params(cursor), timeout: min(left, pageTimeout)),
          notices: nil)
      } catch {
        throw Failure(reason: error.reason)
      }
      switch reply {
      case .error(let error):
        let code = error[member: "code"]?.int64 ?? 0
        // A server that has none may not know the method.
        if code == Int64(JSONRPCError.Code.methodNotFound) { return Contents() }
        let message = error[member: "message"]?.string ?? "no message"
        throw Failure(
          reason: "\(list.method) was answered with error \(code): \(message.prefix(200))")
      case .result(let result):
        guard let items = result[member: list.member], items.kind == .array else {
          throw Failure(reason: "its answer to \(list.method) has no array of \(list.member)")
        }
        contents.definitions += items.elements.filter { $0.kind == .object }
        guard contents.definitions.count <= itemsMax else {
          throw Failure(reason: "it lists more than \(itemsMax) \(list.rawValue)")
        }
        let ttl = result[member: "ttlMs"]?.int64.map { Duration.milliseconds(max(0, $0)) }
        contents.ttl = page == 0 ? ttl : min(contents.ttl ?? .zero, ttl ?? .zero)
        cursor = result[member: "nextCursor"]
        guard let next = cursor, next.kind == .string else { return contents }
      }
    }
    throw Failure(reason: "its \(list.method) has more than \(pagesMax) pages")
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
