import JSON

/// `subscriptions/listen` for changes of the tool list (MCP 2026-07-28,
/// basic/patterns/subscriptions).
enum ListenRequest {
  static let params = Array(#"{"notifications":{"toolsListChanged":true}}"#.utf8)

  static func encode(id: Int64, version: ProtocolVersion) -> [UInt8] {
    // The text above is ours: it parses.
    let node = try? JSONDocument(parsing: params).root
    return UpstreamRequestEncoder.encode(
      UpstreamRequest(method: "subscriptions/listen", params: node, timeout: .seconds(0)),
      id: id, to: version)
  }
}
