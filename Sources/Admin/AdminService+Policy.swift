import Gate
import HTTP
import Identity
import JSON

extension AdminService {
  /// The schema that the policies in force are validated against.
  func policySchema(_ exchange: HTTPExchange) {
    guard let schema = facts.policySchema() else {
      return answer(exchange, 409, error: "the tools are not known yet; try again in a moment")
    }
    var writer = JSONWriter(reservingCapacity: schema.text.utf8.count + 256)
    writer.beginObject()
    writer.name("cedar")
    writer.string(schema.text)
    writer.name("untyped")
    writer.beginArray()
    for input in schema.untyped {
      writer.beginObject()
      writer.member("tool", input.tool)
      writer.member("argument", input.path.joined(separator: "."))
      writer.member("reason", input.reason)
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    answer(exchange, 200, writer.bytes)
  }

  /// How a request would be decided. Without `agent` it is the operator's.
  func explain(_ exchange: HTTPExchange) async {
    let root: JSONNode
    do {
      root = try JSONDocument(
        parsing: try await exchange.readBody(limit: Self.bodyBytesMax)
      ).root
    } catch {
      return answer(exchange, 400, error: "the body is not JSON: \(error)")
    }
    let request: ExplainedRequest
    do {
      request = try Self.explained(root)
    } catch {
      return answer(exchange, 400, error: error.reason)
    }
    var principal = gate.operatorCaller(named: facts.userName).principal
    if let agent = root[member: "agent"]?.string {
      guard let known = knownAgent(agent, exchange) else { return }
      principal = known
    }
    do {
      answer(exchange, 200, try gate.explanation(of: request, by: principal))
    } catch {
      answer(exchange, 404, error: error.reason)
    }
  }

  /// The principal of an agent of the configuration; nil once it was answered that there is none.
  func knownAgent(_ name: String, _ exchange: HTTPExchange) -> Principal? {
    if let known = gate.snapshot.directory.agents.first(where: { $0.agent == name }) {
      return known
    }
    answer(exchange, 404, error: "the configuration has no agent `\(name.prefix(128))`")
    return nil
  }

  private struct Unreadable: Error { let reason: String }

  private static func explained(_ body: JSONNode) throws(Unreadable) -> ExplainedRequest {
    let (tool, prompt) = (body[member: "name"], body[member: "prompt"])
    let named = [tool, prompt, body[member: "resource"]].compactMap { $0 }
    guard named.count == 1, let name = named[0].string else {
      throw Unreadable(
        reason: "one of `name` (of a tool), `prompt` and `resource` must be there, a string")
    }
    if prompt != nil { return .prompt(name, try action(body, PolicyRequest.Action.onPrompts)) }
    guard tool != nil else {
      return .resource(name, try action(body, PolicyRequest.Action.onResources))
    }
    guard let arguments = body[member: "arguments"], arguments.kind == .object else {
      throw Unreadable(reason: "`arguments` must be an object")
    }
    return .call(name, arguments: arguments)
  }

  private static func action(
    _ body: JSONNode, _ actions: KeyValuePairs<String, PolicyRequest.Action>
  ) throws(Unreadable) -> PolicyRequest.Action {
    guard let given = body[member: "action"] else { return actions[0].value }
    guard let found = actions.first(where: { given.equals($0.key) }) else {
      throw Unreadable(
        reason: "`action` must be one of \(actions.map(\.key).joined(separator: ", "))")
    }
    return found.value
  }
}
