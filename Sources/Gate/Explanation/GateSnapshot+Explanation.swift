import Catalog
import Cedar
public import Identity
public import JSON
public import Ledger

/// A request that nobody makes, to be explained.
public enum ExplainedRequest: Sendable {
  /// To call the tool of a public name with these arguments, a JSON object.
  case call(String, arguments: JSONNode)
  /// To do that with the prompt of a public name.
  case prompt(String, PolicyRequest.Action)
  /// To do that with the resource of a public URI, listed or not.
  case resource(String, PolicyRequest.Action)
}

extension GateSnapshot {
  /// Why a request would be answered as it would, as `PolicyRequest.explanation` says it. Nothing
  /// is recorded and nothing is forwarded. Whether a tool takes the arguments is not looked at.
  /// - Parameter quota: what is left of the quotas that cover the call.
  /// - Throws: when there is no such thing, or the principal cannot be among the entities.
  public func explanation(
    of explained: ExplainedRequest, by principal: Principal, quota: LedgerQuota? = nil
  ) throws(GateSnapshotError) -> [UInt8] {
    let (action, subject) = try request(explained)
    let request = PolicyRequest(
      principal: principal, action: action, subject: subject, environment: environment,
      quota: quota)
    do {
      return try request.explanation(with: policies, entities: decider.entities)
    } catch {
      throw GateSnapshotError(reason: error.description)
    }
  }

  private func request(
    _ explained: ExplainedRequest
  ) throws(GateSnapshotError) -> (PolicyRequest.Action, PolicySubject) {
    switch explained {
    case .call(let name, let arguments):
      guard let tool = catalog[name] else {
        throw GateSnapshotError(
          reason:
            "there is no tool `\(name.prefix(128))`; `sallyport tools list` shows those there are")
      }
      return (.call(arguments: arguments), .tool(tool.name))
    case .prompt(let name, let action):
      guard let prompt = catalog.prompt(name) else {
        throw GateSnapshotError(
          reason: "there is no prompt `\(name.prefix(128))`: name it server__prompt")
      }
      return (action, PolicySubject(prompt))
    case .resource(let uri, let action):
      guard let (server, own) = catalog.resolve(uri: uri), let resource = server.resource(own)
      else {
        throw GateSnapshotError(
          reason: "no server has a resource `\(uri.prefix(128))`: name it server+uri, as "
            + "`resources/list` does")
      }
      return (action, PolicySubject(resource))
    }
  }
}
