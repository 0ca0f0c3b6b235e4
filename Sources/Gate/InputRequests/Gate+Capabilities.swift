import Catalog
import JSON
public import MCP

/// What an upstream may ask while it serves a call.
extension Gate {
  /// The extensions that are relayed.
  static let relayedExtensions = [ProtocolExtension.tasks, ProtocolExtension.apps]

  /// What the client declared, as far as it can be relayed and policy does not deny it whatever is
  /// asked. Costs nothing for a client that declared nothing.
  func capabilities(of call: Call, towards server: String) -> ClientCapabilities {
    guard let declared = call.request.client.capabilities, declared.count > 0 else {
      return .none
    }
    return capabilities(of: call, ClientCapabilities(declared), towards: server)
  }

  @inline(never)
  private func capabilities(
    of call: Call, _ declared: ClientCapabilities, towards server: String
  ) -> ClientCapabilities {
    let method = call.request.method
    let isOfTask = TaskMethod(rawValue: method) != nil
    guard isOfTask || InputRequests.methods.contains(method) else { return .none }
    // What is told of roots belongs to sessions.
    let isSession = call.request.client.version.era == .session
    var relayed = declared.reduced(to: askable(of: call.caller, by: server, in: call))
    if !(isOfTask || method == "tools/call") || isSession {
      relayed.extensions[ProtocolExtension.tasks] = nil
    }
    relayed.rootsListChanged = relayed.rootsListChanged && isSession
    return relayed
  }

  /// What policy does not deny; made once for each caller, server and snapshot.
  private func askable(
    of caller: Caller, by server: String, in call: Call
  ) -> ClientCapabilities {
    guard let entities = entities(of: call) else { return .none }
    guard call.snapshot === snapshot else {
      return call.snapshot.decider.askable(of: caller, by: server, entities: entities)
    }
    let key = Askable(caller: ObjectIdentifier(caller), server: server)
    if let known = askable[key] { return known }
    let made = call.snapshot.decider.askable(of: caller, by: server, entities: entities)
    askable[key] = made
    return made
  }

  /// A client's roots changed: the servers that may ask it for them are told, in the sessions that
  /// its calls are made in. It says nothing of the roots.
  public func rootsChanged(_ notification: MCPRequest, as caller: Caller) {
    let request = MCPRequest(
      method: "tools/call", params: nil, client: notification.client, messageBytes: 0,
      endpoint: notification.endpoint)
    guard let call = begin(request, caller) else { return }
    for server in call.view.servers {
      guard let upstream = server.upstream else { continue }
      let capabilities = capabilities(of: call, towards: server.name)
      if capabilities.rootsListChanged { upstream.rootsChanged(ofClientsWith: capabilities) }
    }
  }

  /// Whom and by whom. The caller is held by `entities`, which is emptied at the same times.
  struct Askable: Hashable {
    let caller: ObjectIdentifier
    let server: String
  }
}
