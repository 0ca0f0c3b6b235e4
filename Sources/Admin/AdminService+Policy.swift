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

  /// How a call would be decided. Without `agent` it is the operator's.
  func explain(_ exchange: HTTPExchange) async {
    let root: JSONNode
    do {
      root = try JSONDocument(
        parsing: try await exchange.readBody(limit: Self.bodyBytesMax)
      ).root
    } catch {
      return answer(exchange, 400, error: "the body is not JSON: \(error)")
    }
    guard let name = root[member: "name"]?.string,
      let arguments = root[member: "arguments"], arguments.kind == .object
    else {
      return answer(exchange, 400, error: "`name` must be a tool's name and `arguments` an object")
    }
    var principal = gate.operatorCaller(named: facts.userName).principal
    if let agent = root[member: "agent"]?.string {
      guard let known = knownAgent(agent, exchange) else { return }
      principal = known
    }
    do {
      let text = try gate.snapshot.explanation(of: name, arguments: arguments, by: principal)
      answer(exchange, 200, text)
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
}
