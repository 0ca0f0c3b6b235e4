import Catalog
import JSON
import Ledger
import MCP

/// `completion/complete`.
extension Gate {
  func complete(_ call: Call, _ notifier: ClientNotifier) async -> MCPResponse {
    guard let params = call.request.params, let reference = params[member: "ref"],
      reference.kind == .object
    else { return await invalid(call, "params.ref must be an object") }
    guard let argument = params[member: "argument"],
      argument[member: "name"]?.kind == .string, argument[member: "value"]?.kind == .string
    else {
      return await invalid(call, "params.argument must have a name and a value, both strings")
    }
    let member: StaticString
    switch reference[member: "type"]?.string {
    case "ref/prompt": member = "name"
    case "ref/resource": member = "uri"
    default:
      return await invalid(call, "params.ref.type must be ref/prompt or ref/resource")
    }
    guard let named = reference[member: member], let id = named.string,
      id.utf8.count <= Self.uriBytesMax
    else {
      return await invalid(
        call, "params.ref.\(member) must be a string of at most \(Self.uriBytesMax) bytes")
    }
    let isPrompt = reference[member: "type"]?.equals("ref/prompt") == true
    let subject: Subject? =
      isPrompt
      ? call.view.prompt(id).map { .prompt($0) }
      : call.view.resource(id).map { .resource($0) }
    guard let subject else {
      if !call.view.isSettled, let settled = await settled(call) {
        return await complete(settled, notifier)
      }
      return await invalid(
        call, "params.ref names nothing that is here",
        as: isPrompt ? .unknownPrompt : .unknownResource,
        data: isPrompt ? nil : ResourceError.data(id))
    }
    if !isIdentified(subject.server, in: call) {
      switch await awaitIdentity(call, about: subject) {
      case .call(let identified): return await complete(identified, notifier)
      case .ended(let response): return response
      }
    }
    let completion = Completion(of: subject, edits: Self.edits(of: reference, named, subject))
    let relayed = await relay(
      call, about: .argument(completion), arguments: argument, notifier,
      cached: { Self.isOffered(by: subject.server, to: call) ? nil : Self.nothing })
    switch relayed {
    case .ended(let response): return response
    case .reply(.error(let error)): return .relayedError(error)
    case .reply(.result(let result)):
      return .relayed(
        call.view.usesOwnIDs ? result : ResultRewriter(server: subject.server).otherResult(result))
    }
  }

  /// Other servers at the endpoint may complete: one that does not has nothing to say, which is no
  /// error.
  private static let nothing = try? JSONDocument(
    parsing: Array(#"{"resultType":"complete","completion":{"values":[]}}"#.utf8)
  ).root

  private static func isOffered(by server: String, to call: Call) -> Bool {
    call.view.usesOwnIDs
      || call.snapshot.catalog.server(server)?.peer?.capabilities.completions != false
  }

  /// The reference in the upstream's own words.
  private static func edits(
    of reference: JSONNode, _ named: JSONNode, _ subject: Subject
  ) -> [UpstreamRequest.Edit] {
    guard let own = subject.target?.value, !named.equals(own) else { return [] }
    var splice = JSONSplice(reference.document)
    splice.replace(named, withString: own)
    return [UpstreamRequest.Edit(member: "ref", value: splice.apply(to: reference))]
  }
}
