import JSON
import MCP

/// What an upstream may ask while it serves a call.
extension Gate {
  /// The extensions that are relayed.
  static let relayedExtensions = [TaskMethod.extensionName, "io.modelcontextprotocol/ui"]

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
    var relayed = declared.reduced(to: askable(of: call.caller, by: server, in: call))
    if !(isOfTask || method == "tools/call") || call.request.client.version.era == .session {
      relayed.extensions[TaskMethod.extensionName] = nil
    }
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

  /// Whom and by whom. The caller is held by `entities`, which is emptied at the same times.
  struct Askable: Hashable {
    let caller: ObjectIdentifier
    let server: String
  }
}
