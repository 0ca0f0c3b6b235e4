import JSON

/// Keys of `_meta` that mean something to a gateway (MCP 2026-07-28, basic/index).
public enum MetaKey {
  /// The revision a stateless request speaks.
  public static let protocolVersion = "io.modelcontextprotocol/protocolVersion"
  /// What the client of a stateless request can be asked.
  public static let clientCapabilities = "io.modelcontextprotocol/clientCapabilities"
  /// What the client says it is.
  public static let clientInfo = "io.modelcontextprotocol/clientInfo"
  /// What the server says it is.
  public static let serverInfo = "io.modelcontextprotocol/serverInfo"
  /// From which level on the client wants log messages.
  public static let logLevel = "io.modelcontextprotocol/logLevel"
  /// The subscription a notification belongs to.
  public static let subscriptionID = "io.modelcontextprotocol/subscriptionId"
  /// The task of 2025-11-25 that a message belongs to: `taskId`.
  public static let relatedTask = "io.modelcontextprotocol/related-task"
  /// The token under which a request wants progress.
  public static let progressToken = "progressToken"
  /// W3C trace context.
  public static let traceparent = "traceparent"
  /// Why a model calls, as its client tells (SEP-2817): `userIntent`, `invocationReason`, `model`,
  /// `turnId`.
  public static let aiInvocation = "io.modelcontextprotocol/aiInvocation"
  /// What an agent calls the piece of work that a call belongs to.
  public static let run = "dev.sallyport/run"
  /// The skill that an agent says it follows: `name`, `version`, `digest`.
  public static let skill = "dev.sallyport/skill"
  /// The call that a call is a part of.
  public static let parent = "dev.sallyport/parent"
  /// The server that a client is asked by, on input requests.
  public static let server = "dev.sallyport/server"
  /// In place of an answer to an input request: the JSON-RPC error that the client gave.
  public static let clientError: StaticString = "dev.sallyport/error"
  /// What the gate has to say about a call, for machines: on denied results.
  public static let decision = "dev.sallyport/decision"

  /// Keys that every stateless request is asked for; looked up without making a string.
  enum Literal {
    static let protocolVersion: StaticString = "io.modelcontextprotocol/protocolVersion"
    static let clientCapabilities: StaticString = "io.modelcontextprotocol/clientCapabilities"
    static let clientInfo: StaticString = "io.modelcontextprotocol/clientInfo"
    static let progressToken: StaticString = "progressToken"
    static let logLevel: StaticString = "io.modelcontextprotocol/logLevel"
  }

  /// Keys that belong to one hop: never relayed, minted anew on the other side.
  @inlinable public static func isPerHop(_ key: String) -> Bool {
    switch key {
    case protocolVersion, clientCapabilities, clientInfo, serverInfo, logLevel, subscriptionID,
      progressToken:
      true
    default: false
    }
  }

  /// As `isPerHop`, for a member's name in a document; makes no string.
  static func isPerHop(_ name: JSONNode) -> Bool {
    name.equals("progressToken") || name.equals("io.modelcontextprotocol/protocolVersion")
      || name.equals("io.modelcontextprotocol/clientCapabilities")
      || name.equals("io.modelcontextprotocol/clientInfo")
      || name.equals("io.modelcontextprotocol/serverInfo")
      || name.equals("io.modelcontextprotocol/logLevel")
      || name.equals("io.modelcontextprotocol/subscriptionId")
  }
}
