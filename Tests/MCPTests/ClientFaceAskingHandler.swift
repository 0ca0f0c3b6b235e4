import JSON
import Synchronization

@testable import MCP

/// A gate that offers everything: as `EchoHandler`, and its tool `ask` asks for the client's roots
/// before it answers with what it heard. Tells who listens what a test wants.
final class AskingHandler: RequestHandler {
  let echo = EchoHandler()
  private let tellers = Mutex<[Int: @Sendable (ServerNotification) -> Void]>([:])

  /// Those who listen.
  var listening: [Int] { tellers.withLock { $0.keys.sorted() } }

  func tell(_ notification: ServerNotification) {
    for teller in tellers.withLock({ Array($0.values) }) { teller(notification) }
  }

  func authenticate(_ credential: Credential, transport: ClientTransport, peer: String?)
    async
    throws(AuthenticationFailure) -> String
  {
    try await echo.authenticate(credential, transport: transport, peer: peer)
  }

  func sessionKey(of principal: String) -> String { principal }

  func describe(to principal: String, at endpoint: Endpoint) -> ServerDescription? {
    endpoint == .server("nowhere") ? nil : Sample.server
  }

  func listen(
    for filter: SubscriptionFilter, request: MCPRequest, as principal: String,
    telling tell: @escaping @Sendable (ServerNotification) -> Void
  ) async -> Result<Listening, JSONRPCError> {
    let number = tellers.withLock { tellers in
      let number = (tellers.keys.max() ?? 0) + 1
      tellers[number] = tell
      return number
    }
    return .success(
      Listening(honoured: filter) { [self] in tellers.withLock { $0[number] = nil } })
  }

  func refused(_ request: RefusedRequest, principal: String?) async {
    await echo.refused(request, principal: principal)
  }

  func handle(_ request: MCPRequest, as principal: String, notifying: ClientNotifier) async
    -> MCPResponse
  {
    guard request.params?[member: "name"]?.equals("ask") == true else {
      return await echo.handle(request, as: principal, notifying: notifying)
    }
    guard let heard = request.params?[member: "inputResponses"] else {
      return .built(
        Array(
          #"{"resultType":"input_required","inputRequests":{"r":{"method":"roots/list"}},"requestState":"s"}"#
            .utf8))
    }
    return .built(
      Array(#"{"resultType":"complete","content":[],"heard":"#.utf8) + heard.raw
        + Array("}".utf8))
  }
}

extension Sample {
  /// A server that offers everything.
  static var server: ServerDescription {
    var capabilities = ServerCapabilities()
    capabilities.lists = [.tools, .prompts, .resources]
    capabilities.announces = capabilities.lists
    capabilities.resourceUpdates = true
    capabilities.completions = true
    capabilities.logging = true
    return ServerDescription(
      name: "gate", version: "1", instructions: nil, capabilities: capabilities)
  }
}
