import Catalog
import Cedar
public import Identity
public import JSON

extension GateSnapshot {
  /// Why a call would be answered as it would, as `PolicyRequest.explanation` says it. Nothing is
  /// recorded and nothing is called.
  /// - Parameter arguments: a JSON object. Whether the tool takes them is not looked at.
  /// - Throws: when there is no such tool, or the principal cannot be among the entities.
  public func explanation(
    of name: String, arguments: JSONNode, by principal: Principal
  ) throws(GateSnapshotError) -> [UInt8] {
    guard let tool = catalog[name] else {
      throw GateSnapshotError(
        reason:
          "there is no tool `\(name.prefix(128))`; `sallyport tools list` shows those there are")
    }
    let request = PolicyRequest(
      principal: principal, action: .call(arguments: arguments), subject: .tool(tool.name),
      environment: environment)
    do {
      return try request.explanation(with: policies, entities: decider.entities)
    } catch {
      throw GateSnapshotError(reason: error.description)
    }
  }
}
