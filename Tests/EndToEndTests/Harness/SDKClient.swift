import JSON

/// The Python SDK's client, unmodified: does a list of steps and says what came of each.
struct SDKClient {
  /// How the client is connected.
  enum Transport {
    case http(port: UInt16)
    /// It starts `sallyport stdio` itself.
    case stdio(configuration: String)
  }

  let transport: Transport
  /// `auto` prefers the stateless era; `legacy` speaks only the session era.
  let mode: String
  /// What it answers when it is asked for something; nil when it cannot be asked.
  var elicits: String?

  /// Does the steps, a JSON array, and returns what `sdk_client.py` wrote about each.
  func run(_ steps: String) throws -> [JSONNode] {
    var specification = #"{"mode":"\#(mode)","token":"\#(Gateway.token)","steps":\#(steps),"#
    if let elicits { specification += #""elicit":"\#(elicits)","# }
    switch transport {
    case .http(let port): specification += #""url":"http://127.0.0.1:\#(port)/mcp"}"#
    case .stdio(let configuration):
      specification +=
        #""command":"\#(try Programs.sallyport)","arguments":["stdio","--config","\#(configuration)"]}"#
    }
    let finished = try Process.run(
      try Programs.python(), [Programs.fixture("sdk_client.py")],
      environment: Gateway.environment, input: specification)
    guard finished.code == 0 else { throw TimedOut(description: finished.errors) }
    return try finished.output.split(separator: "\n").map {
      try JSONDocument(parsing: Array($0.utf8)).root
    }
  }
}
