/// Keys of `_meta` that mean something to a gateway (MCP 2026-07-28, basic/index).
public enum MetaKey {
  public static let protocolVersion = "io.modelcontextprotocol/protocolVersion"
  public static let clientCapabilities = "io.modelcontextprotocol/clientCapabilities"
  public static let clientInfo = "io.modelcontextprotocol/clientInfo"
  public static let serverInfo = "io.modelcontextprotocol/serverInfo"
  public static let logLevel = "io.modelcontextprotocol/logLevel"
  public static let subscriptionID = "io.modelcontextprotocol/subscriptionId"
  public static let progressToken = "progressToken"
  public static let traceparent = "traceparent"
  /// What the gate has to say about a call, for machines: on denied results.
  public static let decision = "dev.sallyport/decision"

  /// Keys that belong to one hop: never relayed, minted anew on the other side.
  @inlinable public static func isPerHop(_ key: String) -> Bool {
    switch key {
    case protocolVersion, clientCapabilities, clientInfo, serverInfo, logLevel, subscriptionID,
      progressToken:
      true
    default: false
    }
  }
}
