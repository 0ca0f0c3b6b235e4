import JSON
import MCP

/// Errors about resources.
enum ResourceError {
  /// What revisions before 2026-07-28 answer for a resource that is not there.
  private static let notFound: Int64 = -32_002

  /// `{"uri": …}`
  static func data(_ uri: String) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: uri.utf8.count + 16)
    writer.beginObject()
    writer.name("uri")
    writer.string(uri)
    writer.endObject()
    return writer.bytes
  }

  /// An upstream's error as this revision has it, under the URI that the client knows; any other
  /// error as it came (MCP 2026-07-28, server/resources, SEP-2164).
  static func relayed(_ error: JSONNode, about own: String, as shown: String) -> MCPResponse {
    let code = error[member: "code"]?.int64
    let isOldCode = code == notFound
    let named = error[member: "data"]?[member: "uri"]
    let isNamed = code == Int64(JSONRPCError.Code.invalidParams) && named?.equals(own) == true
    guard isOldCode || isNamed && own != shown else { return .relayedError(error) }
    return .failure(
      JSONRPCError(
        code: JSONRPCError.Code.invalidParams,
        message: error[member: "message"]?.string ?? "Resource not found", data: data(shown)))
  }
}
