import Catalog
import JSON
import Ledger
import MCP

/// `prompts/get`.
extension Gate {
  func getPrompt(_ call: Call, _ notifier: ClientNotifier) async -> MCPResponse {
    guard let name = call.request.params?[member: "name"]?.string else {
      return await invalid(call, "params.name must be a string")
    }
    guard let prompt = call.view.prompt(name) else {
      if !call.view.isSettled, let settled = await settled(call) {
        return await getPrompt(settled, notifier)
      }
      let isWithheld = call.view.withholds(.prompts, name)
      if isWithheld { noteQuarantined("prompt", name, call) }
      return await invalid(
        call, "Unknown prompt. prompts/list names those there are.",
        as: isWithheld ? .quarantined : .unknownPrompt)
    }
    if !isIdentified(prompt.server, in: call) {
      switch await awaitIdentity(call, about: .prompt(prompt)) {
      case .call(let identified): return await getPrompt(identified, notifier)
      case .ended(let response): return response
      }
    }
    let arguments = call.request.params?[member: "arguments"]
    switch await relay(call, about: .prompt(prompt), arguments: arguments, notifier) {
    case .ended(let response): return response
    case .reply(.error(let error)): return .relayedError(error)
    case .reply(.result(let result)):
      return .relayed(
        call.view.usesOwnIDs ? result : ResultRewriter(server: prompt.server).promptResult(result))
    }
  }
}
